"""Working days where the customer is: neither weekend nor public holiday, as each country knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from cases import zones
from cases.models import Case
from smbcases import playbook

_DAY = timedelta(days=1)
_SATURDAY = 5
_YEARS_KEPT = 1000


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The calendar of a country, by its two letters. One that nobody knows has weekends and no holidays."""

    country: str = ""


def calendar_of(case: Case) -> Calendar:
    """That of the account's country; where none is known, the one its territory names; else weekends alone."""
    if case.account is not None and case.account.country:
        return Calendar(country=case.account.country.upper())
    territory = playbook.territory(case.territory)
    return Calendar(country=territory.calendar if territory else "")


def is_workday(day: date, *, calendar: Calendar) -> bool:
    return day not in _days_off(calendar.country, day.year)


def add_workdays(day: date, count: int, *, calendar: Calendar) -> date:
    """The `count`-th working day after `day`; none to add: `day` itself, or the next working day."""
    while not (count == 0 and is_workday(day, calendar=calendar)):
        day += _DAY
        count -= is_workday(day, calendar=calendar) and count > 0
    return day


def add_business_days(moment: datetime, count: int, *, calendar: Calendar, zone: ZoneInfo) -> datetime:
    """The end of the `count`-th working day after the day that `moment` is in `zone`, in UTC."""
    day = add_workdays(moment.astimezone(zone).date(), count, calendar=calendar)
    return zones.end_of(day, zone=zone)


@lru_cache(maxsize=_YEARS_KEPT)
def _days_off(country: str, year: int) -> frozenset[date]:
    """The days of the year that nobody works; a weekend day that the country works instead is none of them."""
    try:
        known = holidays.country_holidays(country, years=year)
    except NotImplementedError:
        return frozenset(day for day in _days(year) if day.weekday() >= _SATURDAY)
    return frozenset(day for day in _days(year) if not known.is_working_day(day))


def _days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + n * _DAY for n in range((date(year + 1, 1, 1) - first).days)]
