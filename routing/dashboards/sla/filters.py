"""From a figure of the SLA dashboard to its cases: the filters of All cases that this needs."""

from __future__ import annotations

from datetime import datetime

import django_filters as filters
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from cases import filters as case_filters
from cases.dashboards import periods
from cases.models import Question
from cases.models.case import Cases
from routing.dashboards.sla import counting, standards
from routing.dashboards.sla.causes import Cause
from routing.dashboards.sla.standards import Clock

_HOW = {"kept": "kept", "broken": "broken", "close": "kept, and close"}
_NOW = {
    "pick_up_overdue": "Pick-up overdue now",
    "pick_up_next": "Pick-up due within 4 hours",
    "target_past": "Past the target now",
    "limit_past": "Stale now, somebody’s",
    "limit_next": "Stale within 2 days",
    "question_late": "Question late now",
    "step_ahead": "Next step ahead",
    "step_past": "Next step past",
    "step_none": "No next step",
    "touch_ahead": "Touch ahead",
    "touch_past": "Touch overdue",
}


def choices() -> list[tuple[str, str]]:
    """Every value of the filter, with its words."""
    ended = [
        (f"{clock}.{how}", f"{clock.spec.name} {words}") for clock in Clock for how, words in _HOW.items()
    ]
    why = [
        (f"{clock}.{cause}", f"{clock.spec.name} broken: {cause.words}") for clock in Clock for cause in Cause
    ]
    return [*ended, *why, *_NOW.items()]


def narrow(cases: Cases, _name: str, value: str) -> Cases:
    if value in standards.NOW:
        return cases.filter(standards.NOW[value](timezone.now(), timezone.localdate()))
    clock, _, how = value.partition(".")
    if how in _HOW:
        return cases.filter(getattr(Clock(clock).spec, how))
    return standards.broken_by(cases, Clock(clock), Cause(how))


def by_questions(cases: Cases, _name: str, value: str) -> Cases:
    """`kept/FROM/BEFORE`: cases with a question that was due between these instants, and was answered in time."""
    how, _, span = value.partition("/")
    start, end = _instants(span)
    conditions = {"kept": counting.KEPT_QUESTION, "broken": counting.BROKEN_QUESTION}
    if how not in conditions or start is None or end is None:
        return cases.none()
    asked = Question.objects.filter(conditions[how], case=OuterRef("pk"), due_at__gte=start, due_at__lt=end)
    return cases.filter(Exists(asked))


def _instants(span: str) -> tuple[datetime | None, datetime | None]:
    try:
        start, end = (parse_datetime(one) for one in span.split("/"))
    except ValueError:
        return None, None
    known = [
        one if one is not None and one.tzinfo and one.year in periods.YEARS else None for one in (start, end)
    ]
    return known[0], known[1]


def offer() -> None:
    """Bring them in, once the apps are there."""
    case_filters.offer(
        "sla", filters.ChoiceFilter(choices=choices, method=narrow, label="Clock"), is_bounded=False
    )
    case_filters.offer(
        "answered_in", filters.CharFilter(method=by_questions, label="Questions", max_length=100)
    )
