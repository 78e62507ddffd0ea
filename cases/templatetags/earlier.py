"""The next steps that a case had before the present one. `{% load earlier %}`."""

from __future__ import annotations

from typing import Any

from django import template

from cases.models import Case, Verb

register = template.Library()
SHOWN = 10


@register.inclusion_tag("cases/case_earlier_steps.html")
def earlier_steps(case: Case) -> dict[str, Any]:
    """The last ten, newest first, as they were written; the present one is not among them."""
    if not case.next_steps:
        return {"steps": []}
    rows = case.history.filter(verb=Verb.NEXT_STEPS).order_by("-id")
    return {"steps": list(rows.values("text", "at")[1 : SHOWN + 1])}
