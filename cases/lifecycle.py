"""What people do with a case: pick up, move, plan, put off, close, reopen.

Every function locks the case, checks who asks and whether they saw its latest state, decides, and writes once.
They raise NoSuchCase, StaleCase, PermissionDenied, or the refusal named in their docstring; nothing is half done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Account, Activity, Contact, Opportunity, Person
from accounts.models.book import ActivityKind
from cases import access, closing, writing
from cases import next_steps as steps
from cases.models import Case, Verb
from cases.writing import Change, Entry
from smbcases.lib.refusal import Refusal

LONGEST_PUT_OFF = timedelta(days=731)


class IllegalMove(Refusal):
    """The playbook has no such move from where the case is."""

    name = "illegal-move"
    title = "The case cannot go there from here"


class NotYours(Refusal):
    """Only the owner picks a case up."""

    name = "not-the-owner"
    status = 403
    title = "Somebody else has this case"


class NotLater(Refusal):
    name = "not-a-later-date"
    status = 422
    title = "That day cannot be used"


class NotOfThisAccount(Refusal):
    name = "not-of-this-account"
    status = 422
    title = "That record belongs to another account"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one case of many: the case, or the refusal."""

    case_id: int
    refusal: Refusal | None = None


@transaction.atomic
def pick_up(*, case_id: int, by: Person, now: datetime, version: int | None = None) -> Case:
    """Its owner begins to work an assigned case. Picking up twice is the same as once.

    Raises NotYours where somebody else has it or nobody does, IllegalMove where it is closed.
    """
    case = writing.lock_one(case_id, version=version)
    change = _picked_up(case, by=by, now=now)
    writing.write([change] if change else [], now=now)
    return case


@transaction.atomic
def pick_up_many(*, case_ids: Iterable[int], by: Person, now: datetime) -> list[Result]:
    """Pick up each case that can be, in one transaction; answer one result a case, in the order asked."""
    wanted = list(dict.fromkeys(case_ids))
    locked = writing.lock(wanted)
    changes, results = [], []
    for case_id in wanted:
        try:
            change = _picked_up(_found(locked, case_id), by=by, now=now)
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


def _picked_up(case: Case, *, by: Person, now: datetime) -> Change | None:
    """The change, or None where it was picked up before."""
    if case.owner_id != by.pk:
        who = case.owner.name if case.owner else "Nobody"
        raise NotYours(f"{who} has {case.number}; only its owner picks it up.")
    if not case.is_open:
        raise IllegalMove(f"{case.number} is closed.")
    if case.picked_up_at is not None and case.deferred_until is None and case.stage == "in_progress":
        return None
    status = first_in_progress(case)
    return Change(
        case=case,
        columns={
            "status": status,
            "picked_up_at": case.picked_up_at or now,
            "deferred_until": None,
        },
        entries=[Entry(verb=Verb.PICKED_UP, person=by, data={"from": case.status, "to": status})],
    )


def first_in_progress(case: Case) -> str:
    """Where a case goes when it is picked up: the first working status that its playbook allows from Open."""
    statuses = case.rules.statuses
    return next(key for key in statuses["open"].moves if statuses[key].stage == "in_progress")


@transaction.atomic
def set_status(*, case_id: int, status: str, by: Person, now: datetime, version: int | None = None) -> Case:
    """Move an open case to another open status. Raises IllegalMove; closing is `close`, putting off `put_off`."""
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    if status == case.status:
        return case
    check_move(case, status)
    if case.rules.statuses[status].stage == "closed":
        raise IllegalMove("A case is closed with a resolution action: use close.")
    if case.owner_id is None:
        raise IllegalMove(f"{case.number} has no owner yet.")
    columns: dict[str, Any] = {"status": status}
    if case.rules.statuses[status].stage == "in_progress":
        columns |= {"picked_up_at": case.picked_up_at or now, "deferred_until": None}
    entry = Entry(verb=Verb.STATUS, person=by, data={"from": case.status, "to": status})
    writing.write([Change(case=case, columns=columns, entries=[entry])], now=now)
    return case


def check_move(case: Case, status: str) -> None:
    """Raise IllegalMove unless the case's playbook has a move from its status to `status`."""
    rules = case.rules.statuses
    if status not in rules:
        raise IllegalMove(f"“{status}” is not a status of {case.rules.name}. It has: {', '.join(rules)}.")
    if status not in rules[case.status].moves:
        raise IllegalMove(
            f"{case.number} is {rules[case.status].name}; it cannot become {rules[status].name}."
        )


@transaction.atomic
def set_next_steps(
    *,
    case_id: int,
    what: str,
    on: date,
    by: Person,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Write the next step with today's date and the writer's initials in front. Raises EmptyNextSteps, IllegalMove,
    and NotLater where `on` lies in the past."""
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    _check_open(case)
    change = _planned(case, what=what, on=on, by=by, now=now)
    writing.write([change], now=now)
    return case


def _planned(case: Case, *, what: str, on: date, by: Person, now: datetime) -> Change:
    today = local_day(by, now=now)
    if on < today:
        raise NotLater("The next step's date lies in the past. Choose today or a later day.")
    if on > today + LONGEST_PUT_OFF:
        raise NotLater("The next step's date is more than two years away.")
    planned = steps.compose(what, on=on, today=today, initials=by.initials, rules=case.rules)
    entry = Entry(verb=Verb.NEXT_STEPS, person=by, data={"on": on.isoformat()}, text=planned.text)
    return Change(
        case=case,
        columns={"next_steps": planned.text, "next_steps_on": on},
        entries=[entry],
    )


@transaction.atomic
def put_off(
    *,
    case_id: int,
    until: date,
    what: str,
    by: Person,
    now: datetime,
    version: int | None = None,
) -> Case:
    """The customer wants to talk later: next steps say so, status Open, no place and no limit until that day.

    On that day it is back with its owner or in the queue, as its playbook says.
    Raises NotLater, EmptyNextSteps, IllegalMove.
    """
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    _check_open(case)
    if until <= local_day(by, now=now):
        raise NotLater("Choose a day after today.")
    planned = _planned(case, what=what, on=until, by=by, now=now)
    entry = Entry(
        verb=Verb.DEFERRED,
        person=by,
        data={"until": until.isoformat(), "from": case.status},
    )
    columns = {
        **planned.columns,
        "deferred_until": until,
        "status": "open",
        "put_off": True,
    }
    writing.write([Change(case=case, columns=columns, entries=[*planned.entries, entry])], now=now)
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

    A High Value Account case closed with *Request Not Possible* stops later ones on its account.
    Raises NotReadyToClose, IllegalMove.
    """
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    _check_open(case)
    _check_original(by, closure)
    attempt = first_attempt_at(case)
    gaps = closing.missing(
        case,
        closure,
        first_attempt_at=attempt,
        today=local_day(by, now=now),
        now=now,
    )
    if gaps:
        raise closing.NotReadyToClose(gaps)
    if case.owner_id is None:
        raise IllegalMove(f"{case.number} has no owner yet; it is closed by who worked it.")
    check_move(case, closure.status)
    writing.write([_closed(case, closure, by=by, now=now)], now=now)
    if closure.will_churn and case.case_type == "high_value_account":
        Account.objects.filter(cases=case).update(high_value_stopped=True)
    return case


def _closed(case: Case, closure: closing.Closure, *, by: Person, now: datetime) -> Change:
    data = {
        "from": case.status,
        "to": closure.status,
        "resolution_action": closure.resolution_action,
    }
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


def _check_original(by: Person, closure: closing.Closure) -> None:
    pk = closure.duplicate_of_id
    if pk is not None and not access.visible(by).filter(pk=pk).exists():
        raise writing.NoSuchCase("The case that dealt with it does not exist, or you may not see it.")


@transaction.atomic
def reopen(*, case_id: int, reason: str, by: Person, now: datetime, version: int | None = None) -> Case:
    """Open a closed case again. It waits for its turn like any other: routing gives it back, if there is room.

    Raises IllegalMove where it is open, or where another case of the same trigger has been opened since.
    """
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    if case.is_open:
        raise IllegalMove(f"{case.number} is open.")
    _check_no_other_open(case)
    entry = Entry(
        verb=Verb.REOPENED,
        person=by,
        data={"from": case.status, "owner": case.owner_id},
        text=reason,
    )
    columns = {
        "status": "open",
        "closed_at": None,
        "resolution_action": "",
        "duplicate_of_id": None,
        "owner_id": None,
        "assigned_at": None,
        "picked_up_at": None,
        "meant_for_id": case.owner_id,
        "pick_up_missed_at": None,
        "queued_at": now,
    }
    writing.write([Change(case=case, columns=columns, entries=[entry])], now=now)
    return case


def _check_no_other_open(case: Case) -> None:
    same = Case.objects.open().filter(
        origin="trigger",
        case_type=case.case_type,
        account=case.account_id,
        opportunity=case.opportunity_id,
    )
    other = same.first() if case.origin == "trigger" and case.account_id else None
    if other:
        raise IllegalMove(f"{other.number} is open for the same reason; work that one.")


@transaction.atomic
def set_contact(
    *,
    case_id: int,
    contact: Contact,
    by: Person,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Name whom the case is worked with. Raises NotOfThisAccount for another account's contact."""
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    _check_open(case)
    _check_account(case, contact.account_id, contact.name)
    entry = Entry(verb=Verb.CHANGED, person=by, data={"field": "contact", "to": contact.name})
    writing.write(
        [Change(case=case, columns={"contact_id": contact.pk}, entries=[entry])],
        now=now,
    )
    return case


@transaction.atomic
def set_account(
    *,
    case_id: int,
    account: Account,
    by: Person,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Name the account of a case that came without one; its region then says which territory it is routed in.

    Raises NotOfThisAccount where the case has another account already.
    """
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    _check_open(case)
    _check_account(case, account.pk, account.name)
    entry = Entry(verb=Verb.CHANGED, person=by, data={"field": "account", "to": account.name})
    columns = {
        "account_id": account.pk,
        "territory": case.rules.territory_of(account.region) or "",
    }
    writing.write([Change(case=case, columns=columns, entries=[entry])], now=now)
    return case


@transaction.atomic
def link_opportunity(
    *,
    case_id: int,
    opportunity: Opportunity | None,
    by: Person,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Link the opportunity that the case is about, or take the link away. Raises NotOfThisAccount, IllegalMove."""
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    _check_open(case)
    if opportunity is not None:
        _check_account(case, opportunity.account_id, opportunity.name)
    name = opportunity.name if opportunity else ""
    columns = {"opportunity_id": opportunity.pk if opportunity else None}
    entry = Entry(verb=Verb.CHANGED, person=by, data={"field": "opportunity", "to": name})
    writing.write([Change(case=case, columns=columns, entries=[entry])], now=now)
    return case


@transaction.atomic
def log_activity(
    *,
    case_id: int,
    kind: ActivityKind,
    what: str,
    by: Person,
    now: datetime,
    inbound: bool = False,
    version: int | None = None,
) -> Activity:
    """Log a touch on the case's account and contact; the customer's own answer stops the cadence.

    Raises NotOfThisAccount where the case has no account yet to log it on.
    """
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    if case.account_id is None:
        raise NotOfThisAccount("The case has no account yet; add the account first.")
    activity = Activity.objects.create(
        account_id=case.account_id,
        contact_id=case.contact_id,
        opportunity_id=case.opportunity_id,
        person=by,
        kind=kind,
        inbound=inbound,
        subject=what.strip()[:255],
        happened_at=now,
        as_of=now,
    )
    data = {"kind": str(kind), "inbound": inbound, "activity": activity.pk}
    entry = Entry(verb=Verb.LOGGED, person=by, data=data, text=what.strip())
    columns = {"answered": case.answered or inbound}
    writing.write([Change(case=case, columns=columns, entries=[entry])], now=now)
    return activity


@transaction.atomic
def note(*, case_id: int, text: str, by: Person, now: datetime, version: int | None = None) -> Case:
    """Add a note to the history; who may see the case may say something on it."""
    case = writing.lock_one(case_id, version=version)
    if not access.visible(by).filter(pk=case.pk).exists():
        raise writing.NoSuchCase("There is no such case, or it was removed.")
    if not text.strip():
        raise steps.EmptyNextSteps("Write something first.")
    entry = Entry(verb=Verb.NOTE, person=by, text=text.strip())
    writing.write([Change(case=case, columns={}, entries=[entry])], now=now)
    return case


def first_attempt_at(case: Case) -> datetime | None:
    """When somebody first tried to reach the customer on this case."""
    logged = case.history.filter(verb=Verb.LOGGED, data__inbound=False).order_by("id").first()
    return logged.at if logged else None


def local_day(person: Person, *, now: datetime) -> date:
    """Today where `person` is."""
    return now.astimezone(ZoneInfo(person.time_zone)).date()


def _check_open(case: Case) -> None:
    if not case.is_open:
        raise IllegalMove(f"{case.number} is closed. Reopen it first.")


def _check_account(case: Case, account_id: int | None, name: str) -> None:
    if case.account_id is not None and account_id != case.account_id:
        raise NotOfThisAccount(f"{name} belongs to another account than {case.number}.")
