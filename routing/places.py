"""How many places people have and hold, guarded by the rows of their pools."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Person
from cases.places import Room
from routing.candidates import count_loads
from routing.models import Member, Pool
from smbcases import playbook
from smbcases.playbook import Playbook


def hold(people: Sequence[int], *, now: datetime) -> dict[int, Room]:
    """Hold the pools of `people` until the transaction ends, and answer the room of each.

    Without a pool of the active playbook somebody has as many places as the playbook says.
    """
    lock_pools_of(people)
    rules = playbook.active()
    known = Person.objects.filter(pk__in=people)
    loads = count_loads(known)
    members = Member.objects.filter(person__in=people, pool__playbook=rules.key).order_by("-pool_id")
    own = {member.person_id: member.places for member in members}
    return {person.pk: _room(person, loads, own.get(person.pk), rules=rules) for person in known}


def _room(person: Person, loads: dict[int, int], own: int | None, *, rules: Playbook) -> Room:
    places = rules.capacity.places if own is None else own
    return Room(name=person.name, load=loads.get(person.pk, 0), places=places)


def lock_pools_of(people: Sequence[int]) -> None:
    """Whoever raises a load holds the pools of who bears it, in id order."""
    pools = Pool.objects.select_for_update(of=("self",)).filter(members__person__in=people).order_by("id")
    list(pools.values_list("id"))
