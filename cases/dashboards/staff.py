"""Who works cases, and in whose team: read once for a dashboard, for its names, its choices and its filters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from accounts.models import Person, Role

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
    """Everybody who works cases or has worked them, by name; with the managers whose teams they are."""

    people: tuple[Colleague, ...]

    @cached_property
    def by_pk(self) -> dict[int, Colleague]:
        return {one.pk: one for one in self.people}

    @property
    def at_desks(self) -> list[Colleague]:
        return [one for one in self.people if one.has_desk]

    @property
    def managers(self) -> list[Colleague]:
        """Those who have a team."""
        leading = {one.manager_id for one in self.people}
        return [one for one in self.people if one.pk in leading]

    def team_of(self, pk: int) -> list[Colleague]:
        """The people of a manager; of somebody else their own manager's people; those of no manager, by region."""
        one = self.by_pk.get(pk)
        if one is None:
            return []
        if one.role == Role.MANAGER:
            return [each for each in self.people if each.manager_id == pk]
        if one.manager_id is not None:
            return [each for each in self.people if each.manager_id == one.manager_id]
        return [each for each in self.people if each.region == one.region and each.manager_id is None]

    def of_region(self, region: str) -> list[Colleague]:
        return [one for one in self.people if one.region == region]


def load() -> Staff:
    roles = (*DESK, Role.MANAGER, Role.OPS)
    found = Person.objects.filter(role__in=roles).order_by("name", "id").values_list(*_READ)
    return Staff(tuple(Colleague(*row) for row in found))


def pks(people: Iterable[Colleague]) -> list[int]:
    return [one.pk for one in people]
