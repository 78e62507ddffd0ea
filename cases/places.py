"""Places: whoever raises somebody's load claims a place for it first.

A put-off case takes no place until it is worked again. How many places somebody has, and what guards them against two
who claim at once, is the routing's knowledge: the settings `PLACES` and `PLACES_OF` name its functions. Places are
held before cases are locked, as everybody does who needs both, so that no two wait for each other in a ring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from cases.models import Case
from cases.writing import StaleCase
from smbcases.lib.refusal import Refusal


class AtCapacity(Refusal):
    """Only a manager may go over the limit, by handing a case over, and the record says so."""

    name = "at-capacity"
    title = "No place is free"


@dataclass(kw_only=True)
class Room:
    """What somebody holds and how much they may; nobody else changes it until the transaction ends."""

    name: str
    load: int
    places: int

    def claim(self) -> None:
        if self.load >= self.places:
            raise AtCapacity(
                f"{self.name} holds {self.load} of {self.places} places. Close or put off a case first."
            )
        self.load += 1


@dataclass(frozen=True, kw_only=True)
class Rooms:
    """The places held for one piece of work, by person id."""

    held: dict[int, Room] = field(default_factory=dict)

    def claim(self, case: Case) -> None:
        """Take a place of its owner's for a locked case that was put off; other cases have theirs already.

        Raises AtCapacity, and StaleCase where the case came to need a place only after the places were held.
        """
        if case.deferred_until is not None:
            self.claim_for(case, owner_id=case.owner_id)

    def claim_for(self, case: Case, *, owner_id: int | None) -> None:
        """Take a place of `owner_id`'s for a case that they do not hold a place for. Raises as `claim`."""
        if owner_id is None or not case.takes_place:
            return
        if owner_id not in self.held:
            raise StaleCase(case, [])
        self.held[owner_id].claim()


def hold(people: Iterable[int], *, now: datetime) -> Rooms:
    """Hold the places of `people` until the transaction ends. To be called before any case is locked."""
    ids = sorted(set(people))
    return Rooms(held=_holder()(ids, now=now)) if ids else Rooms()


def hold_for_put_off(case_ids: Iterable[int], *, now: datetime) -> Rooms:
    """Hold the places of whoever owns one of these cases while it is put off; most often nobody's."""
    put_off = Case.objects.later().filter(pk__in=list(case_ids), owner__isnull=False, takes_place=True)
    return hold(put_off.values_list("owner", flat=True).order_by(), now=now)


def _holder() -> Callable[..., dict[int, Room]]:
    return cast(Callable[..., dict[int, Room]], import_string(settings.PLACES))


def load(people: Iterable[int]) -> dict[int, int]:
    """How many places each of `people` has; nobody holds anything by it."""
    ids = sorted(set(people))
    return cast(Callable[..., dict[int, int]], import_string(settings.PLACES_OF))(ids) if ids else {}
