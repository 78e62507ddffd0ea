"""Who waits for an answer on a case: named wherever somebody closes it or hands it over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from cases.models import Case, Question
from cases.talk import mentions, questions
from cases.talk.asked import Asked


def load_many(cases: Iterable[Case]) -> dict[int, tuple[Asked, ...]]:
    """The open questions by case id, oldest first, in one query; none where no case has any."""
    rows = list(cases)
    asked = {case.pk: case for case in rows if case.answer_by is not None}
    found: dict[int, list[Asked]] = defaultdict(list)
    open_ones = Question.objects.due().filter(case__in=list(asked)).select_related("by") if asked else []
    for question in sorted(open_ones, key=lambda one: one.pk):
        question.case = asked[question.case_id]
        found[question.case_id].append(_asked(question))
    return {case.pk: tuple(found[case.pk]) for case in rows}


def _asked(question: Question) -> Asked:
    return Asked(
        by_id=question.by_id,
        by=question.by.name,
        text=mentions.plain(question.text, question.people),
        due_on=questions.last_day(question),
    )
