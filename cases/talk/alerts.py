"""The clock of a question and its ladder, as the sweep looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from cases import counting, ladders
from cases.ladders import Running
from cases.models import Case, DueKind, Question
from smbcases.lib import bulk


def running(question: Question, case: Case) -> Running:
    """The clock of an open question of the case. It counts by days; the steps of its ladder by the hour."""
    return Running(
        clock=DueKind.ANSWER,
        since=question.asked_at,
        due=question.due_at,
        is_marked=question.missed_at is not None,
        hours=None,
        rungs=ladders.rungs(case.playbook, DueKind.ANSWER, counting.day_of(None)),
    )


def next_alert(question: Question, case: Case) -> datetime | None:
    """When the sweep must look at the open question next; None where nothing is left to do about it."""
    return ladders.next_step(running(question, case), after=question.alerted_at)


def follow(cases: Sequence[Case]) -> None:
    """The open questions of locked cases that were closed or opened again: the sweep need not pass by those of a
    closed one, however many there are in time, and looks again at those of one that is open again."""
    closed = [case.pk for case in cases if not case.is_open]
    opened = {case.pk: case for case in cases if case.is_open}
    if closed:
        left = Question.objects.open().filter(case__in=closed, asked_at__lte=F("case__closed_at"))
        left.filter(alert_at__isnull=False).update(alert_at=None)
    if opened:
        asked = Question.objects.open().filter(case__in=opened).order_by("id")
        rows: list[dict[str, Any]] = [
            {"id": one.pk, "alert_at": next_alert(one, opened[one.case_id])} for one in asked
        ]
        bulk.update(Question, rows)
