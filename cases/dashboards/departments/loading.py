"""What departments filed in the period and what became of it; and what of theirs is open now, whenever it was filed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Case as Decision
from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from cases import kept
from cases.counted_filters import has_stepped
from cases.dashboards import sets, settled
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Share
from cases.dashboards.counting import WhichBucket, is_so, took
from cases.models import Case, History, Verb
from cases.models.case import Cases
from cases.statuses import closed_keys

DEPARTMENT, TYPE, BUCKET, ALL = ("department",), ("case_type",), ("bucket",), ()
NOTHING = Share(0, 0)


@dataclass(frozen=True, kw_only=True)
class Filed:
    """Of the cases filed in a time: `picked` are picked up, `stepped` got a next step since; medians from filing to
    the first of each."""

    many: int = 0
    open: int = 0
    by_status: Mapping[str, int] = field(default_factory=dict)
    picked: int = 0
    pick_up: timedelta | None = None
    in_time: Share = NOTHING
    stepped: int = 0
    step: timedelta | None = None

    @property
    def closed(self) -> int:
        return self.many - self.open


@dataclass(frozen=True, kw_only=True)
class Open:
    """What is open now. What is overdue waits to be picked up too."""

    waiting: int = 0
    to_pick_up: int = 0
    overdue: int = 0
    in_hand: int = 0
    later: int = 0


@dataclass(frozen=True, kw_only=True)
class Found:
    asked: Asked
    filed: Mapping[str, Filed]
    by_type: Mapping[str, Filed]
    trend: tuple[Filed, ...]
    whole: Filed
    before: int
    open: Mapping[str, Open]


def load(asked: Asked) -> Found:
    found = _load_filed(asked)
    return Found(
        asked=asked,
        filed={group[0]: one for group, one in found[DEPARTMENT].items()},
        by_type={group[0]: one for group, one in found[TYPE].items()},
        trend=tuple(found[BUCKET].get((at,), Filed()) for at in range(1, len(asked.buckets) + 1)),
        whole=found[ALL].get((), Filed()),
        before=_count_before(asked),
        open=_load_open(asked),
    )


def _of_departments(asked: Asked) -> Cases:
    return asked.narrow(Case.objects.exclude(department=""))


def _count_before(asked: Asked) -> int:
    first, last = asked.before
    filed = _of_departments(asked).filter(opened_at__gte=first, opened_at__lt=last)
    settling, live = (half.values("opened_at") for half in (filed.closed(), filed.open()))
    return settled.count(asked, settling, [live])


def _load_filed(asked: Asked) -> dict[tuple[str, ...], dict[tuple[Any, ...], Filed]]:
    filed = _of_departments(asked).filter(opened_at__gte=asked.start, opened_at__lt=asked.end)
    columns = {
        "ended": F("status"),
        "is_open": is_so(Q(closed_at__isnull=True)),
        "is_picked": is_so(Q(picked_up_at__isnull=False)),
        "is_in_time": is_so(kept.PICKED_UP_IN_TIME),
        "is_stepped": has_stepped(),
        "bucket": WhichBucket("opened_at", edges=asked.edges),
    }
    figures = {
        "many": "count(*)",
        "open": "count(*) FILTER (WHERE is_open)",
        "picked": "count(*) FILTER (WHERE is_picked)",
        "in_time": "count(*) FILTER (WHERE is_in_time)",
        "stepped": "count(*) FILTER (WHERE is_stepped)",
        **{f"as_{key}": f"count(*) FILTER (WHERE ended = '{key}' AND NOT is_open)" for key in closed_keys()},
    }
    settling, live = (
        half.values("department", "case_type", **columns) for half in (filed.closed(), filed.open())
    )
    counted = settled.tally(asked, settling, [live], by=[DEPARTMENT, TYPE, BUCKET, ALL], figures=figures)
    pick_ups = _load_medians(asked, filed.filter(picked_up_at__isnull=False), _first_pick_up())
    steps = _load_medians(asked, filed.filter(has_stepped()), _first(Verb.NEXT_STEPS))
    return {
        grouping: {
            group: _filed(
                row,
                pick_up=pick_ups.get(grouping, {}).get(group, {}).get("took"),
                step=steps.get(grouping, {}).get(group, {}).get("took"),
            )
            for group, row in groups.items()
            if row["many"]
        }
        for grouping, groups in counted.items()
    }


def _load_medians(asked: Asked, filed: Cases, first: Subquery | Decision) -> sets.Counted:
    """The median time from filing until something was done first."""
    settling, live = (
        half.annotate(first_at=first).values("department", "case_type", took=took("opened_at", "first_at"))
        for half in (filed.closed(), filed.open())
    )
    return settled.medians(asked, settling, [live], by=[DEPARTMENT, TYPE, ALL])


def _history(verb: Verb) -> QuerySet[History]:
    return History.objects.filter(case=OuterRef("pk"), verb=verb)


def _first(verb: Verb) -> Subquery:
    """When this was first done with the case."""
    done = _history(verb).order_by()
    return Subquery(done.values("case").annotate(first_at=Min("at")).values("first_at"))


def _first_pick_up() -> Decision:
    """Of what is picked up. One that was put off or reopened since is picked up again, months after it was filed; one
    whose history does not tell was brought in as it is."""
    first = Coalesce(_first(Verb.PICKED_UP), F("picked_up_at"))
    return Decision(When(picked_up_at__isnull=False, then=first))


def _filed(row: Mapping[str, Any], *, pick_up: timedelta | None, step: timedelta | None) -> Filed:
    return Filed(
        many=row["many"],
        open=row["open"],
        by_status={key: row[f"as_{key}"] for key in closed_keys()},
        picked=row["picked"],
        pick_up=pick_up,
        in_time=Share(row["in_time"], row["picked"]),
        stepped=row["stepped"],
        step=step,
    )


def _load_open(asked: Asked) -> dict[str, Open]:
    now_theirs, unpicked = Q(deferred_until__isnull=True), Q(picked_up_at__isnull=True)
    counted = (
        _of_departments(asked)
        .open()
        .values("department")
        .annotate(
            nobodys=Count(Value(1), filter=now_theirs & Q(owner__isnull=True)),
            to_pick_up=Count(Value(1), filter=now_theirs & unpicked & Q(owner__isnull=False)),
            overdue=Count(Value(1), filter=kept.pick_up_overdue(asked.now)),
            in_hand=Count(Value(1), filter=now_theirs & ~unpicked),
            later=Count(Value(1), filter=~now_theirs),
        )
        .order_by()
    )
    return {row.pop("department"): Open(waiting=row.pop("nobodys"), **row) for row in counted}
