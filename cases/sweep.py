"""Marks what the clocks have passed, and brings back on its day what was put off.

Each case stores when it must be looked at next, under a partial index; nothing due costs one index probe. Rows
are claimed with SKIP LOCKED, and the mark moves the instant on, so that overlapping sweeps act once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from cases import writing
from cases.models import Case, DueKind, Verb
from cases.models.history import Actor
from cases.talk import overdue
from cases.writing import Change, Entry

BATCH = 1000


def sweep(*, now: datetime) -> int:
    """Mark every case whose next alert has come. Answers how many."""
    marked = 0
    while True:
        batch = _sweep_batch(now=now)
        marked += batch
        if batch < BATCH:
            return marked


@transaction.atomic
def _sweep_batch(*, now: datetime) -> int:
    due = Case.objects.filter(alert_at__lte=now).select_related("owner").order_by("alert_at")
    cases = list(due.select_for_update(skip_locked=True, of=("self",))[:BATCH])
    passed = [(case, case.alert_kind) for case in cases if case.alert_kind != DueKind.LATER]
    writing.write([_passed(case, now=now) for case in cases], now=now)
    overdue.tell(passed, now=now)
    return len(cases)


def _passed(case: Case, *, now: datetime) -> Change:
    if case.alert_kind == DueKind.LATER:
        return _woken(case, now=now)
    column = "pick_up_missed_at" if case.alert_kind == DueKind.PICK_UP else "limit_passed_at"
    entry = Entry(verb=Verb.OVERDUE, actor=Actor.CLOCK, data={"clock": case.alert_kind})
    return Change(case=case, columns={column: now}, entries=[entry])


def _woken(case: Case, *, now: datetime) -> Change:
    """Back to whom it was with, who picks it up anew, or in the queue: as the playbook says.

    It needs a place again. So the routing gives it back, which knows whether its advocate has one free and is there;
    a case that takes no place just stays with its advocate.
    """
    columns: dict[str, Any] = {
        "deferred_until": None,
        "picked_up_at": None,
        "answered": False,
        "pick_up_missed_at": None,
        "assigned_at": now,
        "queued_at": now,
    }
    returns = case.owner_id is not None and case.rules.later.returns_to == "owner"
    if returns and case.takes_place:
        columns |= {"owner_id": None, "assigned_at": None, "meant_for_id": case.owner_id}
    elif not returns:
        columns |= {"owner_id": None, "assigned_at": None}
    return Change(case=case, columns=columns, entries=[Entry(verb=Verb.WOKE, actor=Actor.CLOCK)])
