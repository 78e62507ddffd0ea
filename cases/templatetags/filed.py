"""The cells of a list of filed cases. `{% load filed %}`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cases.filing.asked import Address
from cases.filing.subjects import department_name
from cases.following import columns
from cases.models import Case, Filing, Origin
from smbcases.templatetags import desk

register = template.Library()
_NOBODY = SafeString('<span class="quiet">nobody yet</span>')
_CLASSES = {
    "number": "cell-desk cell-number number",
    "what": "cell-lead",
    "status": "cell-status",
    "due": "cell-side",
    "step": "cell-more cell-step",
}


@register.filter
def cell_class(case: Case, key: str) -> str:
    """On a phone a row is a card: what, status, due, what is said of it, and under its name each column that somebody
    chose beside the usual ones; the rest is for a desk."""
    kind = _CLASSES.get(key, "cell-more" if key in {"owner", "filed_by"} else "cell-desk")
    if key not in columns.USUAL:
        kind = "cell-more cell-named"
    return f"{kind} is-blank" if _is_blank(case, key) else kind


def _is_blank(case: Case, key: str) -> bool:
    nothing_promised = not case.next_steps and not getattr(case, "question_told", "")
    says_nothing = key not in columns.USUAL and columns.COLUMNS[key].read(case) in {None, ""}
    return says_nothing or (key == "step" and nothing_promised) or (key == "due" and not case.is_open)


@register.filter
def cell(case: Case, key: str) -> SafeString:
    """A cell in markup; what has none of its own is what a file says."""
    if key in _CELLS:
        return _CELLS[key](case)
    value = columns.COLUMNS[key].read(case)
    if value is None or value == "":
        return SafeString("—")
    if isinstance(value, datetime | date):
        return format_html('<span title="{}">{}</span>', desk.exactly(value), desk.ago(value))
    return format_html("{}", value)


def _what(case: Case) -> SafeString:
    name = "case_filed" if case.filed_by_id else "case"
    return format_html(
        '<div class="cell-what"><a class="row-name" href="{}" data-open>{}</a>'
        '<span class="row-more lines-2" title="{}">{}</span></div>',
        reverse(name, args=[case.pk]),
        desk.type_of(case),
        case.subject,
        case.subject,
    )


def _step(case: Case) -> SafeString:
    """What became of the last question, if there is one; and what was promised."""
    asked = getattr(case, "question_told", "")
    told = format_html('<span class="quiet">{}</span> ', asked) if asked else SafeString()
    words = desk.step_words(case) or ("" if asked else "—")
    return format_html('<span class="lines-2" title="{}">{}{}</span>', case.next_steps, told, words)


def _owner(case: Case) -> SafeString:
    return format_html("{}", case.owner.name) if case.owner else _NOBODY


def _due(case: Case) -> SafeString:
    return desk.due_words(case) if case.is_open else SafeString("—")


_CELLS: dict[str, Callable[[Case], SafeString]] = {
    "what": _what,
    "status": desk.status_badge,
    "owner": _owner,
    "step": _step,
    "due": _due,
    "priority": desk.priority_words,
}


@register.inclusion_tag("cases/filing/of_case.html")
def filed_by_form(case: Case) -> dict[str, Any]:
    """Who filed the case through the form, and what they said beyond its fields; of other cases nothing."""
    if case.origin != Origin.FORM:
        return {}
    filing = Filing.objects.filter(case=case).select_related("iqm_with").first()
    return {
        "case": case,
        "filing": filing,
        "department": department_name(case.department),
        "reason": case.rules.case_reasons.get(case.case_reason, ""),
        "address": Address(**filing.billing).lines() if filing and filing.billing else [],
    }
