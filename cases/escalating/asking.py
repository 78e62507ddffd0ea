"""Asking for what an advocate cannot settle alone, and what is answered: each step on the case's history.

They raise NoSuchCase, StaleCase, PermissionDenied, or the refusal that their docstring names.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.models import Person
from cases import access, moves, writing
from cases.escalating import reach
from cases.models import Escalation, EscalationKind, EscalationState, NoticeKind, Verb
from cases.models.escalations import TO_BE_ANSWERED
from cases.talk import notices
from cases.writing import Change, Entry
from smbcases.lib.refusal import Refusal


class WordsNeeded(Refusal):
    name = "words-needed"
    status = 422
    title = "Say it in a few words"


class AskedAlready(Refusal):
    name = "asked-already"
    title = "That is asked already"


class NotToBeAsked(Refusal):
    name = "not-to-be-asked"
    status = 422
    title = "Nobody answers such a request"


class NoSuchRequest(Refusal):
    name = "no-such-request"
    status = 404
    title = "There is no such request"


class AnsweredAlready(Refusal):
    name = "answered-already"
    title = "The request is answered already"


@transaction.atomic
def ask(
    *, case_id: int, kind: EscalationKind, reason: str, by: Person, now: datetime, version: int | None = None
) -> Escalation:
    """Ask the manager for a Solutions Architect, or SMB Ops to have Sales Support move the account.

    Raises NotToBeAsked, WordsNeeded, AskedAlready, IllegalMove.
    """
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    moves.check_open(case)
    if kind not in TO_BE_ANSWERED:
        raise NotToBeAsked("Ask for a Solutions Architect, or for a move to Mid-Market or Enterprise.")
    words = needed(reason, "Say what is asked for, and why.")
    if case.escalations.filter(kind=kind, state__in=OPEN).exists():
        raise AskedAlready(f"{EscalationKind(kind).label}: asked already, and not done yet.")
    asked = Escalation.objects.create(
        case=case, kind=kind, state=EscalationState.ASKED, reason=words, asked_by=by, asked_at=now
    )
    record(asked, text=words, by=by, now=now)
    notices.tell(
        people=reach.deciders(case, kind),
        kind=NoticeKind.ESCALATED,
        case_id=case.pk,
        by=by,
        now=now,
        text=f"{EscalationKind(kind).label}: {words}",
        url=reverse("requests"),
    )
    return asked


OPEN = (EscalationState.ASKED, EscalationState.GRANTED)


@transaction.atomic
def answer(
    *,
    request_id: int,
    granted: bool,
    words: str,
    by: Person,
    now: datetime,
    case_id: int | None = None,
    version: int | None = None,
) -> Escalation:
    """Grant a request or decline it; who asked, and who has the case, are told. Declining says why.

    Raises NoSuchRequest, AnsweredAlready, WordsNeeded.
    """
    asked = _lock(request_id, case_id=case_id, version=version)
    reach.check_may_answer(by, asked)
    if asked.state != EscalationState.ASKED:
        raise AnsweredAlready(f"It was answered already: {asked.get_state_display().lower()}.")
    said = words.strip() if granted else needed(words, "Say why it is declined.")
    asked.state = EscalationState.GRANTED if granted else EscalationState.DECLINED
    _close(asked, said, by=by, now=now)
    notices.tell(
        people={asked.asked_by_id, asked.case.owner_id or asked.asked_by_id},
        kind=NoticeKind.ESCALATED,
        case_id=asked.case_id,
        by=by,
        now=now,
        text=f"{asked.get_kind_display()}: {asked.get_state_display().lower()}. {said}".strip(),
    )
    return asked


@transaction.atomic
def finish(
    *, case_id: int, request_id: int, words: str, by: Person, now: datetime, version: int | None = None
) -> Escalation:
    """Say what came of a request that was granted. Raises NoSuchRequest, WordsNeeded, AnsweredAlready."""
    asked = _lock(request_id, case_id=case_id, version=version)
    access.check_may_work(by, asked.case)
    if asked.state != EscalationState.GRANTED:
        raise AnsweredAlready(f"Only what was granted is done; this is {asked.get_state_display().lower()}.")
    asked.state = EscalationState.DONE
    _close(asked, needed(words, "Say what came of it."), by=by, now=now)
    return asked


def _lock(request_id: int, *, case_id: int | None, version: int | None) -> Escalation:
    """The request, behind its case's lock. Raises NoSuchRequest also where it is another case's."""
    known = Escalation.objects.filter(pk=request_id).values_list("case_id", flat=True).first()
    if known is None or (case_id is not None and known != case_id):
        raise NoSuchRequest("There is no such request, or it belongs to another case.")
    case = writing.lock_one(known, version=version)
    asked = Escalation.objects.select_for_update(of=("self",)).get(pk=request_id)
    asked.case = case
    return asked


def _close(asked: Escalation, words: str, *, by: Person, now: datetime) -> None:
    asked.answer, asked.answered_by, asked.answered_at = words, by, now
    asked.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    record(asked, text=words, by=by, now=now)


def record(asked: Escalation, *, text: str, by: Person, now: datetime) -> None:
    """One row of the case's history for where the request stands now."""
    entry = Entry(verb=Verb.ESCALATED, person=by, data=said_of(asked), text=text)
    writing.write([Change(case=asked.case, columns={}, entries=[entry])], now=now)


def said_of(asked: Escalation) -> dict[str, str | int]:
    return {"kind": asked.kind, "state": asked.state, "named": asked.named, "request": asked.pk}


def needed(words: str, otherwise: str) -> str:
    """The words without what surrounds them. Raises WordsNeeded with the sentence `otherwise`."""
    if not words.strip():
        raise WordsNeeded(otherwise)
    return words.strip()
