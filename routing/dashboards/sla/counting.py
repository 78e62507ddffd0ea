"""What the SLA dashboard counts, in a fixed number of queries however many cases there are.

Closed and open cases are read apart, each by its own index, and counted once for every table of the page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, Value

from cases.dashboards import settled
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Share
from cases.dashboards.counting import WhichBucket, is_so
from cases.models import Case, Question
from cases.models.case import Cases
from routing.dashboards.sla import causes, standards
from routing.dashboards.sla.causes import Cause, Facts
from routing.dashboards.sla.standards import Clock
from smbcases import playbook

ELSEWHERE = "elsewhere"
ALL, PART, PLACE = (), ("part",), ("territory", "owner_id")
CATEGORY, CASE_TYPE = ("category",), ("case_type",)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How often a clock was kept, how often broken; `close`: kept with little of its time left."""

    kept: int = 0
    broken: int = 0
    close: int = 0

    @property
    def share(self) -> Share:
        return Share(self.kept, self.kept + self.broken)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            kept=self.kept + other.kept, broken=self.broken + other.broken, close=self.close + other.close
        )


Counts = Mapping[Clock, Tally]
"""By clock; what nothing happened to is not there."""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Questions that were due in the period, and on how many cases they were asked."""

    kept: int
    broken: int
    kept_cases: int
    broken_cases: int


@dataclass(frozen=True, kw_only=True)
class Found:
    """Everything that the page says, before it is put into words. `parts` by the number of the bucket, from 1;
    `territories` by key, `teams` by their manager's id."""

    all: Counts
    before: Counts
    parts: Mapping[int, Counts]
    territories: Mapping[str, Counts]
    teams: Mapping[int, Counts]
    categories: Mapping[str, Counts]
    case_types: Mapping[str, Counts]
    causes: Mapping[tuple[Clock, Cause], int]
    questions: Asking
    now: Mapping[str, int]


def load(asked: Asked, now: datetime) -> Found:
    """A fixed number of queries; of a month or longer a few more, where what is settled was not counted yet."""
    every = (ALL, PART, PLACE, CATEGORY, CASE_TYPE)
    counted = _load(asked, asked.start, asked.end, by=every)
    places, whole = counted[PLACE], _one(counted[ALL])
    return Found(
        all=whole,
        before=_one(_load(asked, *asked.before, by=(ALL,))[ALL]),
        parts={group[0]: counts for group, counts in counted[PART].items()},
        territories=_summed(((_lies_in(asked, *group), counts) for group, counts in places.items())),
        teams=_summed((_team(asked, group[1]), counts) for group, counts in places.items()),
        categories={group[0]: counts for group, counts in counted[CATEGORY].items()},
        case_types={group[0]: counts for group, counts in counted[CASE_TYPE].items()},
        causes=load_causes(asked, [clock for clock in Clock if clock in whole and whole[clock].broken]),
        questions=_load_questions(asked),
        now=_load_now(asked, now),
    )


Grouped = Mapping[tuple[str, ...], Mapping[tuple[Any, ...], Counts]]


def _load(asked: Asked, start: datetime, end: datetime, *, by: Sequence[tuple[str, ...]]) -> Grouped:
    """Every clock by every grouping."""
    picked = _count(asked, [Clock.PICK_UP], start, end, by=by)
    closed = _count(asked, [Clock.TARGET, Clock.LIMIT], start, end, by=by)
    return {
        grouping: {
            group: {**picked[grouping].get(group, {}), **closed[grouping].get(group, {})}
            for group in {*picked[grouping], *closed[grouping]}
        }
        for grouping in by
    }


def _count(
    asked: Asked, clocks: Sequence[Clock], start: datetime, end: datetime, *, by: Sequence[tuple[str, ...]]
) -> Grouped:
    """Clocks that end by the same instant of a case."""
    columns: dict[str, Any] = {}
    figures: dict[str, str] = {}
    for clock in clocks:
        for what in ("kept", "broken", "close"):
            name = f"{clock}_{what}"
            columns[f"is_{name}"] = is_so(getattr(clock.spec, what))
            figures[f"n_{name}"] = f"count(*) FILTER (WHERE is_{name})"
    if PART in by:
        columns["part"] = WhichBucket(clocks[0].spec.ended, edges=asked.edges)
    settling, *live = (
        half.values("owner_id", "territory", "category", "case_type", **columns)
        for half in _halves(asked, clocks[0], start, end)
    )
    found = settled.tally(asked, settling, live, by=by, figures=figures)
    return {
        grouping: {
            group: {clock: _read(row, clock) for clock in clocks if _has(row, clock)}
            for group, row in rows.items()
        }
        for grouping, rows in found.items()
    }


def _has(row: Mapping[str, int], clock: Clock) -> bool:
    return bool(row[f"n_{clock}_kept"] or row[f"n_{clock}_broken"])


def _read(row: Mapping[str, int], clock: Clock) -> Tally:
    return Tally(kept=row[f"n_{clock}_kept"], broken=row[f"n_{clock}_broken"], close=row[f"n_{clock}_close"])


def _halves(asked: Asked, clock: Clock, start: datetime, end: datetime) -> list[Cases]:
    """What ended in the time: closed cases, and of a clock that ends before the case does the open ones too."""
    ended = Q(**{f"{clock.spec.ended}__gte": start, f"{clock.spec.ended}__lt": end})
    found = asked.narrow(Case.objects.filter(ended))
    return [found.closed()] if clock.spec.ended == "closed_at" else [found.closed(), found.open()]


def _one(groups: Mapping[tuple[Any, ...], Counts]) -> Counts:
    return next(iter(groups.values()), {})


def _summed(groups: Iterable[tuple[Any, Counts]]) -> dict[Any, Counts]:
    summed: defaultdict[Any, dict[Clock, Tally]] = defaultdict(dict)
    for key, counts in groups:
        for clock, count in counts.items():
            summed[key][clock] = summed[key].get(clock, Tally()) + count
    return dict(summed)


def _lies_in(asked: Asked, territory: str, owner: int | None) -> str:
    """As `cases.case_territory` has it: a territory of the active playbook, empty where none is known yet."""
    rules = playbook.active()
    if territory in rules.territories or not territory:
        return territory
    known = asked.staff.by_pk.get(owner or 0)
    return (known and rules.territory_of(known.region)) or ELSEWHERE


def _team(asked: Asked, owner: int | None) -> int:
    """The manager of who has the case; 0: nobody's, or nobody manages them."""
    known = asked.staff.by_pk.get(owner or 0)
    return (known and known.manager_id) or 0


def load_causes(asked: Asked, clocks: Iterable[Clock]) -> dict[tuple[Clock, Cause], int]:
    """How many cases broke each clock by each cause: PostgreSQL counts what was so, `causes.decide` names it."""
    found: defaultdict[tuple[Clock, Cause], int] = defaultdict(int)
    by = tuple(f"was_{name}" for name in causes.NAMES)
    for clock in clocks:
        settling, *live = (
            standards.with_facts(half.filter(clock.spec.broken), clock).values(*by)
            for half in _halves(asked, clock, asked.start, asked.end)
        )
        counted = settled.tally(asked, settling, live, by=[by], figures={"many": "count(*)"})
        for facts, row in counted[by].items():
            decided = causes.decide(Facts(**dict(zip(causes.NAMES, facts, strict=True))))
            found[clock, decided] += row["many"]
    return dict(found)


KEPT_QUESTION = Q(missed_at__isnull=True, answered_at__lte=F("due_at"))
BROKEN_QUESTION = Q(missed_at__isnull=False) | Q(answered_at__gt=F("due_at"))


def _load_questions(asked: Asked) -> Asking:
    """One that is open and not late yet, or was left so when its case was closed, is neither kept nor broken."""
    due = Question.objects.filter(due_at__gte=asked.start, due_at__lt=asked.end)
    if asked.within():
        due = due.filter(case__in=asked.narrow(Case.objects.all()))
    return Asking(
        **due.aggregate(
            kept=Count("id", filter=KEPT_QUESTION),
            broken=Count("id", filter=BROKEN_QUESTION),
            kept_cases=Count("case", distinct=True, filter=KEPT_QUESTION),
            broken_cases=Count("case", distinct=True, filter=BROKEN_QUESTION),
        )
    )


def _load_now(asked: Asked, now: datetime) -> dict[str, int]:
    """What is so of the open cases now; one query. A planned step is past or ahead, which saves looking twice."""
    counted = {name: condition for name, condition in standards.NOW.items() if name != "step_ahead"}
    counted["step_planned"] = standards.step_planned
    found = asked.narrow(Case.objects.open()).aggregate(
        **{name: Count(Value(1), filter=condition(now, asked.today)) for name, condition in counted.items()}
    )
    return {**found, "step_ahead": found["step_planned"] - found["step_past"]}
