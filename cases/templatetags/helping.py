"""A case's opportunity with its acts, its requests, and its support ticket. `{% load helping %}`."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField

from accounts.models.book import Kind
from cases.escalating import ticket
from cases.models import Case
from smbcases.playbook.vocabulary import FIRST_ORDERS

register = template.Library()


@register.filter
def is_radio(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.RadioSelect)


@register.filter
def is_first_order(case: Case) -> bool:
    return case.case_type in FIRST_ORDERS


@register.inclusion_tag("cases/opportunities/lines.html")
def opportunity_of(case: Case, *, may_work: bool) -> dict[str, Any]:
    """The opportunity, the GitLab admin and the lead, each with what may be done about it."""
    opportunity = case.opportunity
    return {
        "case": case,
        "opportunity": opportunity,
        "is_renewal": bool(opportunity and opportunity.kind == Kind.RENEWAL),
        "may_work": may_work and case.account_id is not None,
        "lead_open": bool(case.lead and case.lead.status not in {"converted", "disqualified"}),
    }


@register.inclusion_tag("cases/escalating/of_case.html")
def requests_of(case: Case, *, may_work: bool) -> dict[str, Any]:
    """What was asked on the case, newest first; nothing where nothing was."""
    return {
        "case": case,
        "may_work": may_work,
        "requests": case.escalations.select_related("answered_by").order_by("-id")[:5],
    }


@register.inclusion_tag("cases/escalating/ticket.html")
def ticket_of(case: Case, *, may_work: bool) -> dict[str, Any]:
    """The link to the ticket first, and after the pick-up the reminder to say so in it."""
    is_one = case.case_type == ticket.CASE_TYPE
    in_hand = is_one and may_work and case.picked_up_at is not None
    return {"case": case, "is_one": is_one, "remind": in_hand and not ticket.is_told(case)}
