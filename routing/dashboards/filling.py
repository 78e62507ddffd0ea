"""When a team's places are full, at the pace of the last weeks: a plain projection, and said as one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

LOOKS_BACK = 28
FARTHEST = 365


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Cases that take a place: so many open with owner or without, so many opened and closed in `days` days."""

    taken: int
    places: int
    opened: int
    closed: int
    days: int = LOOKS_BACK

    @property
    def net(self) -> int:
        return self.opened - self.closed


@dataclass(frozen=True, kw_only=True)
class Filling:
    """`full_on` is None where it is not in sight; `is_full`: it is so already. `pace` is what the words rest on."""

    words: str
    pace: str = ""
    full_on: date | None = None
    is_full: bool = False


def project(flow: Flow, *, today: date) -> Filling:
    """The day on which no place is left if as many open and close as of late; the words say what that rests on."""
    pace = _pace(flow)
    if not flow.places:
        return Filling(words="No places to fill", pace=pace)
    if flow.taken >= flow.places:
        return Filling(words="Full now", pace=pace, full_on=today, is_full=True)
    if flow.net <= 0:
        return Filling(words="It empties" if flow.net < 0 else "It does not fill", pace=pace)
    in_days = ceil(Fraction((flow.places - flow.taken) * flow.days, flow.net))
    if in_days > FARTHEST:
        return Filling(words="Not within a year", pace=pace)
    full_on = today + timedelta(days=in_days)
    return Filling(words=f"Full on {_day(full_on, today)}", pace=pace, full_on=full_on)


def _pace(flow: Flow) -> str:
    if not flow.net:
        return "As many opened as closed in the last 4 weeks."
    more = "more" if flow.net > 0 else "fewer"
    return f"{abs(flow.net):,} {more} opened than closed in the last 4 weeks."


def _day(day: date, today: date) -> str:
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day.day} {day:%b}{year}"
