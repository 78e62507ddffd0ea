"""*Cases we filed*: the list, its kept views, its files; and following a case, or bringing it to the manager."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import Act, page, person_of
from cases.following import exporting, follows, late, views
from cases.following.filed import FiledListing
from cases.models import Case
from cases.talk import answers
from smbcases.lib.refusal import Refusal


@page(Act.FILE_CASES)
@require_safe
@vary_on_headers("HX-Target")
def show(request: HttpRequest) -> HttpResponse:
    """The page, or for htmx its list alone."""
    by, now = person_of(request), timezone.now()
    listing = FiledListing(asked=request.GET.dict(), reader=by, now=now)
    answers.tell_of_questions(listing.rows, now=now)
    is_part = request.headers.get("HX-Target") == "case-list"
    template = "cases/following/region.html" if is_part else "cases/following/filed.html"
    context = {"listing": listing, "views": views.seen(by).order_by("name", "id")[:50]}
    return render(request, template, context)


@page(Act.FILE_CASES)
@require_safe
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """The whole list, not its page alone, in its columns."""
    by, now = person_of(request), timezone.now()
    listing = FiledListing(asked=request.GET.dict(), reader=by, now=now)
    zone = ZoneInfo(by.time_zone)
    found = exporting.rows(listing.cases, oldest_first=listing.order_key == "oldest")
    called = f"cases-{timezone.localdate(now):%Y-%m-%d}"
    return exporting.respond(found, listing.columns, called=called, zone=zone, ending=ending)


@page(Act.FILE_CASES)
@require_POST
def keep_view(request: HttpRequest) -> HttpResponse:
    by = person_of(request)
    query = request.POST.get("query", "")
    try:
        view = views.keep(
            name=request.POST.get("name", ""),
            query=query,
            shared="shared" in request.POST,
            by=by,
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.detail)
        return redirect(_list(query))
    link = request.build_absolute_uri(reverse("filed_view", args=[view.key]))
    shared = f" Colleagues open it by {link}" if view.department else ""
    messages.success(request, f"“{view.name}” is kept.{shared}")
    return redirect(_list(view.query))


@page(Act.FILE_CASES)
@require_safe
def open_view(request: HttpRequest, key: UUID) -> HttpResponse:
    """The link of a kept view leads to the list as it was kept."""
    try:
        view = views.get(key, by=person_of(request))
    except views.NoSuchView as refusal:
        raise Http404(refusal.detail) from refusal
    return redirect(_list(view.query))


@page(Act.FILE_CASES)
@require_POST
def drop_view(request: HttpRequest, key: UUID) -> HttpResponse:
    try:
        view = views.drop(key, by=person_of(request))
    except views.NoSuchView as refusal:
        raise Http404(refusal.detail) from refusal
    messages.info(request, f"“{view.name}” is thrown away.")
    return redirect("filed_cases")


def _list(query: str) -> str:
    path = reverse("filed_cases")
    return f"{path}?{query}" if query else path


@page(Act.SEE_CASES)
@require_POST
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        follows.follow(case_id=pk, by=person_of(request), now=timezone.now())
    except Refusal as refusal:
        raise Http404(refusal.detail) from refusal
    messages.success(request, f"You are told of changes on {Case(pk=pk).number}.")
    return redirect(_back(request), pk=pk)


@page(Act.SEE_CASES)
@require_POST
def unfollow(request: HttpRequest, pk: int) -> HttpResponse:
    follows.unfollow(case_id=pk, by=person_of(request))
    messages.info(request, f"You are told no more of changes on {Case(pk=pk).number}.")
    return redirect(_back(request), pk=pk)


@page(Act.FILE_CASES)
@require_POST
def escalate(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a case that nobody picked up in time to the region's manager."""
    try:
        late.escalate(
            case_id=pk, words=request.POST.get("words", "")[:1000], by=person_of(request), now=timezone.now()
        )
    except Refusal as refusal:
        if refusal.status == 404:  # noqa: PLR2004  nothing to go back to
            raise Http404(refusal.detail) from refusal
        messages.error(request, refusal.detail)
    else:
        messages.success(request, "The manager is told.")
    return redirect("case_filed", pk=pk)


def _back(request: HttpRequest) -> str:
    return "case_filed" if request.POST.get("back") == "filed" else "case"
