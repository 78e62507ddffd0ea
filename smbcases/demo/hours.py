"""Office hours, each person's in their own time zone, days off left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

OPENS, CLOSES = time(9), time(17, 30)
_SATURDAY = 5
REGION_ZONES = {"AMER": "America/New_York", "EMEA": "Europe/Berlin", "APJ": "Asia/Singapore"}


@dataclass(frozen=True)
class Desk:
    """Somebody's hours. `away` are the spans of their time off, first and last day included."""

    zone: ZoneInfo
    away: tuple[tuple[date, date], ...] = ()

    def is_open(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        return OPENS <= local.time() < CLOSES and self._works_on(local.date())

    def next_open(self, at: datetime) -> datetime:
        """`at` where it lies in working hours, else as far into the next ones as `at`'s minute says."""
        if self.is_open(at):
            return at
        local = at.astimezone(self.zone)
        day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
        while not self._works_on(day):
            day += timedelta(days=1)
        opens = datetime.combine(day, OPENS, tzinfo=self.zone)
        return (opens + timedelta(minutes=at.minute, seconds=at.second)).astimezone(UTC)

    def _works_on(self, day: date) -> bool:
        return day.weekday() < _SATURDAY and not any(first <= day <= last for first, last in self.away)


def desk(zone: str, away: Iterable[tuple[date, date]] = ()) -> Desk:
    return Desk(ZoneInfo(zone), tuple(away))


@lru_cache
def of_region(region: str) -> Desk:
    """When customers of a region are at work."""
    return desk(REGION_ZONES[region])
