"""My cases: what is mine and due first, live, worked by keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts import access
from accounts.access import Act
from cases import compliance, counts, tabs
from cases.acting import way_back
from cases.compliance import Share
from cases.counts import Counts
from cases.lists import PAGE_SIZE, Kind, Listing
from cases.many import bar, running, selecting
from cases.models import BulkRun, Case, Verdict
from smbcases import playbook
from smbcases.lib import ids

MINE = Kind(
    url="my_cases",
    tabs=tabs.MINE,
    first=tabs.IN_HAND,
    filters=(
        "q",
        "status",
        "category",
        "priority",
        "case_type",
        "account",
        "due",
        "touch",
        "question",
        "age",
    ),
)
selecting.offer(MINE, Case.objects.owned_by)
MOST_TOLD = 5
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


class Rows(StrEnum):
    """Which rows an open page shows: new ones go above the first, never into a later page."""

    NONE = "none"
    FIRST = "first"
    LATER = "later"


@access.page(Act.SEE_MY_CASES)
@require_safe
@vary_on_headers("HX-Target")
def show(request: access.SignedInRequest) -> HttpResponse:
    """The page, or for htmx its list alone."""
    listing = _listing(request, asked=request.GET.dict(), now=timezone.now())
    is_part = request.headers.get("HX-Target") == "case-list"
    template = "cases/my_cases_region.html" if is_part else "cases/my_cases.html"
    return render(request, template, _context(request, listing, rows=_shown(listing)))


@access.page(Act.SEE_MY_CASES)
@never_cache
@require_safe
def arrivals(request: access.SignedInRequest) -> HttpResponse:
    """Asked every two seconds by an open page: nothing (204) as long as none of its reader's cases changed.

    Else the counts, and the rows that have come since, where the page shows the beginning of their view.
    """
    found = counts.of_request(request)
    if found.mark == request.GET.get("mark"):
        return HttpResponse(status=204)
    listing = _listing(request, asked=request.GET.dict(), now=timezone.now())
    if _rows_of(request) is Rows.NONE:
        return _whole_list(request, listing)
    context = _context(request, listing, rows=_rows_of(request)) | {"fresh": _load_fresh(request, listing)}
    return render(request, "cases/my_cases_arrivals.html", context)


def _load_fresh(request: HttpRequest, listing: Listing) -> list[Case]:
    """The cases that have come since, for a page that shows the beginning of its view."""
    since = _read_moment(request.GET.get("since", ""))
    if since is None or _rows_of(request) is not Rows.FIRST:
        return []
    fresh = listing.cases.filter(assigned_at__gt=since)
    return list(fresh.order_by(*listing.order.fields)[:PAGE_SIZE])


def _whole_list(request: access.SignedInRequest, listing: Listing) -> HttpResponse:
    """The page had no rows to put new ones above."""
    context = _context(request, listing, rows=_shown(listing)) | {"moved": True}
    response = render(request, "cases/my_cases_region.html", context)
    response["HX-Retarget"], response["HX-Reswap"] = "#case-list", "outerHTML"
    return response


@access.page(Act.SEE_MY_CASES)
@never_cache
@require_safe
def required_ten(request: access.SignedInRequest) -> HttpResponse:
    """The share that the reader keeps: asked for once the list is shown, which does not wait for it."""
    shares = compliance.load_shares([request.user.pk], today=timezone.localdate())
    share = shares.get(request.user.pk, Share())
    return render(request, "cases/required_ten_share.html", {"share": share})


@access.page(Act.WORK_CASES)
@require_POST
def pick_up(request: access.SignedInRequest) -> HttpResponse:
    """Pick up what is selected, as a run that the list offers to undo; say of each case that could not be why."""
    back, person, now = way_back(request, usual=reverse("my_cases")), request.user, timezone.now()
    chosen = selecting.ticked(ids.read_all(request.POST.getlist("case")), by=person)
    try:
        run = running.at_once(act="pick_up", chosen=chosen, by=person, now=now, back=back[:2000])
    except running.NothingChosen:
        messages.warning(request, "Choose the cases to pick up first.")
    else:
        _tell(request, run)
    return redirect(back)


def _tell(request: HttpRequest, run: BulkRun) -> None:
    """What went through, the list says itself, beside Undo."""
    rows = list(run.rows.exclude(verdict=Verdict.GOES).order_by("position"))
    refused = [row for row in rows if row.verdict == Verdict.REFUSED]
    if len(rows) > len(refused):
        messages.info(request, "What is in hand already stays so.")
    for row in refused[:MOST_TOLD]:
        messages.error(request, f"{Case(pk=row.case_id).number}: {row.detail}")
    if len(refused) > MOST_TOLD:
        messages.error(request, f"So it is with {len(refused) - MOST_TOLD} more.")
    if run.left_out:
        messages.error(request, f"Not there, or not yours to see: {run.left_out} of those selected.")


def _listing(request: access.SignedInRequest, *, asked: Mapping[str, str], now: datetime) -> Listing:
    by_tab = _by_tab(counts.of_request(request))
    if asked.get("tab") == "closed":  # elsewhere nobody waits to know how many are behind them
        by_tab["closed"] = counts.count_closed(owner=request.user)
    seen = Case.objects.owned_by(request.user)
    return Listing(kind=MINE, asked=asked, seen=seen, now=now, counts=by_tab)


def _by_tab(found: Counts) -> dict[str, int]:
    return {
        "to_pick_up": found.to_pick_up,
        "in_hand": found.on_desk,
        "due_today": found.due_today,
        "touches": found.touches,
        "later": found.later,
        "high_value": found.high_value,
    }


def _context(request: access.SignedInRequest, listing: Listing, *, rows: Rows) -> dict[str, Any]:
    return {
        **bar.context(request.user, now=timezone.now()),
        "listing": listing,
        "is_all": False,
        "is_new": False,
        "poll": _poll(counts.of_request(request), listing, rows=rows),
        "pulls": playbook.active().routing == "pull" and access.may(request.user, Act.TAKE_CASES),
    }


def _poll(found: Counts, listing: Listing, *, rows: Rows) -> str:
    """What the page asks next: the same view, and what it shows and knows already."""
    since = (found.newest_at or BEGINNING).isoformat()
    query = [*listing.query(), ("mark", found.mark), ("since", since), ("rows", rows.value)]
    return f"{reverse('my_cases_arrivals')}?{urlencode(query)}"


def _shown(listing: Listing) -> Rows:
    if not listing.rows:
        return Rows.NONE
    return Rows.FIRST if listing.is_first_page else Rows.LATER


def _rows_of(request: HttpRequest) -> Rows:
    asked = request.GET.get("rows", "")
    return Rows(asked) if asked in list(Rows) else Rows.NONE


def _read_moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
