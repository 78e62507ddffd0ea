"""The Queues dashboard: what waits in each territory, for how long, and what comes back on which day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, Min, Q, Value

from accounts import access
from accounts.access import Act
from accounts.models import Person
from cases.dashboards.asked import PLACE, WHAT, Asked
from cases.dashboards.blocks import Dashboard
from cases.dashboards.counting import Median
from cases.dashboards.registry import Kind
from cases.intake import lists as mail_lists
from cases.models import Case, Priority
from routing.candidates import load_candidates
from routing.dashboards import next_out, queue_blocks, waits
from routing.models import Pool
from smbcases import playbook

KEY = "queues"
UNKNOWN = "unknown"
AHEAD = 14
LEVELS = tuple(reversed(Priority))


class Slowest(Median):
    """What nine of ten do not exceed."""

    template = "%(function)s(0.9) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What waits in a territory; `is_known`: it is one of the active playbook's, or the cases without a region."""

    key: str
    name: str
    number: int = 0
    by_priority: Mapping[Priority, int]
    meant: int = 0
    longest: timedelta | None = None
    median: timedelta | None = None
    slowest: timedelta | None = None
    next_out: str = ""
    is_known: bool = True


@dataclass(frozen=True, kw_only=True)
class Back:
    """Put-off cases that come back from `first_on` to `last_on`; either may be open."""

    name: str
    first_on: date | None
    last_on: date | None
    number: int
    owned: int


@dataclass(frozen=True, kw_only=True)
class Found:
    queues: tuple[Queue, ...]
    waits: tuple[waits.Wait, ...]
    back: tuple[Back, ...]
    unmatched: int | None

    @property
    def waiting(self) -> int:
        return sum(queue.number for queue in self.queues)

    @property
    def later(self) -> int:
        return sum(back.number for back in self.back)


def load(asked: Asked, reader: Person, now: datetime) -> Found:
    """Four queries, and three for each territory where something waits and nobody is free."""
    return Found(
        queues=_load_queues(asked, now=now),
        waits=waits.load(asked),
        back=_load_back(asked),
        unmatched=mail_lists.count("unmatched") if access.may(reader, Act.SORT_MAIL) else None,
    )


def _load_queues(asked: Asked, *, now: datetime) -> tuple[Queue, ...]:
    """Those of the playbook in its order, then what has no region, then what another playbook left behind."""
    waited = ExpressionWrapper(Value(now) - F("queued_at"), output_field=DurationField())
    rows = (
        asked.narrow(Case.objects.waiting())
        .values("territory")
        .annotate(
            every=Count("*"),
            meant=Count("id", filter=Q(meant_for__isnull=False)),
            first_at=Min("queued_at"),
            median=Median(waited),
            slowest=Slowest(waited),
            **{level.name: Count("id", filter=Q(priority=level)) for level in LEVELS},
        )
        .order_by("territory")
    )
    found = {row["territory"]: row for row in rows}
    rules = playbook.active()
    asked_for = {key: one.name for key, one in rules.territories.items() if asked.territory in {"", key}}
    names = {**asked_for, **({} if asked.territory else {"": "Region not known"})}
    left = [key for key in found if key not in names]
    out = _next_out([key for key in asked_for if key in found], now=now)
    return tuple(
        _queue(key, names.get(key, key), found.get(key), now=now, out=out, is_known=key in names)
        for key in (*names, *left)
    )


def _queue(
    key: str,
    name: str,
    row: Mapping[str, object] | None,
    *,
    now: datetime,
    out: Mapping[str, str],
    is_known: bool,
) -> Queue:
    if row is None:
        return Queue(key=key or UNKNOWN, name=name, by_priority=dict.fromkeys(LEVELS, 0))
    fields: dict[str, object] = {
        "number": row["every"],
        "meant": row["meant"],
        "longest": now - row["first_at"],  # type: ignore[operator]  # an instant, as annotated
        "median": row["median"],
        "slowest": row["slowest"],
    }
    return Queue(
        key=key or UNKNOWN,
        name=name,
        by_priority={level: int(str(row[level.name])) for level in LEVELS},
        next_out=out.get(key, "") or next_out.WITHOUT_REGION,
        is_known=is_known,
        **fields,  # type: ignore[arg-type]  # as annotated above
    )


def _next_out(keys: Iterable[str], *, now: datetime) -> dict[str, str]:
    """When the next of each queue goes out, as far as anybody can know."""
    rules = playbook.active()
    pools = Pool.objects.filter(playbook=rules.key, territory__in=[*keys]).order_by("id")
    return {
        pool.territory: next_out.say(load_candidates(pool=pool, now=now), routing=rules.routing)
        for pool in pools
    }


def _load_back(asked: Asked) -> tuple[Back, ...]:
    """Day by day for the next two weeks, with what should be back already, and all that comes later."""
    rows = (
        asked.narrow(Case.objects.later())
        .values_list("deferred_until")
        .annotate(every=Count("*"), owned=Count("owner"))
        .order_by("deferred_until")
    )
    counted = {day: (every, owned) for day, every, owned in rows}
    last = asked.today + timedelta(days=AHEAD)
    due = [day for day in counted if day <= asked.today]
    far = [day for day in counted if day > last]
    days = [day for day in counted if asked.today < day <= last]
    found = [_back("Today", due, counted, None, asked.today)] if due else []
    found += [_back(f"{day:%a} {day.day} {day:%b}", [day], counted, day, day) for day in days]
    if far:
        found.append(_back("Later than that", far, counted, last + timedelta(days=1), None))
    return tuple(found)


def _back(
    name: str,
    days: Iterable[date],
    counted: Mapping[date, tuple[int, int]],
    first: date | None,
    last: date | None,
) -> Back:
    pairs = [counted[day] for day in days]
    return Back(
        name=name,
        first_on=first,
        last_on=last,
        number=sum(every for every, _ in pairs),
        owned=sum(owned for _, owned in pairs),
    )


def show(asked: Asked, reader: Person, now: datetime) -> Dashboard:
    """What waits is nobody's: a lead sees what their people may be given, not what they have."""
    asked = replace(asked, team=None, owner=None)
    found = load(asked, reader, now)
    return Dashboard(
        key=KEY,
        name="Queues",
        answer=queue_blocks.answer(found),
        figures=queue_blocks.figures(found, asked),
        tables=(
            queue_blocks.of_queues(found, asked),
            waits.table(found.waits, asked),
            queue_blocks.of_back(found, asked),
        ),
    )


KIND = Kind(
    key=KEY,
    name="Queues",
    load=show,
    about="What waits in each territory, for how long and why, and what comes back on which day.",
    icon="queue-list",
    place=40,
    filters=(*PLACE, *WHAT),
    timed=False,
)
