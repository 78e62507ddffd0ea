"""Taking back what was done to many cases, within a minute: each case that nobody has touched since.

Columns go back by the one writer, with a row of history each. A case that takes its place again needs a free one.
What the act did to other records goes back too, as far as nobody has changed them since (`BulkAct.take_back`). What
was said to people meanwhile, activities and notices, stays as it is.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

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
    _put_back_alone(run, rows, by=by, now=now)
    run.state, run.undone_at = RunState.UNDONE, now
    run.save(update_fields=["state", "undone_at"])
    return run


def _put_back_alone(run: BulkRun, rows: Sequence[BulkRow], *, by: Person, now: datetime) -> None:
    """The database has the last word on one open case for one reason. Where another opened at this very moment, the
    second look sees it."""
    try:
        with transaction.atomic():
            _put_back(run, rows, by=by, now=now)
    except IntegrityError:
        _put_back(run, rows, by=by, now=now)


def _put_back(run: BulkRun, rows: Sequence[BulkRow], *, by: Person, now: datetime) -> None:
    rooms = places.hold(_who_may_need_room(rows), now=now)
    locked = writing.lock(row.case_id for row in rows)
    then = {row.case_id: _as_before(row, locked[row.case_id]) for row in rows}
    others = moves.find_others_open([case for case in then.values() if case.is_open])
    changes: dict[int, Change] = {}
    kept: dict[int, str] = {}
    for row in rows:
        case = locked[row.case_id]
        try:
            _check_may_go_back(row, case, then=then[row.case_id], others=others, rooms=rooms)
        except Refusal as refusal:
            kept[row.pk] = refusal.detail
        else:
            changes[row.pk] = _change(run, row, case, by=by)
    writing.write(list(changes.values()), now=now)
    beside = {row.case_id: row.beside for row in rows if row.pk in changes and row.beside}
    stays = acts.find(run.act).take_back(beside, now) if beside else {}
    bulk.update(BulkRow, [_said(row, kept=kept, stays=stays) for row in rows])


def _said(row: BulkRow, *, kept: Mapping[int, str], stays: Mapping[int, str]) -> dict[str, Any]:
    """`kept`: by row, why the case stays as it is; `stays`: by case, what else does though the case went back."""
    detail = kept.get(row.pk) or stays.get(row.case_id, "")
    return {"id": row.pk, "undone": row.pk not in kept, "undo_detail": detail}


def _who_may_need_room(rows: Sequence[BulkRow]) -> set[int]:
    """Whose load may rise: the owners that the cases had, before and now."""
    now_held = Case.objects.filter(pk__in=[row.case_id for row in rows], owner__isnull=False)
    owners = set(now_held.values_list("owner_id", flat=True).order_by())
    return owners | {row.before["owner_id"] for row in rows if row.before.get("owner_id")}


def _as_before(row: BulkRow, case: Case) -> Case:
    then = copy.copy(case)
    for name, value in snapshots.restored(row.before).items():
        setattr(then, name, value)
    return then


def _check_may_go_back(
    row: BulkRow, case: Case, *, then: Case, others: Mapping[int, Case], rooms: places.Rooms
) -> None:
    if case.version != row.after_version:
        raise TouchedSince(f"{case.number} was worked on since; it stays as it is now.")
    if then.is_open and not case.is_open and case.pk in others:
        raise moves.another_open(others[case.pk])
    _claim(then, case, rooms=rooms)


def _change(run: BulkRun, row: BulkRow, case: Case, *, by: Person) -> Change:
    act = acts.find(run.act)
    entry = Entry(
        verb=Verb.UNDONE,
        person=by,
        data={"act": act.key, "name": act.name, "run": str(run.pk), "back_to": row.before},
    )
    return Change(case=case, columns=snapshots.restored(row.before), entries=[entry])


def _claim(then: Case, case: Case, *, rooms: places.Rooms) -> None:
    """Take a place where the case comes to hold one that its owner does not hold for it now."""
    holds_now = writing.holds_place(case) and case.owner_id == then.owner_id
    if writing.holds_place(then) and not holds_now:
        rooms.claim_for(then, owner_id=then.owner_id)
