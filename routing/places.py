"""How many places people have and hold, guarded by the rows of their pools."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Person
from cases.places import Room
from routing.candidates import count_loads
from routing.models import Member, Pool
from smbcases import playbook


def hold(people: Sequence[int], *, now: datetime) -> dict[int, Room]:
    """Hold the pools of `people` until the transaction ends, and answer the room of each.

    Without a pool of the active playbook somebody has as many places as the playbook says.
    """
    lock_pools_of(people)
    known = Person.objects.filter(pk__in=people)
    loads, places = count_loads(known), load(people)
    return {
        person.pk: Room(name=person.name, load=loads.get(person.pk, 0), places=places[person.pk])
        for person in known
    }


def load(people: Sequence[int]) -> dict[int, int]:
    """How many places each has. Without a pool of the active playbook, as many as the playbook says."""
    rules = playbook.active()
    members = Member.objects.filter(person__in=people, pool__playbook=rules.key).order_by("-pool_id", "id")
    said = members.values_list("person_id", "places")
    own = {pk: places for pk, places in said if places is not None}
    return {pk: own.get(pk, rules.capacity.places) for pk in people}


def lock_pools_of(people: Sequence[int]) -> None:
    """Whoever raises a load holds the pools of who bears it, in id order."""
    pools = Pool.objects.select_for_update(of=("self",)).filter(members__person__in=people).order_by("id")
    list(pools.values_list("id"))
