"""Time that counts: all of it, or only the working hours of a territory on its working days.

Counted time adds up: what counts from a to b and from b to c is what counts from a to c, over holidays, year ends and
the days on which clocks change. Hours are those that really pass, so that a day with a change has one more or less.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from cases import workdays
from cases.workdays import Calendar
from smbcases.playbook import hours as written

_DAY = timedelta(days=1)
_NOTHING = timedelta()
_FOR_EVER = 4000  # days without a working hour: there will be none


class NeverWorked(ValueError):
    """Nobody works in these hours for years on end."""


@dataclass(frozen=True, kw_only=True)
class Hours:
    """The working hours of a working day in `zone`, on the working days of `country`."""

    zone: str
    country: str
    hours: str

    @property
    def day(self) -> timedelta:
        """How long a working day is."""
        return written.length(self.hours)


# None: all time counts.
Counted = Hours | None


def day_of(hours: Counted) -> timedelta:
    """How long a day is that counts so."""
    return hours.day if hours else _DAY


def between(start: datetime, end: datetime, *, hours: Counted) -> timedelta:
    """How much of the time from `start` to `end` counts; nothing where `end` is not later."""
    if end <= start:
        return _NOTHING
    if hours is None:
        return end - start
    counted = _NOTHING
    for begins, ends in _from(start, hours):
        if begins >= end:
            break
        counted += max(_NOTHING, min(ends, end) - max(begins, start))
    return counted


def add(start: datetime, amount: timedelta, *, hours: Counted) -> datetime:
    """The first instant at which `amount` has counted since `start`; `start` itself for nothing or less."""
    if hours is None:
        return start + amount
    if amount <= _NOTHING:
        return start
    left = amount
    for begins, ends in islice(_from(start, hours), _FOR_EVER):
        first = max(begins, start)
        here = ends - first
        if here >= left:
            return first + left
        left -= max(_NOTHING, here)
    raise NeverWorked(f"{amount} of working time is never over.")


def back(end: datetime, amount: timedelta, *, hours: Counted) -> datetime:
    """The last instant from which `amount` counts until `end`."""
    if hours is None:
        return end - amount
    left = amount
    for begins, ends in islice(_until(end, hours), _FOR_EVER):
        last = min(ends, end)
        here = last - begins
        if here >= left:
            return last - left
        left -= max(_NOTHING, here)
    raise NeverWorked(f"{amount} of working time never began.")


def shift(moment: datetime, offset: timedelta, *, hours: Counted) -> datetime:
    """`moment` moved by so much counted time, back where `offset` is negative."""
    if offset < _NOTHING:
        return back(moment, -offset, hours=hours)
    return add(moment, offset, hours=hours)


def _from(start: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    day = start.astimezone(ZoneInfo(hours.zone)).date()
    while True:
        yield _window(day, hours)
        day += _DAY


def _until(end: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    day = end.astimezone(ZoneInfo(hours.zone)).date()
    while True:
        yield _window(day, hours)
        day -= _DAY


@lru_cache(maxsize=10_000)
def _window(day: date, hours: Hours) -> tuple[datetime, datetime]:
    """When work begins and ends that day; the same instant where nobody works."""
    begins, ends = written.read(hours.hours)
    zone = ZoneInfo(hours.zone)
    start = _instant(day, begins, zone)
    if not workdays.is_workday(day, calendar=Calendar(country=hours.country)):
        return start, start
    return start, max(start, _instant(day, ends, zone))


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
