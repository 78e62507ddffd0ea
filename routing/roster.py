"""Who is in which pool: people join the pools of their region's territory, under every playbook."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Person
from routing.models import Member, Pool
from smbcases import playbook


def enroll(people: Iterable[Person]) -> int:
    """Put advocates and team leads into the pools of their region where they are in none yet. Answers how many
    memberships were made. Joining shifts nobody's turn."""
    pools = {(pool.playbook, pool.territory): pool for pool in Pool.objects.all()}
    made = 0
    for person in people:
        for rules in playbook.every():
            pool = pools.get((rules.key, rules.territory_of(person.region) or ""))
            if pool and person.handles_cases:
                made += Member.objects.get_or_create(pool=pool, person=person)[1]
    return made
