"""The weekly summary of rooms, with what only routing knows: who is away."""

from __future__ import annotations

from datetime import datetime

from cases.room import weekly
from routing.candidates import load_away


def tell(*, now: datetime) -> int:
    """Tell who is due and here what there is to tidy. Answers how many were told."""
    return weekly.tell(now=now, away=lambda people: load_away(people, now=now).keys())
