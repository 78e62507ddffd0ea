"""Whose turn it is, decided without a database."""

from __future__ import annotations

from typing import Any

import pytest

from routing.ranking import Candidate, Need, Verdict, rank, verdict

PLAIN = Need()


def candidate(pk: int, **facts: Any) -> Candidate:
    defaults: dict[str, Any] = {
        "name": f"Person {pk:02}",
        "active": True,
        "takes_turns": True,
        "back_on": "",
        "languages": ("en",),
        "load": 0,
        "places": 50,
        "weight": 1,
        "last_turn": 0,
        "last_turn_at": "",
    }
    return Candidate(id=pk, **{**defaults, **facts})


@pytest.mark.parametrize(
    ("facts", "need", "expected"),
    [
        ({}, PLAIN, Verdict.ELIGIBLE),
        ({"active": False}, PLAIN, Verdict.INACTIVE),
        ({"takes_turns": False}, PLAIN, Verdict.TAKES_NO_TURNS),
        ({"back_on": "2026-03-09"}, PLAIN, Verdict.ON_TIME_OFF),
        ({}, Need(language="de"), Verdict.LANGUAGE),
        ({"languages": ("en", "de")}, Need(language="de"), Verdict.ELIGIBLE),
        ({"load": 49}, PLAIN, Verdict.ELIGIBLE),
        ({"load": 50}, PLAIN, Verdict.AT_CAPACITY),
        ({"load": 51}, PLAIN, Verdict.AT_CAPACITY),
        ({"load": 50}, Need(takes_place=False), Verdict.ELIGIBLE),
        ({"places": 0}, PLAIN, Verdict.AT_CAPACITY),
        ({"active": False, "back_on": "2026-03-09", "load": 50}, PLAIN, Verdict.INACTIVE),
        ({"back_on": "2026-03-09", "load": 50}, Need(language="de"), Verdict.ON_TIME_OFF),
        ({"load": 50}, Need(language="de"), Verdict.LANGUAGE),
    ],
)
def test_the_first_reason_that_applies_is_the_verdict(
    facts: dict[str, Any], need: Need, expected: Verdict
) -> None:
    assert verdict(candidate(1, **facts), need=need) is expected


def order(*candidates: Candidate, need: Need = PLAIN) -> list[int]:
    return [row.candidate.id for row in rank(candidates, need=need).rows if row.turn]


def test_the_longest_since_the_last_turn_is_next() -> None:
    roster = [candidate(1, last_turn=7), candidate(2, last_turn=5), candidate(3, last_turn=9)]
    assert order(*roster) == [2, 1, 3]


def test_among_those_who_never_had_a_turn_the_first_to_join_is_next() -> None:
    assert order(candidate(3), candidate(1), candidate(2)) == [1, 2, 3]


def test_weight_makes_somebody_due_again_that_much_sooner() -> None:
    heavy, light = candidate(1, last_turn=8, weight=3), candidate(2, last_turn=6)
    assert order(heavy, light) == [1, 2]  # due after a third of the round of 4, not after the whole
    assert order(candidate(1, last_turn=8), light) == [2, 1]


def test_who_is_passed_over_comes_last_by_name_and_has_no_turn() -> None:
    full, away, free = (
        candidate(1, name="Zoe", load=50),
        candidate(2, name="Ann", back_on="2026-03-09"),
        candidate(3),
    )
    rows = rank([full, away, free], need=PLAIN).rows
    assert [(row.candidate.name, row.turn) for row in rows] == [
        ("Person 03", 1),
        ("Ann", None),
        ("Zoe", None),
    ]


def test_nobody_is_next_where_nobody_is_eligible() -> None:
    ranking = rank([candidate(1, load=50)], need=PLAIN)
    assert ranking.next is None
    assert rank([], need=PLAIN).next is None


def test_after_names_who_would_have_had_the_turn() -> None:
    first, second = candidate(1), candidate(2)
    ranking = rank([first, second], need=PLAIN)
    assert ranking.next == first
    assert ranking.after(first) == second
    assert rank([first], need=PLAIN).after(first) is None


def test_a_stored_candidate_comes_back_the_same() -> None:
    held = candidate(1, languages=("en", "de"), covered_by=4, last_turn_at="2026-03-03T15:00:00+00:00")
    assert Candidate.restored(held.stored()) == held
