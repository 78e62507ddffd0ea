"""A case's way through its statuses: picked up, moved, closed, reopened.

Every function here, in `planning` and in `details` locks the case, checks who asks and whether they saw its latest
state, decides, and writes once. They raise NoSuchCase, StaleCase, PermissionDenied, or the refusal that their
docstring names; nothing is half done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts import opportunities
from accounts.models import Account, Person
from cases import access, closing, ending, moves, places, writing
from cases.models import Case, Verb
from cases.writing import Change, Entry
from smbcases.lib.refusal import Refusal


class NotYours(Refusal):
    """Only the owner picks a case up."""

    name = "not-the-owner"
    status = 403
    title = "Somebody else has this case"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one case of many: the case, or the refusal."""

    case_id: int
    refusal: Refusal | None = None


@transaction.atomic
def pick_up(*, case_id: int, by: Person, now: datetime, version: int | None = None) -> Case:
    """Its owner begins to work an assigned case. Picking up twice is the same as once.

    Raises NotYours where somebody else has it or nobody does, IllegalMove where it is closed, AtCapacity where it was
    put off and no place is free for it.
    """
    rooms = places.hold_for_put_off([case_id], now=now)
    case = writing.lock_one(case_id, version=version)
    change = _picked_up(case, rooms=rooms, by=by, now=now)
    writing.write([change] if change else [], now=now)
    return case


@transaction.atomic
def pick_up_many(*, case_ids: Iterable[int], by: Person, now: datetime) -> list[Result]:
    """Pick up each case that can be, in one transaction; answer one result a case, in the order asked."""
    wanted = list(dict.fromkeys(case_ids))
    rooms = places.hold_for_put_off(wanted, now=now)
    locked = writing.lock(wanted)
    changes, results = [], []
    for case_id in wanted:
        try:
            change = _picked_up(_found(locked, case_id), rooms=rooms, by=by, now=now)
        except Refusal as refusal:
            results.append(Result(case_id=case_id, refusal=refusal))
        else:
            changes += [change] if change else []
            results.append(Result(case_id=case_id))
    writing.write(changes, now=now)
    return results


def _found(locked: dict[int, Case], case_id: int) -> Case:
    if case_id not in locked:
        raise writing.NoSuchCase("There is no such case, or it was removed.")
    return locked[case_id]


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


@transaction.atomic
def set_status(*, case_id: int, status: str, by: Person, now: datetime, version: int | None = None) -> Case:
    """Move an open case to another open status; closing is `close`, putting off `put_off`.

    Raises IllegalMove, NotYourMove, and AtCapacity where it was put off and its owner has no place free for it.
    """
    rooms = places.hold_for_put_off([case_id], now=now)
    case = writing.lock_one(case_id, version=version)
    if status == case.status:
        access.check_may_work(by, case)
        return case
    moves.check_move(case, status, by=by)
    stage = case.rules.statuses[status].stage
    if stage == "closed":
        raise moves.IllegalMove("A case is closed with a resolution action: use close.")
    if stage == "open":
        raise moves.IllegalMove("A case becomes Open again on a later day: put it off until then.")
    if case.owner_id is None:
        raise moves.IllegalMove(f"{case.number} has no owner yet.")
    rooms.claim(case)
    columns = {"status": status, **_in_hand(case, now=now)}
    entry = Entry(verb=Verb.STATUS, person=by, data={"from": case.status, "to": status})
    writing.write([Change(case=case, columns=columns, entries=[entry])], now=now)
    return case


@transaction.atomic
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
    Raises NotReadyToClose, IllegalMove, NotYourMove, and as `accounts.opportunities` does.
    """
    case = writing.lock_one(case_id, version=version)
    _check_may_close(case, closure, by=by)
    gaps = ending.gaps(case, closure, by=by, now=now)
    if gaps:
        raise closing.NotReadyToClose(gaps)
    moves.check_move(case, closure.status, by=by)
    _close_opportunity(case, closure, by=by, now=now)
    writing.write([_closed(case, closure, by=by, now=now)], now=now)
    if closing.stops_high_value(case, closure.resolution_action):
        Account.objects.filter(cases=case).update(high_value_stopped=True)
    return case


def _check_may_close(case: Case, closure: closing.Closure, *, by: Person) -> None:
    """Raise PermissionDenied, IllegalMove, or NotYourMove where the playbook leaves this ending to others."""
    access.check_has_part(by, case)
    moves.check_open(case)
    if case.owner_id is None:
        raise moves.IllegalMove(f"{case.number} has no owner yet; it is closed by who worked it.")
    if closure.status in case.rules.statuses[case.status].moves:
        moves.check_move(case, closure.status, by=by)


def _close_opportunity(case: Case, closure: closing.Closure, *, by: Person, now: datetime) -> None:
    """Close it in the same step, where that was asked for and it is open. Raises as `accounts.opportunities` does."""
    opportunity = case.opportunity
    if opportunity is None or not opportunity.is_open:
        return
    if closure.opportunity == closing.WON:
        opportunities.close_won(opportunity=opportunity, by=by, now=now)
    elif closure.opportunity == closing.LOST:
        opportunities.close_lost(
            opportunity=opportunity, reason=closing.reason_of_loss(closure), by=by, now=now
        )


def _closed(case: Case, closure: closing.Closure, *, by: Person, now: datetime) -> Change:
    data = {
        "from": case.status,
        "to": closure.status,
        "resolution_action": closure.resolution_action,
        **{said: True for said in ("need_met", "will_churn", "mid_market") if getattr(closure, said)},
    }
    if closure.opportunity and case.opportunity is not None:
        data["opportunity"] = case.opportunity.get_stage_display()
    return Change(
        case=case,
        columns={
            "status": closure.status,
            "resolution_action": closure.resolution_action,
            "feedback": closure.feedback.strip(),
            "duplicate_of_id": closure.duplicate_of_id if closure.status == "duplicate" else None,
            "picked_up_at": case.picked_up_at or now,
            "deferred_until": None,
            "closed_at": now,
        },
        entries=[Entry(verb=Verb.CLOSED, person=by, data=data, text=closure.feedback.strip())],
    )


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
    moves.check_no_other_open(case, account_id=case.account_id, opportunity_id=case.opportunity_id)
    had_stopped = closing.stops_high_value(case, case.resolution_action)
    _write_unless_another_opened(_reopened(case, reason=reason, by=by, now=now), now=now)
    if had_stopped:
        _lift_stop(case)
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
    }
    return Change(case=case, columns=columns, entries=[entry])


def _write_unless_another_opened(change: Change, *, now: datetime) -> None:
    """The database has the last word on one open case for one reason: another may open at this very moment."""
    try:
        with transaction.atomic():
            writing.write([change], now=now)
    except IntegrityError as error:
        raise moves.IllegalMove("Another case is open for the same reason; work that one.") from error


def _lift_stop(case: Case) -> None:
    """High Value cases may open again on the account, unless another closed one still says that they may not."""
    action = case.rules.closing.high_value_only_action
    others = Case.objects.closed().filter(account=case.account_id, case_type=case.case_type)
    if not others.filter(resolution_action=action).exists():
        Account.objects.filter(cases=case).update(high_value_stopped=False)
