"""The page of any dashboard: what is asked, its blocks, and its tables as files."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Act, page, person_of
from cases.dashboards import asked as reading
from cases.dashboards import chips, exporting, registry
from cases.dashboards.registry import Kind


@page(Act.SEE_DASHBOARDS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All that the reader may see, each with what it answers."""
    reader = person_of(request)
    kinds = [(kind, registry.address(kind, reader=reader)) for kind in registry.seen_by(reader)]
    return render(request, "dashboards/index.html", {"kinds": kinds})


@page(Act.SEE_DASHBOARDS)
@require_safe
def dashboard(request: HttpRequest, key: str) -> HttpResponseBase:
    """One that has an address of its own is led to there, with what is asked."""
    kind = _find(request, key)
    if kind.page:
        query = request.GET.urlencode()
        return redirect(f"{reverse(kind.page)}?{query}" if query else kind.page)
    return _draw(request, kind=kind)


def show(request: HttpRequest, *, key: str) -> HttpResponseBase:
    """The page; with `?table=…&format=csv|xlsx` that table alone, as a file.

    Raises Http404 where the dashboard is not the reader's to see.
    """
    return _draw(request, kind=_find(request, key))


def _find(request: HttpRequest, key: str) -> Kind:
    try:
        return registry.find(key, reader=person_of(request))
    except registry.NoSuchDashboard as refusal:
        raise Http404(refusal.detail) from refusal


def _draw(request: HttpRequest, *, kind: Kind) -> HttpResponseBase:
    reader, now = person_of(request), timezone.now()
    whole = "format" in request.GET
    asked = reading.read(request.GET.dict(), reader=reader, now=now, offered=kind.filters, whole=whole)
    found = kind.load(asked, reader, now)
    if whole:
        table = found.table(request.GET.get("table", ""))
        if table is None:
            raise Http404("There is no such table.")
        called = f"{kind.key}-{table.key}-{asked.today:%Y-%m-%d}"
        return exporting.respond(table, called=called, ending=request.GET["format"])
    context = {
        "kind": kind,
        "asked": asked,
        "dashboard": found,
        "period": chips.period(asked) if kind.timed else None,
        "chips": list(chips.offered(asked)),
    }
    return render(request, kind.template, context)
