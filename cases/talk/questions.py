"""Questions on a case: asked by whoever may see it, open until somebody who works it answers.

Each is due at the end of the playbook's number of business days, where the customer is. The earliest of the open
ones is the case's `answer_by`, which its clocks read. A question belongs to its case: it waits with one that nobody
has yet, and goes along when the case changes hands.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Min
from django.http import Http404

from accounts.models import Person
from cases import access, workdays, zones
from cases.models import Case, NoticeKind, Question, Verb
from cases.models.talk import Questions
from cases.talk import alerts, commenting
from smbcases.lib.refusal import Refusal


class NoSuchQuestion(Refusal):
    name = "no-such-question"
    status = 404
    title = "There is no such question"


class AnsweredAlready(Refusal):
    name = "answered-already"
    title = "The question was answered meanwhile"


@transaction.atomic
def ask(*, case_id: int, text: str, by: Person, now: datetime, version: int | None = None) -> Question:
    """Ask a question on the case. Raises what `commenting.comment` raises."""
    case = commenting.lock_seen(case_id, by=by, version=version)
    said = commenting.read(text, case=case)
    question = Question.objects.create(
        case=case,
        by=by,
        text=said.text,
        people={str(pk): name for pk, name in said.people.items()},
        asked_at=now,
        due_at=due_at(case, now=now),
    )
    question.alert_at = alerts.next_alert(question, case)
    question.save(update_fields=["alert_at"])
    commenting.write(
        case,
        said,
        verb=Verb.ASKED,
        by=by,
        now=now,
        data={"question": question.pk},
        columns={"answer_by": _first_due(case)},
    )
    owner = {case.owner_id: NoticeKind.ASKED} if case.owner_id else {}
    commenting.spread(case, said, kind=NoticeKind.ASKED, by=by, now=now, first=owner)
    return question


@transaction.atomic
def answer(
    *, case_id: int, question_id: int, text: str, by: Person, now: datetime, version: int | None = None
) -> Question:
    """Answer an open question: a comment on it by somebody who works the case.

    Raises NoSuchQuestion, AnsweredAlready, PermissionDenied, and what `commenting.comment` raises.
    """
    case = commenting.lock_seen(case_id, by=by, version=version)
    access.check_may_work(by, case)
    question = _open_one(case, question_id)
    said = commenting.read(text, case=case)
    question.answered_at, question.answered_by, question.alert_at = now, by, None
    question.save(update_fields=["answered_at", "answered_by", "alert_at"])
    commenting.write(
        case,
        said,
        verb=Verb.ANSWERED,
        by=by,
        now=now,
        data={"question": question.pk, "asker": question.by.name},
        columns={"answer_by": _first_due(case)},
    )
    asker = {question.by_id: NoticeKind.ANSWERED}
    commenting.spread(case, said, kind=NoticeKind.COMMENTED, by=by, now=now, first=asker)
    return question


def _open_one(case: Case, question_id: int) -> Question:
    asked = Question.objects.filter(case=case).select_related("by", "answered_by")
    question = asked.filter(pk=question_id).first()
    if question is None:
        raise NoSuchQuestion(f"{case.number} has no such question.")
    if question.answered_by is not None:
        raise AnsweredAlready(f"{question.answered_by.name} answered it meanwhile. Write a comment instead.")
    return question


def due_at(case: Case, *, now: datetime) -> datetime:
    """When a question that is asked now must be answered: at the end of that working day where the customer is, or so
    many days from now, as the playbook counts."""
    days = case.rules.clocks.answer_business_days
    if case.rules.clocks.counts.answer == "calendar":
        return now + timedelta(days=days)
    calendar = workdays.calendar_of(case)
    return workdays.add_business_days(now, days, calendar=calendar, zone=zones.zone_of(case))


def last_day(question: Question) -> date:
    """The day until whose end it is to be answered, where the case is; its case is loaded."""
    return (question.due_at - timedelta(seconds=1)).astimezone(zones.zone_of(question.case)).date()


def _first_due(case: Case) -> datetime | None:
    return _earliest(Question.objects.due().filter(case=case))


def first_open(case: Case) -> datetime | None:
    """When the first of the open questions is due, those that were left open at its closing among them."""
    return _earliest(Question.objects.open().filter(case=case))


def _earliest(asked: Questions) -> datetime | None:
    first: datetime | None = asked.aggregate(due=Min("due_at"))["due"]
    return first


def load_open(case: Case) -> list[Question]:
    """The open questions that are due, oldest first; a case says by itself when it has none."""
    if case.answer_by is None:
        return []
    questions = list(Question.objects.due().filter(case=case).select_related("by").order_by("id"))
    for question in questions:
        question.case = case
    return questions


def load_latest(cases: Iterable[Case]) -> dict[int, Question]:
    """The last question of each case that has one, by the case's id."""
    asked = Question.objects.filter(case__in=[case.pk for case in cases])
    latest = asked.order_by("case_id", "-id").distinct("case_id").select_related("by", "answered_by", "case")
    return {question.case_id: question for question in latest}


def get(case: Case, question_id: int) -> Question:
    """The question of this case. Raises Http404."""
    question = Question.objects.filter(case=case, pk=question_id).select_related("by", "answered_by").first()
    if question is None:
        raise Http404
    return question
