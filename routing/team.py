"""A territory's team as it stands: who has how many places taken, who is away, whose turn it is, what waits.

A fixed number of queries, however large the team or long the queue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from accounts.models import Person
from cases.models import Case
from routing.candidates import load_candidates
from routing.models import Assignment, Pool, TimeOff, WaitingReason
from routing.ranking import Candidate, Need, Row, rank

SHOWN = 50
COUNTED = 999
OVER_CAPACITY_DAYS = timedelta(days=90)
OVER_CAPACITY_SHOWN = 10


class NoSuchTeam(Exception):
    """The active playbook has no pool for this territory."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """How an advocate's open cases are spread."""

    to_pick_up: int = 0
    in_hand: int = 0
    high_value: int = 0
    later: int = 0


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One advocate of the team, in the order of turns; `cover` stands in while they are away."""

    row: Row
    person: Person
    desk: Desk
    last_turn_at: datetime | None
    back_on: str
    cover: Person | None

    @property
    def candidate(self) -> Candidate:
        return self.row.candidate


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What waits: the first `SHOWN` cases, and how many there are, counted to one more than `COUNTED`.

    `unplaced` have no region yet and may become any team's; they are shown, and counted apart.
    """

    cases: tuple[Case, ...]
    count: int
    unplaced: int
    oldest_at: datetime | None
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True)
class Team:
    pool: Pool
    seats: tuple[Seat, ...]
    queue: Queue
    over_capacity: tuple[Assignment, ...]
    time_off: tuple[TimeOff, ...]

    @property
    def people(self) -> tuple[Person, ...]:
        return tuple(seat.person for seat in self.seats)

    @property
    def held(self) -> int:
        return sum(seat.candidate.load for seat in self.seats)

    @property
    def places(self) -> int:
        return sum(seat.candidate.places for seat in self.seats)

    @property
    def here(self) -> int:
        """How many could be given a case now, or will when a place is free."""
        return sum(_is_here(seat.candidate) for seat in self.seats)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one glance at the page should tell."""

    words: str
    tone: str
    icon: str


def answer(found: Team) -> Answer:
    """All placed; or how many wait, and why."""
    queue = found.queue
    if not queue.count:
        return Answer(words="All placed.", tone="done", icon="check-circle")
    count = f"{COUNTED}+" if queue.count > COUNTED else str(queue.count)
    verb = "waits" if queue.count == 1 else "wait"
    several = len(queue.reasons) > 1
    why = [f"{_lower(reason)} ({number})" if several else _lower(reason) for reason, number in queue.reasons]
    return Answer(words=f"{count} {verb}: {', '.join(why)}.", tone="soon", icon="exclamation-triangle")


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _is_here(candidate: Candidate) -> bool:
    return candidate.active and candidate.takes_turns and not candidate.back_on


def load(*, playbook_key: str, territory: str, now: datetime) -> Team:
    """The team of a territory. Raises NoSuchTeam."""
    pool = Pool.objects.filter(playbook=playbook_key, territory=territory).first()
    if pool is None:
        raise NoSuchTeam(territory)
    candidates = load_candidates(pool=pool, now=now)
    return Team(
        pool=pool,
        seats=_seats(pool, candidates),
        queue=_load_queue(territory),
        over_capacity=_load_over_capacity(candidates, now=now),
        time_off=_load_time_off(candidates, now=now),
    )


def _seats(pool: Pool, candidates: Sequence[Candidate]) -> tuple[Seat, ...]:
    ranking = rank(list(candidates), need=Need())
    ids = [candidate.id for candidate in candidates]
    covers = [c.covered_by for c in candidates if c.covered_by is not None]
    people = Person.objects.in_bulk({*ids, *covers})
    desks = _load_desks(ids)
    turns = dict(pool.members.values_list("person_id", "last_turn_at"))
    return tuple(
        Seat(
            row=row,
            person=people[row.candidate.id],
            desk=desks.get(row.candidate.id, Desk()),
            last_turn_at=turns.get(row.candidate.id),
            back_on=row.candidate.back_on,
            cover=people.get(row.candidate.covered_by or 0),
        )
        for row in ranking.rows
    )


def _load_desks(person_ids: Sequence[int]) -> dict[int, Desk]:
    """Open cases by owner: those that hold no place (High Value, put off) stand apart."""
    counted = (
        Case.objects.open()
        .filter(owner__in=person_ids)
        .values("owner_id")
        .annotate(
            to_pick_up=Count("id", filter=_HELD & Q(picked_up_at__isnull=True)),
            in_hand=Count("id", filter=_HELD & Q(picked_up_at__isnull=False)),
            high_value=Count("id", filter=Q(takes_place=False, deferred_until__isnull=True)),
            later=Count("id", filter=Q(deferred_until__isnull=False)),
        )
        .order_by()
    )
    return {row.pop("owner_id"): Desk(**row) for row in counted}


_HELD = Q(holds_place=True)


def _load_queue(territory: str) -> Queue:
    """What waits for this territory, and what waits for any because nobody knows its region."""
    waiting = Case.objects.waiting()
    ordered = waiting.filter(territory__in=[territory, ""]).order_by("-priority", "queued_at", "id")
    theirs = waiting.filter(territory=territory)
    found = list(theirs.values_list("waiting__reason", "queued_at")[: COUNTED + 1])
    reasons = Counter(_reason(reason) for reason, _ in found)
    return Queue(
        cases=tuple(ordered.select_related("account", "waiting")[:SHOWN]),
        count=len(found),
        unplaced=waiting.filter(territory="")[: COUNTED + 1].count(),
        oldest_at=min((queued_at for _, queued_at in found), default=None),
        reasons=tuple(reasons.most_common()),
    )


def _reason(stored: str | None) -> str:
    return WaitingReason(stored).label if stored else "Routing looks at them in a moment"


def _load_over_capacity(candidates: Sequence[Candidate], *, now: datetime) -> tuple[Assignment, ...]:
    """Hand-overs of late that took somebody over their places."""
    given = Assignment.objects.filter(
        person__in=[candidate.id for candidate in candidates],
        over_capacity=True,
        at__gte=now - OVER_CAPACITY_DAYS,
    )
    related = given.select_related("case", "person", "by")
    return tuple(related.order_by("-at", "-id")[:OVER_CAPACITY_SHOWN])


def _load_time_off(candidates: Sequence[Candidate], *, now: datetime) -> tuple[TimeOff, ...]:
    """Time off that is not over, soonest first. A day is kept: the earth is round."""
    yesterday = (now - timedelta(days=1)).date()
    spans = TimeOff.objects.filter(
        person__in=[candidate.id for candidate in candidates], ends_on__gte=yesterday
    )
    related = spans.select_related("person", "covered_by")
    return tuple(related.order_by("starts_on", "id"))
