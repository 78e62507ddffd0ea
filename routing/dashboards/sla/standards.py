"""The clocks that are kept or broken, and what is so of them now: each said once, as a filter of cases.

Figures are counted by these, and the lists that they open are narrowed by these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import (
    DateField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import Least

from cases import kept
from cases.dashboards.counting import is_so
from cases.models import Question
from cases.models.case import Cases
from cases.room import narrowing
from cases.room.kinds import Kind as Untidy
from cases.room.narrowing import When
from routing.dashboards.sla.causes import Cause
from routing.models import Assignment, TimeOff

SOON = timedelta(hours=2)
NEARLY = timedelta(days=1)
PICK_UP_NEXT = timedelta(hours=4)
LIMIT_NEXT = timedelta(days=2)


class Clock(StrEnum):
    PICK_UP = "pick_up"
    TARGET = "target"
    LIMIT = "limit"

    @property
    def spec(self) -> Spec:
        return _SPECS[self]


@dataclass(frozen=True, kw_only=True)
class Spec:
    """`due` and `ended` are columns of the case; `instants`: the filters of All cases that narrow by `ended`.
    `close`: kept with less than `spare` of its time left."""

    name: str
    due: str
    ended: str
    instants: str
    kept: Q
    broken: Q
    spare: timedelta

    @property
    def close(self) -> Q:
        return self.kept & Q(**{f"{self.ended}__gt": F(self.due) - self.spare})


_SPECS = {
    Clock.PICK_UP: Spec(
        name="Pick-up",
        due="pick_up_by",
        ended="picked_up_at",
        instants="picked",
        kept=kept.PICKED_UP_IN_TIME,
        broken=kept.PICKED_UP_LATE,
        spare=SOON,
    ),
    Clock.TARGET: Spec(
        name="Target",
        due="target_at",
        ended="closed_at",
        instants="closed",
        kept=kept.CLOSED_IN_TIME,
        broken=kept.CLOSED_AFTER_TARGET,
        spare=NEARLY,
    ),
    Clock.LIMIT: Spec(
        name="Longest open",
        due="limit_at",
        ended="closed_at",
        instants="closed",
        kept=Q(closed_at__lte=F("limit_at")),
        broken=kept.CLOSED_AFTER_LIMIT,
        spare=NEARLY,
    ),
}


def with_facts(cases: Cases, clock: Clock) -> Cases:
    """Each case with what was so of it when this clock ran out: `was_` and the name of each of `causes.Facts`."""
    due: Any = F(clock.spec.due)
    late_pick_up = kept.PICKED_UP_LATE
    if clock is Clock.PICK_UP:  # one that was missed and then put off is due no more
        due, late_pick_up = Least(due, F("pick_up_missed_at")), Q(pk__isnull=True)
    return cases.annotate(due=due).annotate(
        was_given_late=is_so(Q(assigned_at__isnull=True) | Q(assigned_at__gte=F("due"))),
        was_away=Exists(_days_off()),
        was_full=Exists(_last_places()),
        was_put_off=F("put_off"),
        was_asked=Exists(_open_questions()),
        was_picked_late=is_so(late_pick_up),
        was_no_step=is_so(Q(next_steps="")),
    )


class _DayThere(Func):
    """The day that an instant falls on in a time zone."""

    template = "(%(expressions)s)::date"
    arg_joiner = " AT TIME ZONE "
    output_field = DateField()


def _days_off() -> QuerySet[TimeOff]:
    """Days off are days where their person is."""
    day = _DayThere(OuterRef("due"), F("person__time_zone"))
    return (
        TimeOff.objects.filter(person=OuterRef("owner"))
        .alias(day=day)
        .filter(starts_on__lte=F("day"), ends_on__gte=F("day"))
    )


def _last_places() -> QuerySet[Assignment]:
    """None was made before its case was opened; said so, PostgreSQL looks up each case's and reads no others."""
    to_owner = Assignment.objects.filter(case=OuterRef("pk"), person=OuterRef("owner"))
    return to_owner.filter(load_before__gte=F("places") - 1, at__gte=OuterRef("opened_at"))


def _open_questions() -> QuerySet[Question]:
    asked = Question.objects.filter(case=OuterRef("pk"), asked_at__lt=OuterRef("due"))
    return asked.filter(Q(answered_at__isnull=True) | Q(answered_at__gte=OuterRef("due")))


def broken_by(cases: Cases, clock: Clock, cause: Cause) -> Cases:
    """The cases that broke this clock for this cause."""
    so = {f"was_{name}": is_so for name, is_so in cause.facts.items()}
    return with_facts(cases.filter(clock.spec.broken), clock).filter(**so)


# What is so now, by the name in an address.

Now = Callable[[datetime, date], Q]
_HERE = Q(closed_at__isnull=True, deferred_until__isnull=True, owner__isnull=False)
_IN_HAND = _HERE & Q(picked_up_at__isnull=False)
_TO_PICK_UP = _HERE & Q(picked_up_at__isnull=True)


def _step_past(now: datetime, today: date) -> Q:
    return _IN_HAND & narrowing.is_untidy(Untidy.STEP, when=When(now=now, today=today))


def step_planned(_now: datetime, _today: date) -> Q:
    """In hand, and its next step has a day."""
    return _IN_HAND & Q(next_steps_on__isnull=False)


NOW: Mapping[str, Now] = {
    "pick_up_overdue": lambda now, _today: kept.pick_up_overdue(now),
    "pick_up_next": lambda now, _today: (
        _TO_PICK_UP & Q(pick_up_by__gt=now, pick_up_by__lte=now + PICK_UP_NEXT)
    ),
    "target_past": lambda now, _today: _IN_HAND & Q(target_at__lte=now),
    "limit_past": lambda now, _today: kept.stale(now) & Q(owner__isnull=False),
    "limit_next": lambda now, _today: _IN_HAND & Q(limit_at__gt=now, limit_at__lte=now + LIMIT_NEXT),
    "question_late": lambda now, _today: Q(closed_at__isnull=True, answer_by__lte=now),
    "step_ahead": lambda now, today: step_planned(now, today) & ~_step_past(now, today),
    "step_past": _step_past,
    "step_none": lambda _now, _today: _IN_HAND & Q(next_steps_on__isnull=True),
    "touch_ahead": lambda _now, today: _IN_HAND & Q(next_touch_on__gte=today),
    "touch_past": lambda _now, today: _IN_HAND & Q(next_touch_on__lt=today),
}
