"""The periods of dashboards: whole days where the reader is, also when clocks change and years end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from cases.dashboards import periods
from cases.dashboards.periods import Span

BERLIN = ZoneInfo("Europe/Berlin")


def span(first: str, last: str) -> Span:
    return Span(first_on=date.fromisoformat(first), last_on=date.fromisoformat(last))


@pytest.mark.parametrize(
    ("key", "today", "expected", "before"),
    [
        ("7d", "2026-11-21", ("2026-11-15", "2026-11-21"), ("2026-11-08", "2026-11-14")),
        ("30d", "2026-03-03", ("2026-02-02", "2026-03-03"), ("2026-01-03", "2026-02-01")),
        ("month", "2026-11-21", ("2026-11-01", "2026-11-30"), ("2026-10-01", "2026-10-21")),
        ("month", "2026-03-31", ("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        ("last_month", "2026-01-05", ("2025-12-01", "2025-12-31"), ("2025-11-01", "2025-11-30")),
        ("quarter", "2026-11-21", ("2026-11-01", "2027-01-31"), ("2026-08-01", "2026-08-21")),
        ("last_quarter", "2026-02-01", ("2025-11-01", "2026-01-31"), ("2025-08-01", "2025-10-31")),
        ("year", "2026-01-31", ("2025-02-01", "2026-01-31"), ("2024-02-01", "2025-01-31")),
        ("last_year", "2026-11-21", ("2025-02-01", "2026-01-31"), ("2024-02-01", "2025-01-31")),
        ("nonsense", "2026-11-21", ("2026-10-23", "2026-11-21"), ("2026-09-23", "2026-10-22")),
    ],
)
def test_periods(key: str, today: str, expected: tuple[str, str], before: tuple[str, str]) -> None:
    found = periods.read(key, today=date.fromisoformat(today))
    assert found.span == span(*expected)
    assert found.before == span(*before)


def test_a_day_on_which_clocks_change_has_an_hour_more_or_less() -> None:
    spring, autumn = span("2026-03-29", "2026-03-29"), span("2026-10-25", "2026-10-25")
    for one, hours in ((spring, 23), (autumn, 25)):
        long = one.end(BERLIN).astimezone(UTC) - one.start(BERLIN).astimezone(UTC)
        assert long == timedelta(hours=hours)
    assert spring.start(BERLIN) == datetime(2026, 3, 28, 23, tzinfo=UTC)


def test_own_days_are_turned_and_bounded() -> None:
    today = date(2026, 11, 21)
    turned = periods.own(date(2026, 2, 5), date(2026, 2, 1), today=today)
    assert turned.span == span("2026-02-01", "2026-02-05")
    assert turned.before == span("2026-01-27", "2026-01-31")
    assert periods.own(date(2001, 1, 1), date(2026, 2, 1), today=today).span.days == periods.MOST_DAYS


@pytest.mark.parametrize(
    ("first", "last", "is_cut"),
    [
        ("2023-01-01", "2026-01-04", False),
        ("2023-01-01", "2026-01-05", True),
        ("2026-01-05", "2023-01-01", True),
    ],
)
def test_more_days_than_are_counted_at_once_are_known(first: str, last: str, is_cut: bool) -> None:
    days = date.fromisoformat(first), date.fromisoformat(last)
    assert periods.is_cut(*days) is is_cut
    assert periods.own(*days, today=date(2026, 11, 21)).span.days == min(
        periods.MOST_DAYS, abs((days[1] - days[0]).days) + 1
    )


def test_own_days_that_still_run_are_compared_with_as_many_before() -> None:
    found = periods.own(date(2026, 11, 1), date(2026, 11, 30), today=date(2026, 11, 21))
    assert found.before == span("2026-10-02", "2026-10-22")


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31"])
def test_days_far_away_are_none_of_this_desk(day: str) -> None:
    far = date.fromisoformat(day)
    with pytest.raises(ValueError, match="no time of this desk"):
        periods.own(far, date(2026, 2, 1), today=date(2026, 11, 21))


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        ("2026-11-19", "2026-11-21", ["19 Nov", "20 Nov", "21 Nov"]),
        ("2026-10-23", "2026-11-21", ["23 Oct", "26 Oct", "2 Nov", "9 Nov", "16 Nov"]),
        (
            "2026-05-15",
            "2026-11-21",
            ["May 2026", "Jun 2026", "Jul 2026", "Aug 2026", "Sep 2026", "Oct 2026", "Nov 2026"],
        ),
        ("2026-11-21", "2026-11-30", ["21 Nov"]),
        ("2026-11-22", "2026-11-30", []),
    ],
)
def test_a_line_has_days_weeks_or_months_up_to_today(first: str, last: str, names: list[str]) -> None:
    found = periods.buckets(span(first, last), today=date(2026, 11, 21))
    assert [bucket.name for bucket in found] == names
    for one, following in pairwise(found):
        assert one.span.last_on + timedelta(days=1) == following.span.first_on
