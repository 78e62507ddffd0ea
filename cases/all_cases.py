"""All cases that a role may see, newest first: those of everybody, of one's department, of the renewals."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts import access
from accounts.access import Act, Reach, reach
from accounts.models import Person
from cases import tabs
from cases.access import visible
from cases.lists import Kind, Listing
from cases.many import bar, selecting
from cases.my_cases import MINE
from cases.talk import answers

ALL = Kind(
    url="cases",
    tabs=tabs.ALL,
    first=tabs.OPEN,
    filters=(*MINE.filters, "owner", "territory"),
    counted=True,
)
selecting.offer(ALL, visible)
_TITLES = {Reach.DEPARTMENT: "Cases we filed", Reach.RENEWALS: "Renewal cases"}


@access.page(Act.SEE_CASES)
@require_safe
@vary_on_headers("HX-Target")
def show(request: access.SignedInRequest) -> HttpResponse:
    """The page, or for htmx its list alone."""
    listing = Listing(
        kind=ALL,
        asked=request.GET.dict(),
        seen=visible(request.user),
        now=timezone.now(),
    )
    if reach(request.user, Act.SEE_CASES) in _TITLES:
        answers.tell_of_questions(listing.rows, now=timezone.now())
    is_part = request.headers.get("HX-Target") == "case-list"
    template = "cases/all_cases_region.html" if is_part else "cases/all_cases.html"
    context = {"listing": listing, "title": title(request.user), "is_all": True, "is_new": False}
    return render(request, template, context | bar.context(request.user, now=timezone.now()))


def title(person: Person) -> str:
    return _TITLES.get(reach(person, Act.SEE_CASES), "All cases")
