"""A manager's decision on a nomination. Approved, the account's High Value Account case opens the way its trigger opens
it, and goes to who nominated: the routing gives it, with the decision on record.

The nomination names its advocate. So the case waits for one who is away, instead of becoming their cover's for a year;
it takes no place. One whose case is open from an earlier fiscal year just goes on.
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Account, Person
from cases import writing
from cases.models import Case, NoticeKind, Verb
from cases.talk import notices
from cases.writing import Change, Entry
from routing.high_value import holding, nominating, reach
from routing.models import Nomination, State, Verdict
from routing.triggers import evaluation, gathering
from smbcases import playbook
from smbcases.lib.refusal import Refusal
from smbcases.playbook.vocabulary import HIGH_VALUE

LONGEST_REASON = 500


class NoCaseOpens(Refusal):
    """The trigger of High Value Account cases opens none on this account, and says why."""

    name = "no-case-opens"
    title = "Its High Value case cannot be opened"


class NominatorGone(Refusal):
    name = "nominator-gone"
    title = "Who nominated it takes no cases there any more"


class ReasonNeeded(Refusal):
    name = "reason-needed"
    status = 422
    title = "Say why"


@transaction.atomic
def approve(
    *, nomination_id: int, by: Person, now: datetime, reason: str = "", version: int | None = None
) -> Nomination:
    """Make the account High Value in its advocate's hands.

    Raises NoSuchNomination, StaleNomination, AlreadyDecided, NominatorGone, HighValueStopped, NoCaseOpens,
    ReasonNeeded, PermissionDenied.
    """
    nomination = _begin(nomination_id, by=by, version=version, reason=reason)
    account = nomination.account
    if account.high_value_stopped:
        raise nominating.HighValueStopped(f"The High Value case of {account.name} was closed meanwhile.")
    _check_advocate(nomination.advocate, account)
    account.high_value = True
    account.save(update_fields=["high_value"])
    held = holding.open_case_of(account.pk)
    nomination.case = _go_on(held, nomination, by=by, now=now) if held else _open_case(account, now=now)
    nominating.settle(nomination, state=State.APPROVED, by=by, reason=reason, now=now)
    _tell(nomination, by=by, now=now)
    return nomination


@transaction.atomic
def decline(
    *, nomination_id: int, by: Person, now: datetime, reason: str, version: int | None = None
) -> Nomination:
    """Leave the account as it is, with a reason; one that was High Value from an earlier year ceases to be, and its
    case may be closed.

    Raises NoSuchNomination, StaleNomination, AlreadyDecided, ReasonNeeded, PermissionDenied.
    """
    if not reason.strip():
        raise ReasonNeeded("Say why it is declined; the advocate reads it.")
    nomination = _begin(nomination_id, by=by, version=version, reason=reason)
    Account.objects.filter(pk=nomination.account_id, high_value=True).update(high_value=False)
    nominating.settle(nomination, state=State.DECLINED, by=by, reason=reason, now=now)
    _tell(nomination, by=by, now=now)
    return nomination


def _begin(nomination_id: int, *, by: Person, version: int | None, reason: str) -> Nomination:
    nomination = nominating.lock(nomination_id, by=by, version=version)
    if not reach.may_decide(by, nomination):
        raise PermissionDenied("A manager of the account's region decides.")
    nominating.check_open(nomination)
    if len(reason) > LONGEST_REASON:
        raise ReasonNeeded(f"Say it in {LONGEST_REASON} characters.")
    return nomination


def _check_advocate(advocate: Person, account: Account) -> None:
    is_there = nominating.is_of_team(advocate, account, rules=playbook.active())
    if not (advocate.is_active and advocate.handles_cases and is_there):
        raise NominatorGone(f"{advocate.name} takes no cases of this territory any more. Decline it.")


def _open_case(account: Account, *, now: datetime) -> Case:
    """By its trigger: with the same conditions, texts, occurrence and record as on any other day."""
    today = holding.today_of(now)
    trigger = evaluation.in_force().filter(key=HIGH_VALUE).first()
    if trigger is None:
        raise NoCaseOpens("The case type High Value Account is switched off.")
    rows = list(gathering.rows_of_account(trigger, account.pk, today=today))
    settled = evaluation.settle(gathering.look_at_rows(trigger, rows, today=today), now=now)
    if not settled:
        raise NoCaseOpens(f"The condition of High Value Account cases does not hold for {account.name}.")
    (look,) = settled
    if look.verdict is not Verdict.OPENED or look.case_id is None:
        raise NoCaseOpens(f"{account.name}: {look.verdict.label.lower()}.")
    return Case.objects.get(pk=look.case_id)


def _go_on(case: Case, nomination: Nomination, *, by: Person, now: datetime) -> Case:
    """The case that is open from the year before stays with its owner for this one."""
    data = {"field": "fiscal year", "to": nomination.fiscal_year}
    entry = Entry(verb=Verb.CHANGED, person=by, data=data, text=nomination.why)
    writing.write(
        [Change(case=writing.lock_one(case.pk, version=None), columns={}, entries=[entry])], now=now
    )
    return case


def _tell(nomination: Nomination, *, by: Person, now: datetime) -> None:
    said = (
        "is High Value, as you proposed"
        if nomination.state == State.APPROVED
        else "was declined as High Value"
    )
    notices.tell(
        people=[nomination.advocate_id],
        kind=NoticeKind.DECIDED,
        case_id=None,
        by=by,
        now=now,
        text=f"{nomination.account.name} {said}. {nomination.reason}".strip(),
        url="/high-value/nominations/",
    )
