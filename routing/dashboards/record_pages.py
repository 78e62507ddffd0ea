"""The pages of what was given, and of looks that were held back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import Act, page
from cases.dashboards import record
from routing.dashboards import records


@page(Act.SEE_DECISIONS)
@require_safe
def given(request: HttpRequest) -> HttpResponse:
    return record.show(
        request,
        back="team",
        read=lambda asked, wanted: records.given(asked, wanted).select_related("case", "person", "by"),
        draw=records.table_of_given,
        words=records.words,
    )


@page(Act.SEE_DECISIONS)
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    return record.show(
        request,
        back="triggers",
        read=lambda asked, wanted: records.looks(asked, wanted).select_related("account", "trigger"),
        draw=records.table_of_looks,
        words=records.words,
    )
