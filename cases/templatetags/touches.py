"""The cadence of a case on its page. `{% load touches %}`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import NoReverseMatch, reverse

from cases import workdays
from cases.cadence import Step
from cases.case_facts import Facts
from cases.models import Case

register = template.Library()


@dataclass(frozen=True, kw_only=True)
class Act:
    """What does a touch: its words, and the sheet that they open."""

    words: str
    url: str


@register.inclusion_tag("cases/case_cadence.html")
def cadence_of(facts: Facts) -> dict[str, Any]:
    """The touches with their days and, for who works the case, beside each what does it."""
    case = facts.case
    may_act = facts.may.work and case.account_id is not None
    return {
        "case": case,
        "steps": [(step, _acts(step, case) if may_act and step.is_open else ()) for step in facts.cadence],
        "country": workdays.calendar_of(case).country,
    }


def _acts(step: Step, case: Case) -> tuple[Act, ...]:
    logging = f"{reverse('case_touch', args=[case.pk])}?{urlencode({'kind': step.touch.kind})}"
    if step.touch.kind == "call":
        return (Act(words="Log a call…", url=logging),)
    return (*_writing(case), Act(words="Log one…", url=logging))


def _writing(case: Case) -> Iterator[Act]:
    with suppress(NoReverseMatch):
        yield Act(words="Write mail…", url=reverse("case_mail", args=[case.pk]))
