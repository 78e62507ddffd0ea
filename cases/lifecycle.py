"""A case's way through its statuses: picked up, moved, closed, reopened.

Every function here, in `planning` and in `details` locks the case, checks who asks and whether they saw its latest
state, decides, and writes once. They raise NoSuchCase, StaleCase, PermissionDenied, or the refusal that their
docstring names; nothing is half done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Person
from cases import access, closing, concluding, moves, places, together, writing
from cases.models import Case, Verb
from cases.talk import questions
from cases.together import Deed
from cases.writing import Change, Entry
from smbcases.lib.refusal import Refusal


class NotYours(Refusal):
    """Only the owner picks a case up."""

    name = "not-the-owner"
    status = 403
    title = "Somebody else has this case"


@dataclass(kw_only=True)
class PickUp(Deed):
    """Their owner begins to work assigned cases. Picking up twice is the same as once."""

    rooms: places.Rooms = field(default_factory=places.Rooms)

    def hold(self, case_ids: Sequence[int]) -> None:
        self.rooms = places.hold_for_put_off(case_ids, now=self.now)

    def decide(self, case: Case) -> Change | None:
        return _picked_up(case, rooms=self.rooms, by=self.by, now=self.now)


def pick_up(*, case_id: int, by: Person, now: datetime, version: int | None = None) -> Case:
    """Its owner begins to work an assigned case. Picking up twice is the same as once.

    Raises NotYours where somebody else has it or nobody does, IllegalMove where it is closed, AtCapacity where it was
    put off and no place is free for it.
    """
    return together.one(PickUp(by=by, now=now), case_id=case_id, version=version)


def _picked_up(case: Case, *, rooms: places.Rooms, by: Person, now: datetime) -> Change | None:
    """The change, or None where it was picked up before."""
    if case.owner_id != by.pk:
        who = case.owner.name if case.owner else "Nobody"
        raise NotYours(f"{who} has {case.number}; only its owner picks it up.")
    if not case.is_open:
        raise moves.IllegalMove(f"{case.number} is closed.")
    if case.picked_up_at is not None and case.deferred_until is None and case.stage == "in_progress":
        return None
    rooms.claim(case)
    status = first_in_progress(case)
    return Change(
        case=case,
        columns={"status": status, **_in_hand(case, now=now)},
        entries=[Entry(verb=Verb.PICKED_UP, person=by, data={"from": case.status, "to": status})],
    )


def _in_hand(case: Case, *, now: datetime) -> dict[str, Any]:
    """What is set where work on a case begins or goes on. One that was put off is begun anew, with its cadence."""
    if case.deferred_until is not None:
        return {"picked_up_at": now, "deferred_until": None, "answered": False}
    return {"picked_up_at": case.picked_up_at or now}


def first_in_progress(case: Case) -> str:
    """Where a case goes when it is picked up: the first working status that its playbook allows from Open."""
    statuses = case.rules.statuses
    return next(key for key in statuses["open"].moves if statuses[key].stage == "in_progress")


@dataclass(kw_only=True)
class SetStatus(Deed):
    """Open cases move to another open status."""

    status: str
    rooms: places.Rooms = field(default_factory=places.Rooms)

    def hold(self, case_ids: Sequence[int]) -> None:
        self.rooms = places.hold_for_put_off(case_ids, now=self.now)

    def decide(self, case: Case) -> Change | None:
        if self.status == case.status:
            access.check_may_work(self.by, case)
            return None
        _check_may_go(case, self.status, by=self.by)
        self.rooms.claim(case)
        columns = {"status": self.status, **_in_hand(case, now=self.now)}
        entry = Entry(verb=Verb.STATUS, person=self.by, data={"from": case.status, "to": self.status})
        return Change(case=case, columns=columns, entries=[entry])


def set_status(*, case_id: int, status: str, by: Person, now: datetime, version: int | None = None) -> Case:
    """Move an open case to another open status; closing is `close`, putting off `put_off`.

    Raises IllegalMove, NotYourMove, and AtCapacity where it was put off and its owner has no place free for it.
    """
    return together.one(SetStatus(status=status, by=by, now=now), case_id=case_id, version=version)


def _check_may_go(case: Case, status: str, *, by: Person) -> None:
    moves.check_move(case, status, by=by)
    stage = case.rules.statuses[status].stage
    if stage == "closed":
        raise moves.IllegalMove("A case is closed with a resolution action: use close.")
    if stage == "open":
        raise moves.IllegalMove("A case becomes Open again on a later day: put it off until then.")
    if case.owner_id is None:
        raise moves.IllegalMove(f"{case.number} has no owner yet.")


def close(
    *,
    case_id: int,
    closure: closing.Closure,
    by: Person,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Close the case by the closing rules of its playbook; the closing time is set here and nowhere else.

    Its opportunity is closed in the same step where the closure says so. A High Value Account case closed with
    *Request Not Possible* stops later ones on its account.
    Raises NotReadyToClose, IllegalMove, NotYourMove.
    """
    return together.one(concluding.Close(closure=closure, by=by, now=now), case_id=case_id, version=version)


@transaction.atomic
def reopen(*, case_id: int, reason: str, by: Person, now: datetime, version: int | None = None) -> Case:
    """Open a closed case again. It waits for its turn like any other: routing gives it back, if there is room.

    A High Value Account case that stopped later ones does so no longer. Raises NotYourMove, and IllegalMove where it
    is open, or where another case of the same trigger has been opened since.
    """
    case = writing.lock_one(case_id, version=version)
    access.check_has_part(by, case)
    if case.is_open:
        raise moves.IllegalMove(f"{case.number} is open.")
    moves.check_move(case, "open", by=by)
    had_stopped = closing.stops_high_value(case, case.resolution_action)
    with moves.alone_there(case, account_id=case.account_id, opportunity_id=case.opportunity_id):
        writing.write([_reopened(case, reason=reason, by=by, now=now)], now=now)
    if had_stopped:
        concluding.lift_stops([case])
    return case


def _reopened(case: Case, *, reason: str, by: Person, now: datetime) -> Change:
    entry = Entry(
        verb=Verb.REOPENED,
        person=by,
        data={"from": case.status, "owner": case.owner_id},
        text=reason.strip(),
    )
    columns = {
        "status": "open",
        "closed_at": None,
        "resolution_action": "",
        "duplicate_of_id": None,
        "owner_id": None,
        "assigned_at": None,
        "picked_up_at": None,
        "answered": False,
        "meant_for_id": case.owner_id,
        "pick_up_missed_at": None,
        "queued_at": now,
        "answer_by": questions.first_open(case),
    }
    return Change(case=case, columns=columns, entries=[entry])
