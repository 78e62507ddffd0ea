"""The due share of turns: by weight and by working days there, and all of them together what was given."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.dashboards.periods import Span
from routing.dashboards import fairness
from routing.dashboards.fairness import Taker

MONDAY = date(2026, 11, 2)
WEEK = Span(first_on=MONDAY, last_on=MONDAY + timedelta(days=6))
NEXT = Span(first_on=MONDAY + timedelta(days=7), last_on=MONDAY + timedelta(days=13))
LONG_AGO = date(2020, 1, 1)


def _taker(number: int, **fields: object) -> Taker:
    return Taker(id=number, name=f"Person {number}", **{"weight": 1, "joined_on": LONG_AGO, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("second", "due"),
    [
        ({}, "5.0"),
        ({"weight": 3}, "2.5"),
        ({"away": ((MONDAY, MONDAY + timedelta(days=1)),)}, "6.3"),  # three days of five
        ({"away": ((MONDAY + timedelta(days=5), MONDAY + timedelta(days=6)),)}, "5.0"),  # a weekend
        ({"joined_on": MONDAY + timedelta(days=7)}, "10.0"),
    ],
)
def test_the_due_share_goes_by_weight_and_by_working_days(second: dict[str, object], due: str) -> None:
    takers = [_taker(1), _taker(2, **second)]
    first, _ = fairness.deal(takers, spans=[WEEK], turns={(0, 1): 6, (0, 2): 4})
    assert (first.had, first.due) == (6, Decimal(due))


def test_turns_of_a_week_are_due_to_who_was_there_in_that_week() -> None:
    away = _taker(2, away=((MONDAY, MONDAY + timedelta(days=6)),))
    turns = {(0, 1): 8, (1, 1): 1, (1, 2): 1}
    first, second = fairness.deal([_taker(1), away], spans=[WEEK, NEXT], turns=turns)
    assert (first.due, second.due) == (Decimal("9.0"), Decimal("1.0"))
    assert (second.there, second.days) == (5, 10)
    assert fairness.spread([first, second]) == 0


def test_of_nobody_there_is_no_spread() -> None:
    assert fairness.spread(fairness.deal([], spans=[WEEK], turns={})) is None


def test_where_nobody_was_there_all_have_the_same_due() -> None:
    takers = [_taker(one, joined_on=MONDAY + timedelta(days=30)) for one in (1, 2)]
    assert [share.due for share in fairness.deal(takers, spans=[WEEK], turns={(0, 1): 3})] == [
        Decimal("1.5")
    ] * 2


away = st.lists(
    st.tuples(st.integers(0, 13), st.integers(0, 5)).map(
        lambda pair: (MONDAY + timedelta(days=pair[0]), MONDAY + timedelta(days=sum(pair)))
    ),
    max_size=3,
).map(tuple)


@given(
    people=st.lists(st.tuples(st.integers(1, 4), away), min_size=1, max_size=5),
    given_turns=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 4)), max_size=40),
)
def test_due_shares_are_those_of_a_recount_day_by_day(
    people: list[tuple[int, tuple[tuple[date, date], ...]]], given_turns: list[tuple[int, int]]
) -> None:
    takers = [_taker(n, weight=weight, away=spans) for n, (weight, spans) in enumerate(people)]
    turns: dict[tuple[int, int], int] = {}
    for place, who in given_turns:
        key = (place, who % len(takers))
        turns[key] = turns.get(key, 0) + 1
    shares = fairness.deal(takers, spans=[WEEK, NEXT], turns=turns)
    assert sum(share.had for share in shares) == len(given_turns)
    for share in shares:
        assert abs(float(share.due) - _due(share.taker, takers, turns)) <= 0.0501


def _due(taker: Taker, takers: list[Taker], turns: dict[tuple[int, int], int]) -> float:
    total = 0.0
    for place, first in enumerate((WEEK.first_on, NEXT.first_on)):
        days = [first + timedelta(days=n) for n in range(5)]
        here = {t.id: t.weight * len([d for d in days if _there(t, d)]) for t in takers}
        all_given = sum(number for (at, _), number in turns.items() if at == place)
        whole = sum(here.values())
        total += all_given * (here[taker.id] / whole if whole else 1 / len(takers))
    return total


def _there(taker: Taker, day: date) -> bool:
    return all(not (first <= day <= last) for first, last in taker.away)
