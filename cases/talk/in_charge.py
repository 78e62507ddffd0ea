"""Who is told when a territory is late or full, or somebody asks for help: the managers of its regions, and SMB Ops."""

from __future__ import annotations

from accounts.models import Person, Role
from smbcases import playbook


def of_territory(key: str) -> set[int]:
    """The managers whose region lies in the territory; of none: nobody."""
    territory = playbook.active().territories.get(key)
    if territory is None:
        return set()
    people = Person.objects.filter(role=Role.MANAGER, is_active=True, region__in=territory.regions)
    return set(people.values_list("pk", flat=True))


def ops() -> set[int]:
    """SMB Ops who are here, by id."""
    return set(Person.objects.filter(role=Role.OPS, is_active=True).values_list("pk", flat=True))


def above(key: str) -> set[int]:
    """Whom the territory's managers report to."""
    people = Person.objects.filter(pk__in=of_territory(key), manager__is_active=True)
    return set(people.values_list("manager_id", flat=True))
