"""The clock of a question and its ladder, as the sweep looks at them."""

from __future__ import annotations

from datetime import datetime

from cases import counting, ladders
from cases.ladders import Running
from cases.models import Case, DueKind, Question


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
