"""What was done in a period and in the one before it: opened, picked up, closed, won, touched, in one pass over each.

Closed and open cases are asked apart, so that each is found by its own index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, ExpressionWrapper, F, Q

from cases import kept
from cases.dashboards import periods, sets, settled
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Money, Share
from cases.dashboards.counting import WhichBucket, is_so, took
from cases.dashboards.scorecard import touching, won
from cases.dashboards.scorecard.won import Won
from cases.dashboards.sets import Counted, Grouping
from cases.models import Case
from cases.models.case import Cases
from cases.statuses import closed_keys

MOST_PEOPLE = 80
NOTHING, NO_MONEY = Share(0, 0), Money()
OWNER, BUCKET, ALL = ("owner_id", "was"), ("bucket",), ("was",)
Group = tuple[Any, ...]
"""An owner's id with whether it was before, a bucket's number, or whether it was."""
Figures = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was done in a time. `pick_up` and `close` are medians, of `timed` and of `closed` cases; `won_cases` led
    to what was won. `by_status` counts the closed ones."""

    opened: int = 0
    closed: int = 0
    by_status: Mapping[str, int] = field(default_factory=dict)
    pick_up: timedelta | None = None
    timed: int = 0
    in_time: Share = NOTHING
    close: timedelta | None = None
    on_target: Share = NOTHING
    touches: int = 0
    won: Money = NO_MONEY
    won_cases: int = 0


def load(asked: Asked, *, by: Sequence[Grouping]) -> dict[Grouping, dict[Group, Done]]:
    """What was done, by each grouping; by bucket neither medians nor what was won and touched. Owners' figures are
    those of this period alone."""
    opened, picked, closed = (each(asked, by) for each in (_load_opened, _load_picked, _load_closed))
    pick_ups, closings = _load_pick_ups(asked, by), _load_closings(asked, by)
    people = [grouping for grouping in by if grouping != BUCKET]
    brought = _load_won(asked, people)
    touched = _load_touches(asked, people)
    found: dict[Grouping, dict[Group, Done]] = {}
    for grouping in by:
        groups = {*opened[grouping], *picked[grouping], *closed[grouping], *touched.get(grouping, {})}
        found[grouping] = {
            group: _done(
                opened[grouping].get(group, {}),
                picked[grouping].get(group, {}) | pick_ups.get(grouping, {}).get(group, {}),
                closed[grouping].get(group, {}),
                closings.get(grouping, {}).get(group, {}),
                brought.get(grouping, {}).get(group, Won()),
                touched.get(grouping, {}).get(group, 0),
            )
            for group in groups
            if grouping != OWNER or not group[1]
        }
    return found


def _done(
    opened: Figures, picked: Figures, closed: Figures, closing: Figures, brought: Won, touches: int
) -> Done:
    many = closed.get("many", 0)
    return Done(
        opened=opened.get("many", 0),
        closed=many,
        by_status={key: closed.get(f"as_{key}", 0) for key in closed_keys()},
        pick_up=picked.get("took"),
        timed=picked.get("timed", 0),
        in_time=Share(picked.get("in_time", 0), picked.get("many", 0)),
        close=closing.get("took"),
        on_target=Share(closed.get("on_target", 0), closed.get("aimed", 0)),
        touches=touches,
        won=brought.amount,
        won_cases=brought.cases,
    )


def within(asked: Asked) -> Cases:
    """The cases asked about that are somebody's."""
    return asked.narrow(Case.objects.filter(owner__isnull=False))


def _either_time(asked: Asked, name: str) -> Q:
    """In the period or the one before it. One range, for the index, without what may lie between the two.

    A long period stands alone: its own line over time says more than the year before, at half the cost. So do very
    many people.
    """
    if asked.period.span.days > periods.COMPARED_DAYS or is_wide(asked):
        return Q(**{f"{name}__gte": asked.start, f"{name}__lt": asked.end})
    first, last = asked.before
    whole = Q(**{f"{name}__gte": first, f"{name}__lt": asked.end})
    return whole & ~Q(**{f"{name}__gte": last, f"{name}__lt": asked.start})


def is_wide(asked: Asked) -> bool:
    """Whether so many people are asked about that only what all of them did in the period is read."""
    return len(asked.people) > MOST_PEOPLE


def _was(asked: Asked, name: str) -> ExpressionWrapper[Any]:
    return is_so(Q(**{f"{name}__lt": asked.start}))


def _count(
    asked: Asked,
    closed: Cases,
    instant: str,
    by: Sequence[Grouping],
    *,
    live: Sequence[Cases] = (),
    figures: Mapping[str, str],
    **columns: Any,
) -> Counted:
    """Cases by when something was done: `closed` ones, and `live`, open ones."""
    keys = {"was": _was(asked, instant), "bucket": WhichBucket(instant, edges=asked.edges)}
    settling, *rest = (
        part.filter(_either_time(asked, instant)).values("owner_id", **columns, **keys)
        for part in (closed, *live)
    )
    return settled.tally(asked, settling, rest, by=by, figures={"many": "count(*)", **figures})


def _load_opened(asked: Asked, by: Sequence[Grouping]) -> Counted:
    cases = within(asked)
    return _count(asked, cases.closed(), "opened_at", by, live=[cases.open()], figures={})


def _load_picked(asked: Asked, by: Sequence[Grouping]) -> Counted:
    """What was picked up, and how much of it in time."""
    cases = within(asked)
    return _count(
        asked,
        cases.closed(),
        "picked_up_at",
        by,
        live=[cases.open()],
        figures={"in_time": "count(*) FILTER (WHERE is_in_time)"},
        is_in_time=is_so(kept.PICKED_UP_IN_TIME),
    )


def _load_closed(asked: Asked, by: Sequence[Grouping]) -> Counted:
    by_status = {f"as_{key}": f"count(*) FILTER (WHERE ended = '{key}')" for key in closed_keys()}
    return _count(
        asked,
        within(asked).closed(),
        "closed_at",
        by,
        figures={
            "aimed": "count(*) FILTER (WHERE is_aimed)",
            "on_target": "count(*) FILTER (WHERE is_on_target)",
            **by_status,
        },
        ended=F("status"),
        is_aimed=is_so(Q(target_at__isnull=False)),
        is_on_target=is_so(kept.CLOSED_IN_TIME),
    )


def _load_pick_ups(asked: Asked, by: Sequence[Grouping]) -> Counted:
    """How long it took to pick up what was picked up in the period, since it was given, where that is known."""
    timed = within(asked).filter(
        kept.PICK_UP_TIMED,
        picked_up_at__gte=asked.start,
        picked_up_at__lt=asked.end,
    )
    return _medians(asked, timed.closed(), [timed.open()], "assigned_at", "picked_up_at", by)


def _load_closings(asked: Asked, by: Sequence[Grouping]) -> Counted:
    """How long cases were open that were closed in the period."""
    closed = within(asked).closed().filter(closed_at__gte=asked.start, closed_at__lt=asked.end)
    return _medians(asked, closed, [], "opened_at", "closed_at", by)


def _medians(
    asked: Asked, closed: Cases, live: Sequence[Cases], since: str, until: str, by: Sequence[Grouping]
) -> Counted:
    """By owner and of all, of this period alone: one sort serves both; by weeks and before, each would take another."""
    settling, *rest = (part.values("owner_id", took=took(since, until)) for part in (closed, *live))
    wanted = {grouping: ("owner_id",) if grouping == OWNER else () for grouping in by if grouping != BUCKET}
    found = settled.medians(asked, settling, rest, by=list(wanted.values()))
    return {
        grouping: {(*group, False): row for group, row in found[spelt].items()}
        for grouping, spelt in wanted.items()
    }


def _load_won(asked: Asked, by: Sequence[Grouping]) -> dict[Grouping, dict[Group, Won]]:
    closed = within(asked).closed().filter(_either_time(asked, "closed_at"))
    return won.load(asked, closed, _was(asked, "closed_at"), by=by)


def _load_touches(asked: Asked, by: Sequence[Grouping]) -> dict[Grouping, dict[Group, int]]:
    """Mails, calls and meetings from us, by who made them; a mail that failed reached nobody."""
    told = touching.told(asked, _either_time(asked, "at"))
    failed = touching.failed(asked, _either_time(asked, "history__at"))
    rows = told.values("person_id", was=_was(asked, "at"))
    grouping, figures = ("person_id", "was"), {"many": "count(*)"}
    if touching.about(asked):  # what a case is about may change
        counted = sets.tally([rows], by=[grouping], figures=figures)[grouping]
    else:
        counted = settled.tally(asked, rows, by=[grouping], figures=figures, instant="at")[grouping]
    made = {group: row["many"] for group, row in counted.items()}
    lost = dict(_lost(failed, asked)) if made else {}
    touches = {group: many - lost.get(group, 0) for group, many in made.items()}
    summed = {
        (was,): sum(many for (_, then), many in touches.items() if then is was) for was in (True, False)
    }
    return {grouping: touches if grouping == OWNER else summed for grouping in by}


def _lost(failed: Any, asked: Asked) -> Iterable[tuple[Group, int]]:
    counted = failed.annotate(was=_was(asked, "history__at")).values_list("person_id", "was")
    return ((tuple(group), many) for *group, many in counted.annotate(many=Count("*")).order_by())
