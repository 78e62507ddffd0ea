"""Who works cases, and in whose team: read once for a dashboard, for its names, its choices and its filters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Person, Role
from cases.models import Case

DESK = (Role.ADVOCATE, Role.TEAM_LEAD)
_READ = ("pk", "name", "role", "region", "manager_id", "is_active")


@dataclass(frozen=True)
class Colleague:
    pk: int
    name: str
    role: str
    region: str
    manager_id: int | None
    is_active: bool

    @property
    def has_desk(self) -> bool:
        """Whether cases are given to them now."""
        return self.is_active and self.role in DESK


@dataclass(frozen=True)
class Staff:
    """Everybody who works cases or has worked them, by name, whatever their role is now; with those who lead them."""

    people: tuple[Colleague, ...]

    @cached_property
    def by_pk(self) -> dict[int, Colleague]:
        return {one.pk: one for one in self.people}

    @property
    def at_desks(self) -> list[Colleague]:
        return [one for one in self.people if one.has_desk]

    @property
    def managers(self) -> list[Colleague]:
        """Those who have a team. Who has a desk belongs to their own manager's."""
        leading = {one.manager_id for one in self.people}
        return [one for one in self.people if one.pk in leading and one.role not in DESK]

    def team_of(self, pk: int) -> list[Colleague]:
        """The people whom somebody leads; of who has a desk, their own manager's people: they alone without one."""
        one = self.by_pk.get(pk)
        if one is None:
            return []
        if one.role not in DESK:
            return [each for each in self.people if each.manager_id == pk]
        if one.manager_id is None:
            return [one]
        return [each for each in self.people if each.manager_id == one.manager_id]

    def has_desk(self, pk: int) -> bool:
        return pk in self.by_pk and self.by_pk[pk].has_desk

    def of_region(self, region: str) -> list[Colleague]:
        return [one for one in self.people if one.region == region]


def everybody() -> QuerySet[Person]:
    """Whoever has cases, open or closed, or leads somebody is among them after a change of role."""
    roles = (*DESK, Role.MANAGER, Role.OPS)
    its = Case.objects.filter(owner=OuterRef("pk"))
    theirs = Q(role__in=roles) | Exists(its.open()) | Exists(its.closed())
    leading = Person.objects.filter(manager=OuterRef("pk"))
    return Person.objects.filter(theirs | Exists(leading))


def load() -> Staff:
    """By name; one query."""
    found = everybody().order_by("name", "id").values_list(*_READ)
    return Staff(tuple(Colleague(*row) for row in found))


def pks(people: Iterable[Colleague]) -> list[int]:
    return [one.pk for one in people]
