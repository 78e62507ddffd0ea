"""The weekly summary of rooms, with what only routing knows: who is away."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person, Role
from cases.room import weekly
from routing.candidates import load_away

TOLD = (Role.ADVOCATE, Role.TEAM_LEAD, Role.MANAGER)


def tell(*, now: datetime) -> int:
    """Tell who is due and here what there is to tidy. Answers how many were told."""
    people = Person.objects.filter(is_active=True, role__in=TOLD).order_by("id")
    return weekly.tell(now=now, away=load_away(people, now=now).keys())
