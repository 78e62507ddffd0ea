"""The spans of time that a dashboard can be asked for, in days of the reader's zone; half open, as instants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from smbcases import playbook
from smbcases.playbook import fiscal

USUAL = "30d"
LONG = (USUAL, "month", "last_month", "quarter", "last_quarter", "year", "last_year")
OWN = "own"
MOST_DAYS = 1100  # three years: longer own spans are cut
YEARS = range(
    2000, 2101
)  # what lies outside is no day of this desk, and not every instant of it can be told in each zone
_DAILY, COMPARED_DAYS = 15, 120
"""Up to so many days a line has a point a day, a week; then a month, and people are compared with no time before."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """Days from `first_on` to `last_on`, both inside."""

    first_on: date
    last_on: date

    @property
    def days(self) -> int:
        return (self.last_on - self.first_on).days + 1

    def start(self, zone: ZoneInfo) -> datetime:
        return datetime.combine(self.first_on, time.min, tzinfo=zone)

    def end(self, zone: ZoneInfo) -> datetime:
        return datetime.combine(self.last_on + timedelta(days=1), time.min, tzinfo=zone)


@dataclass(frozen=True, kw_only=True)
class Period:
    """`before` is what it is compared with: as much of the period before as has gone by of this one."""

    key: str
    name: str
    span: Span
    before: Span

    def stays(self, *, today: date) -> bool:
        """Whether most of what is asked of it is asked in the same words all month, and so is of use that long: in
        what still runs, weeks are added, and what it is compared with grows."""
        return self.span.days > COMPARED_DAYS or self.span.last_on < today


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A part of a period, for a line over time: a day, a week from Monday, a month; cut where the period ends."""

    name: str
    span: Span

    def edges(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """When it begins and ends."""
        return self.span.start(zone), self.span.end(zone)


def names() -> dict[str, str]:
    return {key: name for key, (name, _) in _KNOWN.items()}


def read(key: str, *, today: date) -> Period:
    """The period of that key; the usual one for a key that there is not."""
    known = key if key in _KNOWN else USUAL
    name, spans = _KNOWN[known]
    span, before = spans(today)
    return Period(key=known, name=name, span=span, before=_as_much(before, span=span, today=today))


def _as_much(before: Span, *, span: Span, today: date) -> Span:
    """Of what a span is compared with as many days as have gone by of it, where it still runs."""
    if not span.first_on <= today < span.last_on:
        return before
    last = before.first_on + (today - span.first_on)
    return Span(first_on=before.first_on, last_on=min(last, before.last_on))


def is_cut(first_on: date, last_on: date) -> bool:
    """Whether these are more days than `own` takes."""
    return abs((last_on - first_on).days) >= MOST_DAYS


def own(first_on: date, last_on: date, *, today: date) -> Period:
    """Days that the reader named; the wrong way round they are turned, too many are cut at the beginning.

    Raises ValueError for days outside `YEARS`.
    """
    first, last = sorted((first_on, last_on))
    if first.year not in YEARS or last.year not in YEARS:
        raise ValueError(f"{first} to {last} is no time of this desk.")
    first = max(first, last - timedelta(days=MOST_DAYS - 1))
    span = Span(first_on=first, last_on=last)
    name = _day(first) if first == last else f"{_day(first)} to {_day(last)}"
    return Period(key=OWN, name=name, span=span, before=_as_much(_just_before(span), span=span, today=today))


def buckets(span: Span, *, today: date) -> tuple[Bucket, ...]:
    """The parts of the span up to today, in order; none of a span that has not begun."""
    last = min(span.last_on, today)
    next_first = (
        _next_day if span.days <= _DAILY else _next_monday if span.days <= COMPARED_DAYS else _next_month
    )
    found, first = [], span.first_on
    while first <= last:
        following = next_first(first)
        part = Span(first_on=first, last_on=min(following - timedelta(days=1), span.last_on))
        found.append(Bucket(name=_name(part, next_first), span=part))
        first = following
    return tuple(found)


def _name(part: Span, next_first: Callable[[date], date]) -> str:
    if next_first is _next_month:
        return f"{part.first_on:%b %Y}"
    return f"{part.first_on.day} {part.first_on:%b}"


def _next_day(day: date) -> date:
    return day + timedelta(days=1)


def _next_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _just_before(span: Span) -> Span:
    last = span.first_on - timedelta(days=1)
    return Span(first_on=last - timedelta(days=span.days - 1), last_on=last)


def _last_days(days: int) -> Callable[[date], tuple[Span, Span]]:
    def spans(today: date) -> tuple[Span, Span]:
        span = Span(first_on=today - timedelta(days=days - 1), last_on=today)
        return span, _just_before(span)

    return spans


def _month(today: date) -> Span:
    first = today.replace(day=1)
    return Span(first_on=first, last_on=_next_month(first) - timedelta(days=1))


def _quarter(today: date) -> Span:
    found = fiscal.quarter(today, starts=playbook.active().fiscal_year_starts)
    return Span(first_on=found.first_on, last_on=found.last_on)


def _year(today: date) -> Span:
    found = fiscal.fiscal_year(today, starts=playbook.active().fiscal_year_starts)
    return Span(first_on=found.first_on, last_on=found.last_on)


Around = Callable[[date], Span]


def _this(around: Around) -> Callable[[date], tuple[Span, Span]]:
    def spans(today: date) -> tuple[Span, Span]:
        span = around(today)
        return span, around(span.first_on - timedelta(days=1))

    return spans


def _last(around: Around) -> Callable[[date], tuple[Span, Span]]:
    def spans(today: date) -> tuple[Span, Span]:
        span = around(around(today).first_on - timedelta(days=1))
        return span, around(span.first_on - timedelta(days=1))

    return spans


_KNOWN: dict[str, tuple[str, Callable[[date], tuple[Span, Span]]]] = {
    "7d": ("Last 7 days", _last_days(7)),
    USUAL: ("Last 30 days", _last_days(30)),
    "month": ("This month", _this(_month)),
    "last_month": ("Last month", _last(_month)),
    "quarter": ("This fiscal quarter", _this(_quarter)),
    "last_quarter": ("Last fiscal quarter", _last(_quarter)),
    "year": ("This fiscal year", _this(_year)),
    "last_year": ("Last fiscal year", _last(_year)),
}
