"""The bar of a list: what can be done with the cases that are ticked, and what was just done and can be undone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min, Q

from accounts import access
from accounts.access import Act
from accounts.models import Person
from cases.many import acts, undoing
from cases.models import BulkRun, Case, RunState, Verdict


@dataclass(frozen=True, kw_only=True)
class Undoable:
    """What was just done, in words, and until when it can be undone."""

    run_id: UUID
    words: str
    until: datetime | None


def context(person: Person, *, now: datetime, only: Collection[str] | None = None) -> dict[str, Any]:
    """For a template: `many_acts`, and `many_undo`, the run that can still be undone; none for who works no cases.

    `only`: the keys of the acts that make sense for this list; all, where it is not given.
    """
    if not access.may(person, Act.WORK_CASES):
        return {"many_acts": []}
    offered = [act for act in acts.offered(person) if only is None or act.key in only]
    return {"many_acts": offered, "many_undo": undoable(person, now=now)}


def undoable(person: Person, *, now: datetime) -> Undoable | None:
    """The last run of `person`, where it did something and can still be undone."""
    since = now - timedelta(seconds=settings.BULK_UNDO_SECONDS)
    runs = BulkRun.objects.filter(by=person, state=RunState.DONE, done_at__gt=since)
    done = Q(rows__verdict=Verdict.GOES)
    counted = runs.annotate(goes=Count("rows", filter=done), first=Min("rows__case", filter=done))
    run = counted.order_by("-done_at").first()
    return _told(run) if run is not None and run.goes else None


def _told(run: Any) -> Undoable:
    """`run` has `goes`, how many went through, and `first`, the id of one of them."""
    what = f"{Case(pk=run.first).number} is" if run.goes == 1 else f"{run.goes} cases are"
    return Undoable(run_id=run.pk, words=f"{what} {acts.find(run.act).done}.", until=undoing.until(run))
