"""Giving a case to others: a technical question to Support by mail, a first order that is Mid-Market's to their AE.

Each is one step: what was sent or said is on record and the case is closed by the closing rules, or nothing happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Person
from accounts.models.book import Stage
from cases import access, lifecycle, moves, writing
from cases.closing import Closure
from cases.escalating import asking, support_mail
from cases.models import Case, Escalation, EscalationKind, EscalationState
from smbcases.lib.refusal import Refusal
from smbcases.playbook.vocabulary import FIRST_ORDERS

TRANSFERRED = "transferred_to_support"


class NotAFirstOrder(Refusal):
    name = "not-a-first-order"
    title = "Only a first order is handed to Mid-Market so"


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How the case is closed with it."""

    feedback: str = ""
    need_met: bool = False
    leave_questions: bool = False
    resolution_action: str = TRANSFERRED


@transaction.atomic
def transfer_to_support(
    *,
    case_id: int,
    words: str,
    ending: Ending | None,
    by: Person,
    now: datetime,
    version: int | None = None,
) -> Escalation:
    """Write to Support what they need to take over, and close the case as Resolved, Transferred To Support; with
    no `ending` it stays open. Raises WordsNeeded, NotReadyToClose, IllegalMove."""
    case = _begin(case_id, by=by, version=version)
    text = asking.needed(words, "Write what Support needs to know.")
    asked = _done(case, EscalationKind.SUPPORT, text, by=by, now=now)
    asking.record(asked, text=text, by=by, now=now)
    support_mail.write(case, text, by=by, now=now)
    if ending is not None:
        closure = Closure(
            status="resolved",
            resolution_action=TRANSFERRED,
            feedback=ending.feedback,
            need_met=ending.need_met,
            leave_questions=ending.leave_questions,
        )
        lifecycle.close(case_id=case_id, closure=closure, by=by, now=now)
    return asked


@transaction.atomic
def hand_to_mid_market(
    *,
    case_id: int,
    executive: str,
    note: str,
    ending: Ending,
    by: Person,
    now: datetime,
    version: int | None = None,
) -> Escalation:
    """A first order that proves to be Mid-Market: their account executive was looped in, and the case is closed as
    Duplicate without an original, for theirs is no case of ours.

    Raises NotAFirstOrder, WordsNeeded, NotReadyToClose, IllegalMove.
    """
    case = _begin(case_id, by=by, version=version)
    if case.case_type not in FIRST_ORDERS:
        raise NotAFirstOrder(
            f"{case.number} is not about a first order. Ask Sales Support to move the account."
        )
    who = asking.needed(executive, "Name the Mid-Market AE who was looped in.")
    text = f"{looped_in(case)} {note}".strip()
    asked = _done(case, EscalationKind.MID_MARKET, text, named=who, by=by, now=now)
    asking.record(asked, text=text, by=by, now=now)
    closure = Closure(
        status="duplicate",
        resolution_action=ending.resolution_action,
        feedback=ending.feedback,
        mid_market=True,
        leave_questions=ending.leave_questions,
    )
    lifecycle.close(case_id=case_id, closure=closure, by=by, now=now)
    return asked


def looped_in(case: Case) -> str:
    """How the Mid-Market AE is looped in: before the opportunity is accepted by the SDR, afterwards on it."""
    if case.opportunity is None or case.opportunity.stage == Stage.PENDING:
        return "Looped in by the SDR (stage 0)."
    return "Looped in on the opportunity (stage 1 or later)."


def _begin(case_id: int, *, by: Person, version: int | None) -> Case:
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    moves.check_open(case)
    return case


def _done(
    case: Case, kind: EscalationKind, reason: str, *, by: Person, now: datetime, named: str = ""
) -> Escalation:
    """On record as done at once: nobody of ours has to answer it."""
    return Escalation.objects.create(
        case=case,
        kind=kind,
        state=EscalationState.DONE,
        reason=reason,
        named=named[:200],
        asked_by=by,
        asked_at=now,
        answered_by=by,
        answered_at=now,
    )
