"""How many cases came and went: opened and closed by part of the period, and what is open now by its age.

What was opened in a period is what of it is closed by now and what is still open: each half has an index of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Count, Q, Value

from cases import case_territory
from cases.dashboards import settled
from cases.dashboards.asked import Asked
from cases.dashboards.counting import WhichBucket
from cases.models import Case
from cases.models.case import Cases
from routing.dashboards import filling
from routing.dashboards.filling import Flow
from smbcases import playbook

PART = ("part",)
Parts = Counter[int]
STATES: Mapping[str, Q] = {
    "waiting": Q(owner__isnull=True, deferred_until__isnull=True),
    "to_pick_up": Q(owner__isnull=False, deferred_until__isnull=True, picked_up_at__isnull=True),
    "in_hand": Q(owner__isnull=False, deferred_until__isnull=True, picked_up_at__isnull=False),
    "later": Q(deferred_until__isnull=False),
}
"""What an open case is, each exactly one of these."""


@dataclass(frozen=True, kw_only=True)
class ComingAndGoing:
    """By part of the period, from 0."""

    opened: Parts
    closed: Parts


@dataclass(frozen=True, kw_only=True)
class Band:
    """Open cases of an age: opened at `opened_from` or later, and before `opened_before`."""

    name: str
    opened_from: datetime | None
    opened_before: datetime | None
    is_over: bool = False


def load(asked: Asked) -> ComingAndGoing:
    """Two queries; of a month or longer two more for each, where what is settled was not counted yet."""
    edges = asked.edges
    if not edges:
        return ComingAndGoing(opened=Counter(), closed=Counter())
    opened = {"opened_at__gte": edges[0], "opened_at__lt": edges[-1]}
    closed = {"closed_at__gte": edges[0], "closed_at__lt": edges[-1]}
    done, left = asked.narrow(Case.objects.closed()), asked.narrow(Case.objects.open())
    return ComingAndGoing(
        opened=_by_part(asked, "opened_at", done.filter(**opened), left.filter(**opened)),
        closed=_by_part(asked, "closed_at", done.filter(**closed)),
    )


def _by_part(asked: Asked, instant: str, *halves: Cases) -> Parts:
    settling, *live = (half.values(part=WhichBucket(instant, edges=asked.edges)) for half in halves)
    found = settled.tally(asked, settling, live, by=[PART], figures={"many": "count(*)"})
    return Counter({part - 1: row["many"] for (part,), row in found[PART].items()})


def bands(*, now: datetime, target_days: int, limit_days: int) -> tuple[Band, ...]:
    """Ages from the youngest, with a line at the target and one at the longest-open limit of the playbook."""
    days = sorted({2, target_days, limit_days, 30})
    instants: list[datetime | None] = [None, *(now - timedelta(days=one) for one in days), None]
    names = [
        f"Under {days[0]} days",
        *(f"{one} to {two} days" for one, two in pairwise(days)),
    ]
    return tuple(
        Band(
            name=name,
            opened_from=instants[place + 1],
            opened_before=instants[place],
            is_over=place > days.index(limit_days),
        )
        for place, name in enumerate([*names, f"{days[-1]} days and more"])
    )


def load_backlog(asked: Asked, spans: Iterable[Band]) -> dict[tuple[int, str], int]:
    """Open cases by band, as its place in `spans`, and state; one query."""
    edges = sorted(one.opened_from for one in spans if one.opened_from)
    rows = (
        asked.narrow(Case.objects.open())
        .annotate(part=WhichBucket("opened_at", edges=edges))
        .values_list("part")
        .annotate(**{f"number_{name}": Count(Value(1), filter=state) for name, state in STATES.items()})
        .order_by()
    )
    return {
        (len(edges) - part, name): number
        for part, *numbers in rows
        for name, number in zip(STATES, numbers, strict=True)
        if number
    }


def load_pace(asked: Asked, territories: Iterable[str], *, now: datetime) -> dict[str, Flow]:
    """What takes places in each territory, without its places: waiting now, opened and closed in the last weeks.

    Three queries, whatever the number of territories.
    """
    since = now - timedelta(days=filling.LOOKS_BACK)
    free = Q(case_type__in=playbook.active().capacity.free_case_types)  # by type, which the indexes hold
    lately = Q(opened_at__gte=since, opened_at__lt=now)
    waits = Q(owner__isnull=True, deferred_until__isnull=True)
    cases = asked.narrow(Case.objects.filter(~free))
    still = _count_by_place(asked, cases.open(), new=lately, waiting=waits)
    gone = _count_by_place(asked, cases.closed().filter(lately), new=Q())
    closed = _count_by_place(asked, cases.closed().filter(closed_at__gte=since, closed_at__lt=now), all=Q())
    return {
        key: Flow(
            taken=still[key, "waiting"],
            places=0,
            opened=still[key, "new"] + gone[key, "new"],
            closed=closed[key, "all"],
        )
        for key in territories
    }


def _count_by_place(asked: Asked, cases: Cases, **what: Q) -> Counter[tuple[str, str]]:
    """Each of `what` by where the cases lie: grouped by what decides that, which the indexes hold."""
    foreign = set(case_territory.foreign())
    counted = {name: Count(Value(1), filter=only) if only else Count("*") for name, only in what.items()}
    found: Counter[tuple[str, str]] = Counter()
    for territory, owner, *numbers in (
        cases.values_list("territory", "owner_id").annotate(**counted).order_by()
    ):
        place = _theirs(asked, owner) if territory in foreign else territory
        found.update({(place, name): number for name, number in zip(what, numbers, strict=True)})
    return found


def _theirs(asked: Asked, owner: int | None) -> str:
    """The territory of somebody's region."""
    known = asked.staff.by_pk.get(owner or 0)
    return (known and playbook.active().territory_of(known.region)) or ""
