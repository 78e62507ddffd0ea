"""The bar of a list: what can be done with the cases that are ticked, and what was just done and can be undone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min

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
    run = runs.order_by("-done_at").first()
    return _told(run) if run is not None else None


def _told(run: BulkRun) -> Undoable | None:
    done = run.rows.filter(verdict=Verdict.GOES).aggregate(count=Count("id"), first=Min("case"))
    if not done["count"]:
        return None
    what = f"{Case(pk=done['first']).number} is" if done["count"] == 1 else f"{done['count']} cases are"
    return Undoable(run_id=run.pk, words=f"{what} {acts.find(run.act).done}.", until=undoing.until(run))
