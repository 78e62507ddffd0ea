"""What was given to whom in a period: turns and all other ways, from the record of assignments.

Read by who got it, each person's latest first: that index is there for other reasons, and an assignment is not made
dearer by being counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet

from cases.dashboards import sets, settled
from cases.dashboards.asked import Asked
from cases.dashboards.counting import WhichBucket
from routing.models import Assignment
from smbcases import playbook

SHOWN = 100
MOST = 5000  # in a file or by API


@dataclass(frozen=True, kw_only=True)
class Given:
    """Counted by part of the period, from 0, and by person: all that they were given, and their turns among it."""

    all: Counter[tuple[int, int]] = field(default_factory=Counter)
    turns: Counter[tuple[int, int]] = field(default_factory=Counter)

    @cached_property
    def by_part(self) -> Counter[int]:
        return _summed(self.all, by=0)

    @cached_property
    def by_person(self) -> Counter[int]:
        return _summed(self.all, by=1)

    @cached_property
    def turns_by_person(self) -> Counter[int]:
        return _summed(self.turns, by=1)

    @property
    def total(self) -> int:
        return self.all.total()


def _summed(counted: Counter[tuple[int, int]], *, by: int) -> Counter[int]:
    """By one place of the key alone."""
    found: Counter[int] = Counter()
    for key, number in counted.items():
        found[key[by]] += number
    return found


def receivers(asked: Asked) -> list[int]:
    """Whose cases these are: everybody whom the filters name, also who has left their desk since."""
    territory = playbook.active().territories.get(asked.territory)
    return [one.pk for one in asked.everybody if territory is None or one.region in territory.regions]


def within(asked: Asked, *, start: datetime, end: datetime) -> QuerySet[Assignment]:
    """The assignments between two instants that the filters leave."""
    return _to(receivers(asked), asked, start=start, end=end)


def _to(people: Iterable[int], asked: Asked, *, start: datetime, end: datetime) -> QuerySet[Assignment]:
    found = Assignment.objects.filter(person__in=people, at__gte=start, at__lt=end)
    of_cases = {name: value for name in ("category", "case_type") if (value := getattr(asked, name))}
    return found.filter(**{f"case__{name}": value for name, value in of_cases.items()})


def load(asked: Asked) -> Given:
    """By part of the period and person."""
    if not asked.edges:
        return Given()
    found = _count(asked, within(asked, start=asked.edges[0], end=asked.edges[-1]))
    return Given(
        all=Counter({group: row["every"] for group, row in found.items()}),
        turns=Counter({group: row["in_turn"] for group, row in found.items()}),
    )


def _count(asked: Asked, rows: QuerySet[Assignment]) -> dict[tuple[int, int], dict[str, Any]]:
    """What was given is never changed, but what its case is about may be: narrowed by that, nothing is kept."""
    by, figures = ("part", "person_id"), {"every": "count(*)", "in_turn": "count(turn)"}
    parts = rows.values("person_id", "turn", part=WhichBucket("at", edges=asked.edges))
    if asked.category or asked.case_type:
        found = sets.tally([parts], by=[by], figures=figures)
    else:
        found = settled.tally(asked, parts, by=[by], figures=figures, instant="at")
    return {(part - 1, person): row for (part, person), row in found[by].items()}


Turns = Counter[tuple[int, int]]
"""By part of the period, from 0, and person."""


def load_turns(asked: Asked, had: Given, people: Collection[int]) -> Turns:
    """The turns of `people`, also of those whom the filters leave out: one query where there are such.

    What was due to one is a share of what all of the rotation had.
    """
    others = set(people) - set(receivers(asked))
    if not others or not asked.edges:
        return had.turns
    return had.turns + Counter({(part, one): n for part, one, n in _count_turns(asked, others)})


def load_turns_by_pool(asked: Asked, people: Collection[int]) -> dict[str, Turns]:
    """The turns of people who are in several pools, by the territory of the pool that dealt them; one query."""
    found: dict[str, Turns] = defaultdict(Counter)
    if people and asked.edges:
        for part, one, territory, number in _count_turns(asked, people, "drain__pool__territory"):
            found[territory][part, one] = number
    return found


def _count_turns(asked: Asked, people: Iterable[int], *by: str) -> Iterator[tuple[Any, ...]]:
    rows = (
        _to(people, asked, start=asked.edges[0], end=asked.edges[-1])
        .filter(turn__isnull=False, **({"drain__pool__playbook": playbook.active().key} if by else {}))
        .annotate(part=WhichBucket("at", edges=asked.edges))
        .values_list("part", "person_id", *by)
        .annotate(count=Count("*"))
        .order_by()
    )
    return ((part - 1, *rest) for part, *rest in rows)


class Over(NamedTuple):
    """A hand-over that took somebody beyond their places."""

    case_id: int
    at: datetime
    person: str
    load_before: int
    places: int
    by: str | None
    reason: str

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        return ("case_id", "at", "person__name", "load_before", "places", "by__name", "reason")


@dataclass(frozen=True, kw_only=True)
class Overage:
    """Hand-overs that took somebody beyond their places: the latest, and how many there are by who decided it."""

    latest: tuple[Over, ...]
    by_manager: tuple[tuple[int | None, str, int, int], ...]

    @property
    def total(self) -> int:
        return sum(row[2] for row in self.by_manager)


def load_over_capacity(asked: Asked) -> Overage:
    """Two queries over the few that there are. A row by manager: id, name, how many, to how many people."""
    over = within(asked, start=asked.start, end=asked.end).filter(over_capacity=True)
    rows = (
        over.values_list("by_id", "by__name")
        .annotate(count=Count("*"), people=Count("person_id", distinct=True))
        .order_by("-count", "by__name", "by_id")
    )
    latest = over.order_by("-at", "-id").values_list(*Over.columns())[: MOST if asked.whole else SHOWN]
    return Overage(
        latest=tuple(Over(*row) for row in latest),
        by_manager=tuple((pk, name or "Somebody", number, people) for pk, name, number, people in rows),
    )
