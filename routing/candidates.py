"""The roster of a pool as it stands: the only reader, in three queries however large the pool, or many the pools."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count

from accounts.models import Person
from cases.models import Case
from routing.models import Member, Pool, TimeOff
from routing.ranking import Candidate, Need, Ranking, rank
from smbcases import playbook


@dataclass(frozen=True, kw_only=True)
class Away:
    """An absence of today: the first day back, and who covers until then."""

    back_on: date
    covered_by_id: int | None


def load_candidates(*, pool: Pool, now: datetime) -> list[Candidate]:
    """Every member of `pool` with the places they hold, their last turn, and whether they are away today."""
    return load_rosters([pool], now=now)[pool.pk]


def load_rosters(pools: Sequence[Pool], *, now: datetime) -> dict[int, list[Candidate]]:
    """The candidates of each of `pools`, by its id."""
    members = list(Member.objects.filter(pool__in=pools).select_related("person").order_by("id"))
    people = {member.person_id: member.person for member in members}.values()
    loads = count_loads(people)
    away = load_away(people, now=now)
    places = {pool.pk: playbook.get(pool.playbook).capacity.places for pool in pools}
    found: dict[int, list[Candidate]] = {pool.pk: [] for pool in pools}
    for member in members:
        found[member.pool_id].append(
            _candidate(
                member,
                load=loads.get(member.person_id, 0),
                away=away.get(member.person_id),
                places=places[member.pool_id],
            )
        )
    return found


def _candidate(member: Member, *, load: int, away: Away | None, places: int) -> Candidate:
    person = member.person
    return Candidate(
        id=person.pk,
        name=person.name,
        active=person.is_active and person.handles_cases,
        takes_turns=member.takes_turns,
        back_on=away.back_on.isoformat() if away else "",
        covered_by=away.covered_by_id if away else None,
        languages=tuple(person.languages),
        load=load,
        places=member.places if member.places is not None else places,
        weight=member.weight,
        last_turn=member.last_turn,
        last_turn_at=member.last_turn_at.isoformat(timespec="seconds") if member.last_turn_at else "",
    )


def candidate_outside(person: Person, *, places: int, now: datetime) -> Candidate:
    """Somebody who is in no pool, for a hand-over: they hold places all the same."""
    member = Member(person=person)
    away = load_away([person], now=now).get(person.pk)
    return _candidate(member, load=count_loads([person]).get(person.pk, 0), away=away, places=places)


def count_loads(people: Iterable[Person]) -> dict[int, int]:
    """Places held, by person: assigned or in progress, neither put off nor free of the count."""
    held = Case.objects.filter(holds_place=True, owner__in=[person.pk for person in people])
    return dict(held.values_list("owner").annotate(count=Count("*")).order_by())


def load_away(people: Iterable[Person], *, now: datetime) -> dict[int, Away]:
    """Who of `people` is away today, by the date where each of them is; spans that touch are one absence."""
    zones = {person.pk: person.time_zone for person in people}
    dates = {zone: now.astimezone(ZoneInfo(zone)).date() for zone in set(zones.values())}
    today = {pk: dates[zone] for pk, zone in zones.items()}
    if not today:
        return {}
    spans = TimeOff.objects.filter(person__in=today, ends_on__gte=min(today.values()))
    found: dict[int, Away] = {}
    for span in spans.order_by("starts_on", "id"):
        held = found.get(span.person_id)
        if span.includes(held.back_on if held else today[span.person_id]):
            cover = held.covered_by_id if held else span.covered_by_id
            found[span.person_id] = Away(back_on=span.ends_on + timedelta(days=1), covered_by_id=cover)
    return found


def need_of(case: Case) -> Need:
    return Need(language=case.language, takes_place=case.takes_place)


def preview(*, case: Case, now: datetime) -> Ranking:
    """Who is next for this case as things stand, and why; writes nothing.

    Empty where it belongs to no pool.
    """
    pool = Pool.objects.filter(playbook=playbook.active().key, territory=case.territory).first()
    if pool is None:
        return Ranking(rows=())
    return rank(load_candidates(pool=pool, now=now), need=need_of(case))
