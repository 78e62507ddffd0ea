"""The files of a case, on its page. `{% load files %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest

from accounts.models import Person
from cases.files import kinds, rights
from cases.models import Attachment, Case

register = template.Library()


@register.inclusion_tag("cases/files/panel.html")
def files_of(case: Case, reader: Person, request: HttpRequest) -> dict[str, Any]:
    """Those that are there, newest first, each with whether it is shown and whether the reader may take it away."""
    found = Attachment.objects.there().filter(case=case).select_related("by").order_by("-id")
    rows = []
    for kept in found:
        kept.case = case
        rows.append(
            {
                "kept": kept,
                "is_image": kept.content_type in kinds.IMAGES,
                "may_remove": rights.may_remove(reader, kept),
            }
        )
    return {"case": case, "rows": rows, "request": request}


@register.filter
def attachable_by(case: Case, reader: Person) -> bool:
    return rights.may_attach(reader, case)
