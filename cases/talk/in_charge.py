"""Who is told when a territory is late or full: the managers of its regions."""

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
