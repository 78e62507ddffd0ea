"""The sweep of ownership for SMB Ops: what would move, the run, its report, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Act, page, person_of
from accounts.models import OwnershipMove, OwnershipSweep, Person
from accounts.ownership import strays, sweeping, undoing
from accounts.ownership.strays import Kind
from smbcases import playbook
from smbcases.lib import downloads, keyset
from smbcases.lib.refusal import Refusal

FIRST = 100
LATEST = 10
PAGE_SIZE = 50
_HEAD = ("What", "Name", "Account", "Region", "From", "To", "Taken back", "Why it stays")


@page(Act.CHANGE_BOOK)
@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """What stands in people's names, whom it would go to, and the last sweeps."""
    people = strays.people()
    held = strays.count(people)
    users = strays.sales_users()
    found = [one for kind in Kind for one in strays.load_first(people, kind=kind, most=FIRST)]
    proposals = strays.decide(found, sales_users=users)
    moving = sum(one.accounts + one.opportunities for one in held if one.region in users)
    every = sum(one.accounts + one.opportunities for one in held)
    context = {
        "held": [(one, users.get(one.region)) for one in held],
        "proposals": proposals,
        "moving": moving,
        "left": every - moving,
        "more": every - len(proposals),
        "names": _names(one.owner_id for one in held) | _names(users.values()),
        "sweeps": OwnershipSweep.objects.select_related("by", "undone_by").order_by("-id")[:LATEST],
        "weekly": playbook.active().clean_up.ownership_sweep,
    }
    return render(request, "accounts/ownership/preview.html", context)


def _names(people: Any) -> dict[int, str]:
    return dict(Person.objects.filter(pk__in=set(people)).order_by("id").values_list("pk", "name"))


@page(Act.CHANGE_BOOK)
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    try:
        made = sweeping.sweep(by=person_of(request), now=timezone.now())
    except sweeping.NothingToSweep as refusal:
        messages.info(request, refusal.detail)
        return redirect("ownership")
    messages.success(request, f"{made.moved:,} given back to the Sales Users.")
    return redirect("ownership_sweep", pk=made.pk)


@page(Act.CHANGE_BOOK)
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Each row of a sweep, from whom to whom; with `format` as a file."""
    made = get_object_or_404(OwnershipSweep.objects.select_related("by", "undone_by"), pk=pk)
    moves = _moves(made)
    if "format" in request.GET:
        return downloads.respond(
            f"ownership-sweep-{made.pk}", _HEAD, map(_row, _all(moves)), ending=request.GET["format"]
        )
    stays = request.GET.get("show") == "stays"
    if stays:
        moves = moves.exclude(stays="")
    context = {"sweep": made, "page": _cut(moves, request), "stays": stays, "staying": _count_staying(made)}
    return render(request, "accounts/ownership/report.html", context)


def _moves(made: OwnershipSweep) -> QuerySet[OwnershipMove]:
    return made.moves.select_related("account", "opportunity", "owner_before", "owner_after")


def _count_staying(made: OwnershipSweep) -> int:
    return made.moved - made.moved_back if made.undone_at else 0


def _cut(moves: QuerySet[OwnershipMove], request: HttpRequest) -> keyset.Page[OwnershipMove]:
    try:
        return keyset.cut(moves, order=("id",), size=PAGE_SIZE, cursor=request.GET.get("page", ""))
    except keyset.BadCursor as error:
        raise Http404("There is no such page.") from error


def _all(moves: QuerySet[OwnershipMove]) -> Iterator[OwnershipMove]:
    return moves.order_by("id").iterator(chunk_size=1000)


def _row(move: OwnershipMove) -> list[str]:
    return [
        "Opportunity" if move.opportunity else "Account",
        move.opportunity.name if move.opportunity else move.account.name,
        move.account.name,
        move.region,
        move.owner_before.name,
        move.owner_after.name,
        "yes" if move.moved_back else "",
        move.stays,
    ]


@page(Act.CHANGE_BOOK)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        made = undoing.undo(sweep_id=pk, by=person_of(request), now=timezone.now())
    except undoing.NoSuchSweep as refusal:
        raise Http404(refusal.detail) from refusal
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    else:
        stays = made.moved - made.moved_back
        words = f" {stays:,} stay: the report says why." if stays else ""
        messages.success(request, f"Taken back: {made.moved_back:,} went to whom they were with.{words}")
    return redirect("ownership_sweep", pk=pk)
