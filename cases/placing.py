"""Where a case lies in the active playbook, whatever playbook it was opened under.

A case in hand keeps the territory of its own playbook, which the active one may not have. It then lies where it is
worked: in the territory of its owner's region. One that waits is carried over to a territory of the active one.
"""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Person
from cases.models import Case
from smbcases import playbook


def foreign() -> list[str]:
    """The territories of other playbooks that the active one does not have."""
    books = [playbook.get(key) for key in playbook.keys()]  # noqa: SIM118  a function of a module
    return sorted({key for book in books for key in book.territories} - set(playbook.active().territories))


def lies_in(key: str) -> Q:
    """Cases that lie in this territory of the active playbook; of another key: those that are placed there."""
    placed = Q(territory=key)
    territory = playbook.active().territories.get(key)
    if territory is None:
        return placed
    team = Person.objects.filter(region__in=territory.regions).values("pk")
    return placed | Q(territory__in=foreign(), owner__in=team)


def territory_of(case: Case) -> str:
    """The territory of the active playbook that the case lies in; empty where none is known. Reads its owner."""
    rules = playbook.active()
    if case.territory in rules.territories:
        return case.territory
    return (rules.territory_of(case.owner.region) or "") if case.owner else ""
