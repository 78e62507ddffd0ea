"""Late, today, or within a week: where somebody is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


class Group(IntEnum):
    """The parts of the list, in their order."""

    LATE = 0
    TODAY = 1
    WEEK = 2

    @property
    def title(self) -> str:
        return {Group.LATE: "Late", Group.TODAY: "Today", Group.WEEK: "Within 7 days"}[self]


@dataclass(frozen=True, kw_only=True)
class Clock:
    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def last_on(self) -> date:
        """The last day that the list looks ahead to."""
        return self.today + WEEK

    @property
    def begins_at(self) -> datetime:
        """When today began."""
        return self.end_of(self.today - _DAY)

    def end_of(self, day: date) -> datetime:
        """The first instant of the next day."""
        return datetime.combine(day + _DAY, time.min, tzinfo=self.zone).astimezone(UTC)

    def day_of(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def of_instant(self, at: datetime) -> Group | None:
        """None: later than the list looks."""
        return Group.LATE if at <= self.now else self.of_day(self.day_of(at - timedelta(microseconds=1)))

    def of_day(self, on: date) -> Group | None:
        """What is due on a day is not late before that day is over."""
        if on > self.last_on:
            return None
        if on > self.today:
            return Group.WEEK
        return Group.TODAY if on == self.today else Group.LATE
