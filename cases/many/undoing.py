"""Taking back what was done to many cases, within a minute: each case that nobody has touched since.

Columns go back by the one writer, with a row of history each. A case that takes its place again needs a free one.
What was said to people meanwhile, activities and notices, stays as it is.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.models import Person
from cases import moves, places, writing
from cases.many import acts, running, snapshots
from cases.models import BulkRow, BulkRun, Case, RunState, Verb, Verdict
from cases.writing import Change, Entry
from smbcases.lib import bulk
from smbcases.lib.refusal import Refusal


class NothingToUndo(Refusal):
    name = "nothing-to-undo"
    title = "There is nothing to undo"


class TooLateToUndo(Refusal):
    name = "too-late-to-undo"
    title = "It can no longer be undone"


class TouchedSince(Refusal):
    name = "touched-since"
    title = "Somebody has worked on the case since"


def until(run: BulkRun) -> datetime | None:
    """Until when the run can be undone; None where there is nothing to undo."""
    if run.state != RunState.DONE or run.done_at is None:
        return None
    return run.done_at + timedelta(seconds=settings.BULK_UNDO_SECONDS)


@transaction.atomic
def undo(*, run_id: UUID, by: Person, now: datetime) -> BulkRun:
    """Put back each case that nobody has touched since, and say of the others why not. Sent again, it does nothing.

    Raises NoSuchRun, NothingToUndo, TooLateToUndo.
    """
    run = running.lock(run_id, by=by)
    if run.state == RunState.UNDONE:
        return run
    ends = until(run)
    if ends is None:
        raise NothingToUndo("It was not carried out, so there is nothing to undo.")
    if now > ends:
        raise TooLateToUndo(f"It can be undone for {settings.BULK_UNDO_SECONDS} seconds; that time is over.")
    rows = list(run.rows.filter(verdict=Verdict.GOES).order_by("position"))
    _put_back(run, rows, by=by, now=now)
    run.state, run.undone_at = RunState.UNDONE, now
    run.save(update_fields=["state", "undone_at"])
    return run


def _put_back(run: BulkRun, rows: Sequence[BulkRow], *, by: Person, now: datetime) -> None:
    rooms = places.hold(_who_may_need_room(rows), now=now)
    locked = writing.lock(row.case_id for row in rows)
    changes: list[Change] = []
    said: list[dict[str, Any]] = []
    for row in rows:
        try:
            changes.append(_change(run, row, locked[row.case_id], rooms=rooms, by=by))
        except Refusal as refusal:
            said.append({"id": row.pk, "undone": False, "undo_detail": refusal.detail})
        else:
            said.append({"id": row.pk, "undone": True, "undo_detail": ""})
    writing.write(changes, now=now)
    bulk.update(BulkRow, said)


def _who_may_need_room(rows: Sequence[BulkRow]) -> set[int]:
    """Whose load may rise: the owners that the cases had, before and now."""
    now_held = Case.objects.filter(pk__in=[row.case_id for row in rows], owner__isnull=False)
    owners = set(now_held.values_list("owner_id", flat=True).order_by())
    return owners | {row.before["owner_id"] for row in rows if row.before.get("owner_id")}


def _change(run: BulkRun, row: BulkRow, case: Case, *, rooms: places.Rooms, by: Person) -> Change:
    if case.version != row.after_version:
        raise TouchedSince(f"{case.number} was worked on since; it stays as it is now.")
    columns = snapshots.restored(row.before)
    then = copy.copy(case)
    for name, value in columns.items():
        setattr(then, name, value)
    if then.is_open and not case.is_open:
        moves.check_no_other_open(then, account_id=then.account_id, opportunity_id=then.opportunity_id)
    _claim(then, case, rooms=rooms)
    act = acts.find(run.act)
    entry = Entry(
        verb=Verb.UNDONE,
        person=by,
        data={"act": act.key, "name": act.name, "run": str(run.pk), "back_to": row.before},
    )
    return Change(case=case, columns=columns, entries=[entry])


def _claim(then: Case, case: Case, *, rooms: places.Rooms) -> None:
    """Take a place where the case comes to hold one that its owner does not hold for it now."""
    holds_now = writing.holds_place(case) and case.owner_id == then.owner_id
    if writing.holds_place(then) and not holds_now:
        rooms.claim_for(then, owner_id=then.owner_id)
