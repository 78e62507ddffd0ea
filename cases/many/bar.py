"""The bar of a list: what can be done with the cases that are ticked, and what was just done and can be undone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from accounts import access
from accounts.access import Act
from accounts.models import Person
from cases.many import acts
from cases.models import BulkRun, RunState


def context(person: Person, *, now: datetime) -> dict[str, Any]:
    """For a template: `many_acts`, and `many_undo`, the run that can still be undone; none for who works no cases."""
    if not access.may(person, Act.WORK_CASES):
        return {"many_acts": []}
    return {"many_acts": acts.offered(person), "many_undo": _undoable(person, now=now)}


def _undoable(person: Person, *, now: datetime) -> BulkRun | None:
    since = now - timedelta(seconds=settings.BULK_UNDO_SECONDS)
    runs = BulkRun.objects.filter(by=person, state=RunState.DONE, done_at__gt=since)
    return runs.order_by("-done_at").first()
