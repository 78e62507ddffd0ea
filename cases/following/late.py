"""A case that nobody has picked up in time is brought to its manager by whoever filed it."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Person
from cases import case_territory
from cases.escalating import asking
from cases.models import Case, Escalation, EscalationKind, EscalationState, NoticeKind
from cases.talk import commenting, in_charge, notices
from smbcases.lib.refusal import Refusal


class NotLate(Refusal):
    name = "not-late"
    title = "The pick-up is not overdue"


class EscalatedAlready(Refusal):
    name = "escalated-already"
    title = "Their manager knows already"


def is_late(case: Case, *, now: datetime) -> bool:
    """Its pick-up clock has run out, and nobody has picked it up."""
    waits = case.is_open and case.picked_up_at is None and case.deferred_until is None
    return waits and case.pick_up_by is not None and case.pick_up_by <= now


def is_theirs(person: Person, case: Case) -> bool:
    """They filed it, or their department did."""
    return case.filed_by_id == person.pk or bool(case.department and case.department == person.department)


def last(case: Case) -> Escalation | None:
    """The escalation of the wait that goes on now."""
    since = case.assigned_at or case.queued_at
    made = case.escalations.filter(kind=EscalationKind.LATE_PICK_UP, asked_at__gte=since)
    return made.select_related("asked_by").order_by("-id").first()


@transaction.atomic
def escalate(
    *, case_id: int, words: str, by: Person, now: datetime, version: int | None = None
) -> Escalation:
    """Tell the managers of the case's region, once for each wait.

    Raises NoSuchCase, PermissionDenied, NotLate, EscalatedAlready.
    """
    case = commenting.lock_seen(case_id, by=by, version=version)
    if not is_theirs(by, case):
        raise PermissionDenied("Only who filed it, or their department, brings it to the manager.")
    if not is_late(case, now=now):
        raise NotLate(f"{case.number} may still be picked up in time, or has been.")
    before = last(case)
    if before is not None:
        raise EscalatedAlready(f"{before.asked_by.name} brought it to the manager already.")
    said = words.strip() or "Nobody has picked it up in time."
    made = Escalation.objects.create(
        case=case,
        kind=EscalationKind.LATE_PICK_UP,
        state=EscalationState.DONE,
        reason=said,
        asked_by=by,
        asked_at=now,
        answered_at=now,
    )
    asking.record(made, text=said, by=by, now=now)
    notices.tell(
        people=_managers(case),
        kind=NoticeKind.ESCALATED,
        case_id=case.pk,
        by=by,
        now=now,
        text=f"{made.get_kind_display()}: {said}",
    )
    return made


def _managers(case: Case) -> set[int]:
    """The managers of its territory, and of who has it; where there are none, SMB Ops."""
    found = in_charge.of_territory(case_territory.territory_of(case))
    if case.owner is not None and case.owner.manager_id is not None:
        found = found | {case.owner.manager_id}
    return found or in_charge.ops()
