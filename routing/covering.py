"""Who covers for somebody who is away, so that what customers write reaches a person today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Person
from routing.candidates import load_away


def load_covers(people: Sequence[int], *, now: datetime) -> dict[int, int]:
    """The covering advocate of each who is away today and has named one, by id."""
    away = load_away(list(Person.objects.filter(pk__in=people)), now=now)
    return {pk: one.covered_by_id for pk, one in away.items() if one.covered_by_id}
