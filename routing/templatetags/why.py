"""*Why me?*, *Why is it waiting?* and *Opened by* on a case's page. `{% load why %}`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template

from cases.models import Case
from routing import why
from routing.ranking import Row, Verdict

register = template.Library()
SHOWN = 5


@register.inclusion_tag("routing/why.html")
def why_it_is_whose(case: Case, reader: Any) -> dict[str, Any]:
    """The stored decision: the sentence, and the roster as it stood."""
    explanation = why.explain(case)
    rows = why.shorten(explanation.rows, chosen_id=explanation.chosen_id, longest=len(explanation.rows))
    mine = case.owner_id is not None and case.owner_id == reader.pk
    return {
        "why": explanation,
        "title": _title(case, explanation.kind, mine=mine),
        "rows": rows[:SHOWN],
        "more": rows[SHOWN:],
    }


def _title(case: Case, kind: str, *, mine: bool) -> str:
    if kind == "waiting":
        return "Why is it waiting?"
    if mine:
        return "Why me?"
    return f"Why {case.owner.first_name}?" if case.owner else "Whose is it?"


@register.inclusion_tag("routing/opened_by.html")
def opened_by(case: Case) -> dict[str, Any]:
    """What opened the case, with the values that it saw then."""
    return {"case": case, "opening": why.explain_opening(case)}


@register.filter
def stands(row: Row) -> str:
    """`Next`, `2nd`, `At capacity`, `Away, back 24 Nov`."""
    if row.verdict is Verdict.ON_TIME_OFF and row.candidate.back_on:
        back = date.fromisoformat(row.candidate.back_on)
        return f"Away, back {back.day} {back:%b}"
    return why.standing(row).removesuffix(" in turn")


@register.filter
def last_turn(row: Row) -> datetime | None:
    at = row.candidate.last_turn_at
    return datetime.fromisoformat(at) if at else None


@register.filter
def back_day(iso: str) -> date | None:
    """The first day back, from its ISO form."""
    return date.fromisoformat(iso) if iso else None
