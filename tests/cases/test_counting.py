"""Time that counts adds up, over changes of clocks, year ends, fiscal year ends and holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from cases import counting, workdays
from cases.counting import Hours
from cases.workdays import Calendar

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEW_YORK = Hours(zone="America/New_York", country="US", hours="09:00-17:00")
LONDON = Hours(zone="Europe/London", country="GB", hours="09:00-17:30")
SYDNEY = Hours(zone="Australia/Sydney", country="AU", hours="08:30-16:30")
NIGHT = Hours(zone="Europe/Berlin", country="DE", hours="00:30-04:30")  # changes of clocks fall into it
BEIRUT = Hours(zone="Africa/Cairo", country="EG", hours="00:00-08:00")  # where a day may begin at one o'clock
ALL = (None, NEW_YORK, LONDON, SYDNEY, NIGHT, BEIRUT)
hours_ = some.sampled_from(ALL)
# Around the changes of clocks of both halves of the year, new years and the turn of the fiscal year.
AROUND = (
    datetime(2026, 3, 8, tzinfo=UTC),
    datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 4, 5, tzinfo=UTC),
    datetime(2026, 4, 24, tzinfo=UTC),
    datetime(2026, 10, 4, tzinfo=UTC),
    datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2026, 11, 1, tzinfo=UTC),
    datetime(2025, 12, 31, tzinfo=UTC),
    datetime(2026, 1, 31, tzinfo=UTC),
)
moments = some.builds(
    lambda around, minutes: around + timedelta(minutes=minutes),
    some.sampled_from(AROUND),
    some.integers(-10 * 1440, 10 * 1440),
)
amounts = some.integers(1, 6 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


def slowly(start: datetime, end: datetime, hours: Hours | None) -> timedelta:
    """Minute by minute: does this one count?"""
    if hours is None:
        return end - start
    begins, ends = hours.hours.split("-")
    zone, counted, moment = ZoneInfo(hours.zone), timedelta(), start
    while moment < end:
        local = moment.astimezone(zone)
        works = workdays.is_workday(local.date(), calendar=Calendar(country=hours.country))
        if works and begins <= f"{local:%H:%M}" < ends:
            counted += timedelta(minutes=1)
        moment += timedelta(minutes=1)
    return counted


@settings(max_examples=60, deadline=None)
@given(moments, some.integers(0, 4 * 1440), some.sampled_from([NEW_YORK, LONDON, SYDNEY]))
def test_what_counts_is_what_a_slow_count_of_minutes_finds(
    start: datetime, minutes: int, hours: Hours
) -> None:
    end = start + timedelta(minutes=minutes)
    assert counting.between(start, end, hours=hours) == slowly(start, end, hours)


@given(moments, moments, moments, hours_)
def test_it_adds_up(one: datetime, two: datetime, three: datetime, hours: Hours | None) -> None:
    first, middle, last = sorted((one, two, three))
    parts = counting.between(first, middle, hours=hours) + counting.between(middle, last, hours=hours)
    assert parts == counting.between(first, last, hours=hours)


@given(moments, amounts, hours_)
def test_what_is_added_has_counted_and_not_a_moment_before(
    start: datetime, amount: timedelta, hours: Hours | None
) -> None:
    end = counting.add(start, amount, hours=hours)
    assert counting.between(start, end, hours=hours) == amount
    assert counting.between(start, end - timedelta(seconds=1), hours=hours) < amount


@given(moments, amounts, hours_)
def test_back_is_the_same_the_other_way(end: datetime, amount: timedelta, hours: Hours | None) -> None:
    start = counting.back(end, amount, hours=hours)
    assert counting.between(start, end, hours=hours) == amount


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        # Friday afternoon into Monday
        ((2026, 3, 6, 21, 0), 4, (2026, 3, 9, 16, 0)),  # four hours later, with summer time between
        # over Thanksgiving
        ((2026, 11, 25, 21, 0), 2, (2026, 11, 27, 15, 0)),
        # over Christmas, a Friday, and the weekend
        ((2026, 12, 24, 21, 0), 2, (2026, 12, 28, 15, 0)),
        # over New Year
        ((2025, 12, 31, 21, 0), 8, (2026, 1, 2, 21, 0)),
        # over the end of the fiscal year, a Saturday
        ((2026, 1, 30, 21, 0), 2, (2026, 2, 2, 15, 0)),
        # before work begins
        ((2026, 3, 10, 4, 0), 1, (2026, 3, 10, 14, 0)),
        # until the very end of a day, and no further
        ((2026, 3, 10, 13, 0), 8, (2026, 3, 10, 21, 0)),
    ],
)
def test_working_hours_in_new_york(start: tuple[int, ...], amount: int, end: tuple[int, ...]) -> None:
    found = counting.add(_utc(start), amount * HOUR, hours=NEW_YORK)
    assert found == _utc(end)


def _utc(parts: tuple[int, ...]) -> datetime:
    year, month, day, hour, minute = parts
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "length"),
    [
        (date(2026, 3, 27), 4),
        (date(2026, 3, 30), 4),
        (date(2026, 10, 26), 4),
    ],
)
def test_a_working_day_has_its_hours_beside_a_change_of_clocks(day: date, length: int) -> None:
    start = datetime.combine(day, datetime.min.time(), tzinfo=ZoneInfo(NIGHT.zone)).astimezone(UTC)
    assert counting.between(start, start + DAY, hours=NIGHT) == length * HOUR


def test_nothing_counts_backwards_and_nothing_added_stays() -> None:
    now = datetime(2026, 3, 7, 12, tzinfo=UTC)
    assert counting.between(now, now - DAY, hours=LONDON) == timedelta()
    assert counting.add(now, timedelta(), hours=LONDON) == now
