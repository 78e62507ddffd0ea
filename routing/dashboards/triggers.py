"""The Triggers dashboard: what each trigger opened, what became of it, and which of them waste time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from accounts.access import Reach
from accounts.models import Person
from accounts.models.book import Stage
from cases.dashboards import sets, settled
from cases.dashboards.asked import PLACE, WHAT, Asked
from cases.dashboards.blocks import Dashboard, Share
from cases.dashboards.counting import took
from cases.dashboards.registry import Kind
from cases.models import Case
from cases.models.case import Cases
from routing.dashboards import trigger_blocks
from routing.dashboards.idle import is_idle
from routing.models import Evaluation, Trigger
from routing.models.triggers import HELD_BACK
from smbcases import playbook

KEY = "triggers"
_WHOSE = " Of everybody’s cases, not your team’s alone."
VERSION, TRIGGER = ("case_type", "trigger_version"), ("case_type",)
Kept = tuple[str, int]
"""A trigger's key and version."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One trigger at one version: how many it opened in the period, and how those closed in it ended.

    `endings` counts by status and resolution action.
    """

    key: str
    version: int
    opened: int = 0
    still_open: int = 0
    endings: Mapping[tuple[str, str], int] = field(default_factory=dict)
    won: int = 0
    median: timedelta | None = None

    @property
    def closed(self) -> int:
        return sum(self.endings.values())

    def closed_as(self, status: str) -> int:
        return sum(number for (as_, _), number in self.endings.items() if as_ == status)

    def closed_with(self, action: str) -> int:
        return sum(number for (_, with_), number in self.endings.items() if with_ == action)

    @property
    def wasted(self) -> Share:
        """Closed with nothing to do, or without an answer."""
        idle = sum(number for ending, number in self.endings.items() if is_idle(*ending))
        return Share(idle, self.closed)


@dataclass(frozen=True, kw_only=True)
class Found:
    """`lines` by trigger and version; `medians` by trigger; `suppressed` by trigger and verdict."""

    lines: tuple[Line, ...]
    medians: Mapping[str, timedelta]
    suppressed: Mapping[tuple[str, str], int]
    ids: Mapping[str, int]

    @property
    def opened(self) -> int:
        return sum(line.opened for line in self.lines)

    @property
    def closed(self) -> int:
        return sum(line.closed for line in self.lines)

    @property
    def wasted(self) -> Share:
        return sum((line.wasted for line in self.lines), Share(0, 0))

    @property
    def by_trigger(self) -> tuple[Line, ...]:
        """All versions of a trigger as one, in the order of the lines."""
        together: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            together[line.key].append(line)
        return tuple(_joined(key, lines, self.medians.get(key)) for key, lines in together.items())


def _joined(key: str, lines: list[Line], median: timedelta | None) -> Line:
    endings: Counter[tuple[str, str]] = Counter()
    for line in lines:
        endings.update(line.endings)
    return Line(
        key=key,
        version=0,
        opened=sum(line.opened for line in lines),
        still_open=sum(line.still_open for line in lines),
        endings=endings,
        won=sum(line.won for line in lines),
        median=median,
    )


def load(asked: Asked) -> Found:
    """A fixed number of queries; of a month or longer more, where what is settled was not counted yet."""
    of_triggers = asked.narrow(Case.objects.filter(trigger_version__isnull=False))
    opened = of_triggers.filter(opened_at__gte=asked.start, opened_at__lt=asked.end)
    ended = of_triggers.closed().filter(closed_at__gte=asked.start, closed_at__lt=asked.end)
    still = _count(opened.open())
    gone = _count_settling(asked, opened.closed())
    won = _count_settling(asked, ended.filter(opportunity__stage=Stage.CLOSED_WON), follows_deals=True)
    endings = _count_endings(asked, ended)
    medians = _load_medians(asked, ended)
    order = {key: place for place, key in enumerate(playbook.active().triggers)}
    kept = sorted({*still, *gone, *endings}, key=lambda one: (order.get(one[0], len(order)), *one))
    return Found(
        lines=tuple(
            Line(
                key=one[0],
                version=one[1],
                opened=still[one] + gone[one],
                still_open=still[one],
                endings=endings.get(one, {}),
                won=won[one],
                median=medians[VERSION].get(one, {}).get("took"),
            )
            for one in kept
        ),
        medians={key: row["took"] for (key,), row in medians[TRIGGER].items()},
        suppressed=_load_suppressed(asked),
        ids=dict(Trigger.objects.filter(playbook=playbook.active().key).values_list("key", "id")),
    )


def _count(cases: Cases) -> Counter[Kept]:
    rows = cases.values_list(*VERSION).annotate(count=Count("*")).order_by()
    return Counter({(key, version): count for key, version, count in rows})


def _count_settling(asked: Asked, closed: Cases, *, follows_deals: bool = False) -> Counter[Kept]:
    rows, figures = closed.values(*VERSION), {"many": "count(*)"}
    found = settled.tally(asked, rows, by=[VERSION], figures=figures, follows_deals=follows_deals)
    return Counter({(key, version): row["many"] for (key, version), row in found[VERSION].items()})


def _count_endings(asked: Asked, ended: Cases) -> dict[Kept, dict[tuple[str, str], int]]:
    by = (*VERSION, "status", "resolution_action")
    counted = settled.tally(asked, ended.values(*by), by=[by], figures={"many": "count(*)"})
    found: dict[Kept, dict[tuple[str, str], int]] = defaultdict(dict)
    for (key, version, status, action), row in counted[by].items():
        found[key, version][status, action] = row["many"]
    return found


def _load_medians(asked: Asked, ended: Cases) -> sets.Counted:
    """The median time from opening to closing, of each version, and of each trigger over all its versions."""
    rows = ended.values(*VERSION, took=took("opened_at", "closed_at"))
    return settled.medians(asked, rows, by=[VERSION, TRIGGER])


def looks(asked: Asked, *, start: datetime, end: datetime) -> QuerySet[Evaluation]:
    """Looks between two instants that would have opened a case, had nothing stood in the way."""
    found = Evaluation.objects.filter(at__gte=start, at__lt=end, verdict__in=HELD_BACK)
    if asked.category:
        found = found.filter(trigger__category=asked.category)
    if asked.case_type:
        found = found.filter(trigger__key=asked.case_type)
    regions = _regions(asked)
    return found if regions is None else found.filter(account__region__in=regions)


def _regions(asked: Asked) -> set[str] | None:
    territory = playbook.active().territories.get(asked.territory)
    if territory is None:
        return {asked.region} if asked.region else None
    return {*territory.regions} & ({asked.region} if asked.region else {*territory.regions})


def _load_suppressed(asked: Asked) -> dict[tuple[str, str], int]:
    held_back = looks(asked, start=asked.start, end=asked.end)
    rows = held_back.values_list("trigger__key", "verdict").annotate(count=Count("*")).order_by()
    return {(key, verdict): count for key, verdict, count in rows}


def show(asked: Asked, reader: Person, _now: datetime) -> Dashboard:
    """Triggers are everybody's: a lead sees what they opened for all, as looks that were held back are nobody's."""
    asked = replace(asked, team=None, owner=None)
    found = load(asked)
    return Dashboard(
        key=KEY,
        name="Triggers",
        answer=trigger_blocks.answer(found),
        figures=trigger_blocks.figures(found, asked),
        tables=trigger_blocks.tables(found, asked, reader),
        note="A case is counted as opened where it was opened in the period, and as closed where it was closed in it."
        f"{_WHOSE if asked.reach is Reach.TEAM else ''}",
    )


KIND = Kind(
    key=KEY,
    name="Triggers",
    load=show,
    about="What each trigger opened, what became of it, and which triggers waste time.",
    icon="bolt",
    place=60,
    filters=(*PLACE, *WHAT),
)
