"""Clean your room: the page, what stands in a name given back from it, and how much there is for the rail."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Act, may, page, person_of
from accounts.ownership import sweeping
from accounts.ownership.sweeping import Among, NothingToSweep
from cases.acting import show_anew, way_back
from cases.dashboards import page as frame
from cases.dashboards.asked import PEOPLE, PLACE
from cases.room import board, counting
from cases.room.kinds import OF_THE_BOOK, Kind
from cases.room.narrowing import When
from smbcases.lib import ids

KEPT_FOR = 60  # seconds that a browser need not ask again how much there is


@page(Act.SEE_DASHBOARDS)
@require_safe
def show(request: HttpRequest) -> HttpResponseBase:
    """One's own room, for who has a desk and asks for nobody else's; a person's or a team's."""
    reader = person_of(request)
    if reader.handles_cases and not any(request.GET.get(name) for name in (*PEOPLE, *PLACE)):
        asked = request.GET.copy()
        asked["owner"] = str(reader.pk)
        request.GET = asked  # type: ignore[assignment]  # a copy of its own
    return frame.show(request, key=board.KEY)


@page(Act.SEE_MY_CASES)
@cache_control(private=True, max_age=KEPT_FOR)
@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """How much there is to tidy in the reader's room, for the rail, which does not wait for it."""
    reader, now = person_of(request), timezone.now()
    when = When(now=now, today=timezone.localdate(now))
    found = counting.count([reader.pk], when=when)[reader.pk] + counting.count_tasks(reader.pk, when=when)
    return render(request, "cases/room/count.html", {"count": found.total})


@page(Act.WORK_CASES)
@require_POST
def give_back(request: HttpRequest) -> HttpResponse:
    """Give an account or an opportunity (`kind` and `id`), or all of a kind (`all`), to the regions' Sales Users.

    Of the reader's, or of `owner`'s. Raises BadRequest where it is not said which.
    """
    reader = person_of(request)
    owner = _number(request, "owner") if "owner" in request.POST else reader.pk
    if owner != reader.pk and not may(reader, Act.CHANGE_BOOK):
        raise PermissionDenied("What stands in somebody else's name SMB Ops gives back.")
    try:
        made = sweeping.sweep(by=reader, now=timezone.now(), among=_among(request, owner))
    except NothingToSweep as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, _given(made.moved, left=made.left))
    return show_anew(request, way_back(request) or reverse("clean_room"))


def _among(request: HttpRequest, owner: int) -> Among:
    kind = request.POST.get("kind")
    if kind not in OF_THE_BOOK:
        raise BadRequest("Say what to give back: accounts or opportunities.")
    is_all = "all" in request.POST and "id" not in request.POST
    chosen = None if is_all else [_number(request, "id")]
    return Among(
        owners=[owner],
        accounts=chosen if kind == Kind.ACCOUNTS else [],
        opportunities=chosen if kind == Kind.OPPORTUNITIES else [],
    )


def _given(moved: int, *, left: int) -> str:
    words = "Given back to the Sales User." if moved == 1 else f"{moved:,} given back to the Sales Users."
    return f"{words} {left} can go to nobody: see why." if left else words


def _number(request: HttpRequest, name: str) -> int:
    found = ids.read(request.POST.get(name, ""))
    if found is None:
        raise BadRequest(f"{name} is no number of ours.")
    return found
