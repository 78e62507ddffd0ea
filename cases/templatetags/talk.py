"""Talk on a case's page, and the bell. `{% load talk %}`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from cases import access
from cases.models import Case, Question
from cases.talk import mentions, questions, reading
from cases.talk.forms import AnswerForm, CommentForm

register = template.Library()


@register.inclusion_tag("cases/case_questions.html")
def open_questions(case: Case, reader: Any) -> dict[str, Any]:
    """The open questions, with a field to answer in for who works the case."""
    return {
        "case": case,
        "questions": questions.load_open(case),
        "form": AnswerForm(case=case),
        "may_answer": access.may_work(reader, case),
        "reader": reader,
    }


@register.inclusion_tag("cases/questions_left.html")
def questions_left(case: Case, reader: Any) -> dict[str, Any]:
    """Who asked what and until when it is to be answered, for a sheet that closes the case or gives it away."""
    return {"case": case, "questions": questions.load_open(case), "reader": reader}


@register.inclusion_tag("cases/forms/comment.html")
def compose(case: Case) -> dict[str, Any]:
    return {"case": case, "form": CommentForm(case=case)}


@register.simple_tag
def said(text: str, people: dict[str, str], reader: Any) -> SafeString:
    """What somebody wrote, with the names of those mentioned set off; everything else is text."""
    parts = ((_classes(part, reader), part.text) for part in mentions.parts(text, people or {}))
    return format_html_join("", '<span class="{}">{}</span>', parts)


def _classes(part: mentions.Part, reader: Any) -> str:
    if part.id is None:
        return "said"
    return "at-name is-me" if part.id == getattr(reader, "pk", None) else "at-name"


@register.simple_tag
def unread_notices(person: Any) -> int:
    return reading.count_unread(person)


@register.filter
def answer_day(question: Question) -> date:
    """The day until whose end it is to be answered."""
    return questions.last_day(question)


@register.filter
def is_late(question: Question) -> bool:
    return question.due_at <= timezone.now()
