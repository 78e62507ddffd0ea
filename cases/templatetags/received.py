"""Mails that came in, on their case's page. `{% load received %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest

from accounts.models import Person
from cases import access
from cases.intake import showing
from cases.models import Case, ReceivedMail

register = template.Library()


@register.inclusion_tag("cases/intake/late_mails.html")
def mails_after_closing(case: Case, reader: Person, request: HttpRequest) -> dict[str, Any]:
    """Mails that came after the case was closed, until one of them opened a new case."""
    late = ReceivedMail.objects.filter(case=case, came_after_closing=True) if not case.is_open else ()
    mails = late.order_by("id").defer("html", "text") if late else []
    may_work = bool(mails) and access.may_work(reader, case)
    return {"case": case, "mails": mails, "may_work": may_work, "request": request}


@register.inclusion_tag("cases/intake/in_history.html")
def received_mail(case: Case, mail: ReceivedMail) -> dict[str, Any]:
    """The mail in a line of the history: its words folded, and its files."""
    return {"case": case, "mail": mail, "pieces": showing.pieces(mail), "files": showing.files(mail)}
