"""When places are full: a projection from the last weeks, and nothing where there is none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from routing.dashboards import filling
from routing.dashboards.filling import Flow

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("flow", "words", "pace"),
    [
        (Flow(taken=88, places=100, opened=60, closed=32), "Full on 3 Dec", "28 more opened"),
        (Flow(taken=10, places=100, opened=29, closed=1), "Full on 19 Feb 2027", "28 more opened"),
        (Flow(taken=100, places=100, opened=5, closed=5), "Full now", "As many opened as closed"),
        (Flow(taken=101, places=100, opened=5, closed=9), "Full now", "4 fewer opened"),
        (Flow(taken=50, places=100, opened=2, closed=9), "It empties", "7 fewer opened"),
        (Flow(taken=50, places=100, opened=9, closed=9), "It does not fill", "As many opened as closed"),
        (Flow(taken=0, places=1000, opened=3, closed=2), "Not within a year", "1 more opened"),
        (Flow(taken=0, places=0, opened=3, closed=2), "No places to fill", "1 more opened"),
    ],
)
def test_the_words(flow: Flow, words: str, pace: str) -> None:
    found = filling.project(flow, today=TODAY)
    assert found.words == words
    assert found.pace.startswith(pace)
    assert found.pace.endswith(" in the last 4 weeks.")


@pytest.mark.parametrize("taken", range(0, 40, 7))
@pytest.mark.parametrize("net", [1, 3, 28, 57])
def test_the_day_is_the_first_on_which_nothing_is_left(taken: int, net: int) -> None:
    """Counted day by day, as anybody would on paper."""
    found = filling.project(Flow(taken=taken, places=40, opened=net, closed=0), today=TODAY)
    day, full = TODAY, float(taken)
    while full < 40 - 1e-9 and day < TODAY + timedelta(days=366):
        day, full = day + timedelta(days=1), full + net / 28
    assert found.full_on == (day if day <= TODAY + timedelta(days=365) else None)
