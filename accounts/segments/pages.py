"""Accounts over the SMB line, for SMB Ops: who moves when, who moved, who fell back."""

from __future__ import annotations

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import standing
from accounts.access import Act, page
from accounts.models import SegmentCrossing
from accounts.segments import crossing
from smbcases import playbook
from smbcases.lib import downloads, keyset, sheets

PAGE_SIZE = 50
TABS = {
    "": ("To move", crossing.listed, ("moves_on", "id")),
    "moved": ("Moved", crossing.moved, ("-moved_at", "-id")),
    "fell_back": ("Fell back", crossing.fallen_back, ("-fell_back_at", "-id")),
}
_HEAD = (
    "Account",
    "CRM id",
    "Region",
    "cARR",
    "Currency",
    "Employees",
    "Crossed on",
    "Moves on",
    "Moved",
    "To",
)


@page(Act.CHANGE_BOOK)
@require_safe
def show(request: HttpRequest) -> HttpResponseBase:
    """The list of the quarter's move; `tab`: what became of others. With `format` as a file."""
    tab = request.GET.get("tab", "")
    if tab not in TABS:
        raise Http404("There is no such view.")
    _, rows, order = TABS[tab]
    if "format" in request.GET:
        every = rows().order_by(*order).iterator(chunk_size=1000)
        return downloads.respond("segment-moves", _HEAD, map(_row, every), ending=request.GET["format"])
    rules, today = playbook.active(), timezone.now().date()
    context = {
        "tab": tab,
        "tabs": [(key, name) for key, (name, _, _) in TABS.items()],
        "page": _cut(rows(), order, request),
        "days": crossing.pending().values("moves_on").annotate(many=Count("id")).order_by("moves_on"),
        "line": rules.segment,
        "next_on": standing.moves_on(today, rules=rules),
    }
    return render(request, "accounts/segments/moves.html", context)


def _cut(
    rows: QuerySet[SegmentCrossing], order: tuple[str, ...], request: HttpRequest
) -> keyset.Page[SegmentCrossing]:
    try:
        return keyset.cut(rows, order=order, size=PAGE_SIZE, cursor=request.GET.get("page", ""))
    except keyset.BadCursor as error:
        raise Http404("There is no such page.") from error


def _row(one: SegmentCrossing) -> list[sheets.Cell]:
    account = one.account
    return [
        account.name,
        account.external_id,
        account.region,
        account.carr,
        account.currency,
        account.employees,
        one.crossed_on,
        one.moves_on,
        one.moved_at.date() if one.moved_at else None,
        one.get_moved_to_display(),
    ]
