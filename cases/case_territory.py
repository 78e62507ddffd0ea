"""Where a case lies in the active playbook, whatever playbook it was opened under.

A case in hand keeps the territory of its own playbook, which the active one may not have. It then lies where it is
worked: in the territory of its owner's region. One that waits is carried over to a territory of the active one.
"""

from __future__ import annotations

from django.db.models import Case as WhenThen
from django.db.models import F, Q, Value, When

from accounts.models import Person
from cases.models import Case
from smbcases import playbook


def foreign() -> list[str]:
    """The territories of other playbooks that the active one does not have."""
    known = {key for book in playbook.every() for key in book.territories}
    return sorted(known - set(playbook.active().territories))


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
    return territory_by(case.territory, region=case.owner.region if case.owner else "")


def territory_by(key: str, *, region: str) -> str:
    """The same of a case that is placed in `key`; `region`: its owner's."""
    rules = playbook.active()
    return key if key in rules.territories else rules.territory_of(region) or ""


def where() -> WhenThen:
    """The territory of the active playbook that a case lies in, as an expression; as `territory_of` says of one."""
    rules = playbook.active()
    worked = [
        When(territory__in=foreign(), owner__region__in=territory.regions, then=Value(key))
        for key, territory in rules.territories.items()
    ]
    return WhenThen(*worked, default=F("territory"))
