"""Who takes turns in the territories that are asked about, with their places and their days away.

Four queries, whatever the number of advocates and territories.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Count

from accounts.models import Person
from cases.dashboards.asked import Asked
from routing.candidates import load_rosters
from routing.dashboards.fairness import Taker
from routing.models import Member, Pool, TimeOff
from routing.ranking import Candidate
from smbcases import playbook


@dataclass(frozen=True, kw_only=True)
class Crew:
    """The members of a territory's pool who are asked about; `everybody` are all of them."""

    territory: str
    name: str
    members: tuple[Candidate, ...]
    everybody: tuple[Candidate, ...]

    @property
    def working(self) -> tuple[Candidate, ...]:
        """Whose places count: the active ones, here or away."""
        return tuple(one for one in self.members if one.active)

    @property
    def held(self) -> int:
        return sum(one.load for one in self.working)

    @property
    def places(self) -> int:
        return sum(one.places for one in self.working)

    @property
    def here(self) -> tuple[Candidate, ...]:
        """Who can be given a case in turn now, or will when a place is free: theirs are the places that fill."""
        return tuple(one for one in self.working if one.takes_turns and not one.back_on)

    @property
    def places_here(self) -> int:
        return sum(one.places for one in self.here)

    @property
    def free_here(self) -> int:
        return sum(max(0, one.places - one.load) for one in self.here)

    @property
    def away(self) -> int:
        return sum(bool(one.back_on) for one in self.working)

    @property
    def in_rotation(self) -> tuple[Candidate, ...]:
        return tuple(one for one in self.everybody if one.active and one.takes_turns)


def load(asked: Asked, *, now: datetime) -> tuple[Crew, ...]:
    """The crews of the active playbook, in its order of territories."""
    rules = playbook.active()
    keys = [key for key in rules.territories if _is_asked(key, asked)]
    pools = {pool.territory: pool for pool in Pool.objects.filter(playbook=rules.key, territory__in=keys)}
    rosters = load_rosters(list(pools.values()), now=now)
    theirs = {one.pk for one in replace(asked, territory="").people}
    return tuple(
        _crew(key, rosters[pools[key].pk], name=rules.territories[key].name, theirs=theirs)
        for key in keys
        if key in pools
    )


def _is_asked(key: str, asked: Asked) -> bool:
    territory = playbook.active().territories[key]
    by_key = not asked.territory or key == asked.territory
    return by_key and (not asked.region or asked.region in territory.regions)


def _crew(territory: str, roster: Sequence[Candidate], *, name: str, theirs: set[int]) -> Crew:
    return Crew(
        territory=territory,
        name=name,
        members=tuple(one for one in roster if one.id in theirs),
        everybody=tuple(roster),
    )


def load_in_several(crews: Sequence[Crew]) -> set[int]:
    """Whose turns come from more than one pool of the active playbook; one query."""
    ids = {one.id for crew in crews for one in crew.in_rotation}
    found = Member.objects.filter(pool__playbook=playbook.active().key, person__in=ids)
    pools = found.values_list("person_id").annotate(pools=Count("*")).order_by()
    return {one for one, number in pools if number > 1}


def people_of(crews: Iterable[Crew]) -> list[Candidate]:
    """Everybody whose places count, once: who is in two pools has their places once, and the more of the two."""
    found: dict[int, Candidate] = {}
    for crew in crews:
        for one in crew.working:
            if one.id not in found or found[one.id].places < one.places:
                found[one.id] = one
    return list(found.values())


def load_takers(crews: Sequence[Crew], asked: Asked) -> dict[str, tuple[Taker, ...]]:
    """Those in the rotation of each crew by its territory, with their absences of the period: two queries."""
    ids = {one.id for crew in crews for one in crew.in_rotation}
    away = _load_away(ids, asked)
    joined = _load_joined(ids, asked)
    return {
        crew.territory: tuple(
            Taker(
                id=one.id,
                name=one.name,
                weight=one.weight,
                joined_on=joined[one.id],
                away=tuple(away.get(one.id, ())),
            )
            for one in crew.in_rotation
        )
        for crew in crews
    }


def _load_away(ids: Iterable[int], asked: Asked) -> dict[int, list[tuple[date, date]]]:
    span = asked.period.span
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    spans = TimeOff.objects.filter(person__in=ids, starts_on__lte=span.last_on, ends_on__gte=span.first_on)
    for person, first, last in spans.order_by("id").values_list("person_id", "starts_on", "ends_on"):
        found[person].append((first, last))
    return found


def _load_joined(ids: Iterable[int], asked: Asked) -> dict[int, date]:
    found = Person.objects.filter(pk__in=ids).values_list("pk", "joined_at")
    return {pk: joined_at.astimezone(asked.zone).date() for pk, joined_at in found}
