"""Weekly moments, where somebody is."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

_WEEK = timedelta(days=7)


def monday_of(moment: datetime) -> date:
    return moment.date() - timedelta(days=moment.weekday())


def last_slot(*, weekday: int, hour: int, now: datetime) -> datetime:
    """When it was that weekday (0 is Monday) and hour last, in the zone of `now`: now, or up to a week ago."""
    monday = datetime.combine(monday_of(now), time(hour), tzinfo=now.tzinfo)
    slot = monday + timedelta(days=weekday)
    return slot if slot <= now else slot - _WEEK
