"""What is still missing for a closing, by field. `{% load gaps %}`."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.urls import reverse

from cases.closing import Missing
from cases.models import Case

register = template.Library()

IN_THE_FORM = frozenset(
    "status resolution_action feedback duplicate_of need_met will_churn opportunity lost_reason leave_questions".split()
)
_FIXES = {
    "contact": ("case_contact", "choose"),
    "next_steps_on": ("case_next_steps", "change"),
    "gitlab_admin": ("case_gitlab_admin", "choose"),
    "lead": ("case_lead", "decide"),
}


@register.filter
def of(gaps: Sequence[Missing], field: str) -> str:
    """The sentence about a field of the form; empty where nothing is missing there."""
    return next((gap.sentence for gap in gaps if gap.field == field), "")


@register.filter
def of_the_case(gaps: Sequence[Missing]) -> list[Missing]:
    """What is missing on the case itself and not in the form."""
    return [gap for gap in gaps if gap.field not in IN_THE_FORM]


@register.filter
def fix(gap: Missing, case: Case) -> str:
    """Where it is put right."""
    name, _ = _FIXES.get(gap.field, ("", ""))
    if name == "account":
        return reverse("account", args=[case.account_id]) if case.account_id else ""
    return reverse(name, args=[case.pk]) if name else ""


@register.filter
def fix_word(gap: Missing) -> str:
    return _FIXES.get(gap.field, ("", ""))[1]
