"""The rotation of a drain gives the same turns as ranking everybody anew for each case."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.ranking import Candidate, Need, rank
from routing.rotation import Rotation

LANGUAGES = ("en", "de", "ja")


@st.composite
def rosters(draw: st.DrawFn) -> tuple[list[Candidate], int]:
    """A roster as a pool could hold it: a turn is one person's alone, but some have had none yet."""
    size = draw(st.integers(1, 9))
    turn = draw(st.integers(size, 40))
    turns = draw(st.lists(st.integers(1, turn), min_size=size, max_size=size, unique=True))
    candidates = [
        Candidate(
            id=pk,
            name=f"Person {pk}",
            active=draw(st.sampled_from([True, True, True, False])),
            takes_turns=draw(st.sampled_from([True, True, True, False])),
            back_on=draw(st.sampled_from(["", "", "", "2026-03-09"])),
            languages=tuple(draw(st.sets(st.sampled_from(LANGUAGES)))),
            load=draw(st.integers(0, 4)),
            places=draw(st.integers(0, 6)),
            weight=draw(st.integers(1, 4)),
            last_turn=draw(st.sampled_from([0, turns[pk]])),
            last_turn_at="",
        )
        for pk in range(size)
    ]
    return candidates, turn


needs = st.builds(
    Need,
    language=st.sampled_from(["", "", "", "de", "ja"]),
    takes_place=st.sampled_from([True, True, True, False]),
)


@settings(max_examples=300, deadline=None)
@given(roster=rosters(), asked=st.lists(needs, max_size=25))
def test_each_pick_is_the_ranking_s_first_and_the_runner_up_its_second(
    roster: tuple[list[Candidate], int], asked: list[Need]
) -> None:
    candidates, turn = roster
    rotation = Rotation(candidates, turn=turn)
    for need in asked:
        expected = rank(list(rotation.members.values()), need=need)
        pick = rotation.pick(need=need)
        assert (pick.candidate if pick else None) == expected.next
        if pick:
            assert pick.runner_up == expected.after(pick.candidate)


@settings(max_examples=300, deadline=None)
@given(
    roster=rosters(),
    steps=st.lists(st.tuples(needs, st.one_of(st.none(), st.integers(0, 9))), max_size=25),
)
def test_cases_given_for_another_reason_disturb_no_turn(
    roster: tuple[list[Candidate], int], steps: list[tuple[Need, int | None]]
) -> None:
    candidates, turn = roster
    rotation = Rotation(candidates, turn=turn)
    for need, person in steps:
        if person is not None:
            before = rotation.turn
            rotation.give(person, need=need)
            assert rotation.turn == before
            continue
        expected = rank(list(rotation.members.values()), need=need)
        pick = rotation.pick(need=need)
        assert (pick.candidate if pick else None) == expected.next


@given(roster=rosters(), asked=st.lists(needs, max_size=40))
def test_nobody_goes_over_their_places(roster: tuple[list[Candidate], int], asked: list[Need]) -> None:
    candidates, turn = roster
    rotation = Rotation(candidates, turn=turn)
    for need in asked:
        pick = rotation.pick(need=need)
        if pick and need.takes_place:
            assert pick.candidate.load < pick.candidate.places


def equals(size: int, *, weight: int = 1) -> list[Candidate]:
    return [
        Candidate(
            id=pk,
            name=str(pk),
            active=True,
            takes_turns=True,
            back_on="",
            languages=(),
            load=0,
            places=10_000,
            weight=weight,
            last_turn=0,
            last_turn_at="",
        )
        for pk in range(1, size + 1)
    ]


@given(size=st.integers(1, 30), weight=st.integers(1, 5), cases=st.integers(1, 200))
def test_among_equals_the_counts_never_differ_by_more_than_one(size: int, weight: int, cases: int) -> None:
    rotation = Rotation(equals(size, weight=weight), turn=0)
    got = Counter(dict.fromkeys(rotation.members, 0))
    for _ in range(cases):
        got[picked(rotation)] += 1
        assert max(got.values()) - min(got.values()) <= 1


def picked(rotation: Rotation) -> int:
    pick = rotation.pick(need=Need())
    assert pick is not None
    return pick.candidate.id


@given(size=st.integers(2, 12), weight=st.integers(2, 5))
def test_over_many_rounds_turns_follow_the_weights(size: int, weight: int) -> None:
    heavy, *others = equals(size)
    rotation = Rotation([replace(heavy, weight=weight), *others], turn=0)
    rounds = 60
    got = Counter(picked(rotation) for _ in range(rounds * (weight + size - 1)))
    light = [got[other.id] for other in others]
    assert max(light) - min(light) <= 1
    assert abs(got[heavy.id] / rounds - weight) <= 0.05 * weight


def test_coming_back_owes_one_case_not_a_flood() -> None:
    rotation = Rotation(equals(4), turn=0)
    for _ in range(8):
        picked(rotation)
    here = [
        replace(member, back_on="2026-03-09" if member.id == 2 else "")
        for member in rotation.members.values()
    ]
    rotation = Rotation(here, turn=rotation.turn)
    assert 2 not in {picked(rotation) for _ in range(30)}
    back = [replace(member, back_on="") for member in rotation.members.values()]
    rotation = Rotation(back, turn=rotation.turn)
    turns = [picked(rotation) for _ in range(8)]
    assert turns[0] == 2
    assert Counter(turns) == {1: 2, 2: 2, 3: 2, 4: 2}


def test_joining_and_leaving_shift_nobody_else() -> None:
    rotation = Rotation(equals(4), turn=0)
    picks = [picked(rotation) for _ in range(6)]
    assert picks == [1, 2, 3, 4, 1, 2]
    members = {**rotation.members}
    del members[1]
    newcomer = replace(equals(1)[0], id=9, last_turn=rotation.turn)
    rotation = Rotation([*members.values(), newcomer], turn=rotation.turn)
    assert list(islice(iter(lambda: picked(rotation), None), 4)) == [3, 4, 2, 9]


def test_a_place_among_many_costs_a_few_steps_whatever_the_size() -> None:
    """Heads of heaps that are stale or full are dropped once, not looked at again for every case."""
    rotation = Rotation([replace(member, places=3) for member in equals(200)], turn=0)
    assert len([picked(rotation) for _ in range(600)]) == 600
    assert rotation.pick(need=Need()) is None
