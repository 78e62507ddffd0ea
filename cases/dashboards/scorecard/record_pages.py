"""The pages of touches, and of the lines of the Required 10."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import Act, page, person_of
from cases.dashboards import record, registry
from cases.dashboards.scorecard import deciding, records


@page(Act.SEE_DASHBOARDS)
@require_safe
def touches(request: HttpRequest) -> HttpResponse:
    """Raises Http404 where the scorecard is not the reader's to see."""
    _check(request)
    return record.show(
        request,
        back=deciding.KEY,
        read=lambda asked, wanted: records.touches(asked, wanted).select_related("case__account", "person"),
        draw=records.table_of_touches,
        words=records.touches_words,
    )


@page(Act.SEE_DASHBOARDS)
@require_safe
def required(request: HttpRequest) -> HttpResponse:
    """Raises Http404 where the scorecard is not the reader's to see."""
    _check(request)
    return record.show(
        request,
        back=deciding.KEY,
        read=lambda asked, wanted: records.required(asked, wanted).select_related(
            "account", "opportunity", "owner"
        ),
        draw=records.table_of_required,
        words=records.required_words,
        order=records.OLDEST_IN_HAND,
    )


def _check(request: HttpRequest) -> None:
    try:
        registry.find(deciding.KEY, reader=person_of(request))
    except registry.NoSuchDashboard as refusal:
        raise Http404(refusal.detail) from refusal
