"""Where a case is, and when a day begins and ends there."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cases.models import Case
from smbcases import playbook


def zone_of(case: Case) -> ZoneInfo:
    """That of its territory; UTC while that is not known."""
    return zone_in(case.territory)


def zone_in(territory: str) -> ZoneInfo:
    found = playbook.territory(territory)
    return _zone(found.time_zone if found else "UTC")


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def start_of(day: date, *, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def end_of(day: date, *, zone: ZoneInfo) -> datetime:
    """The first instant of the next day: due on a day means until it ends there."""
    return start_of(day + timedelta(days=1), zone=zone)
