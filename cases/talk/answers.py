"""What became of the last question on a case, for the lists of those who file cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from cases.models import Case, Question
from cases.talk import questions
from smbcases.lib import spans


def tell_of_questions(cases: Iterable[Case], *, now: datetime) -> None:
    """Put the words on the rows of a list, in one query."""
    rows = list(cases)
    latest = questions.load_latest(rows) if rows else {}
    for case in rows:
        if case.pk in latest:
            case.question_told = words(latest[case.pk], now=now)


def words(question: Question, *, now: datetime) -> str:
    """`Answered today by Maya Stone`, `Tomás Vega asked; answer due tomorrow`."""
    today = timezone.localdate(now)
    if question.answered_at is not None and question.answered_by is not None:
        day = spans.day_in_words(timezone.localdate(question.answered_at), today=today)
        return f"Answered {day} by {question.answered_by.name}"
    day = spans.day_in_words(questions.last_day(question), today=today)
    due = "answer was due" if question.due_at <= now else "answer due"
    return f"{question.by.name} asked; {due} {day}"
