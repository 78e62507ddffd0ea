"""A case that came by mail from somebody unknown gets its account: by hand, or because the book has them now.

Where the account has its mail case open already, the mails go there and the case that waited ends as its duplicate:
nobody shall work the same customer's mail twice.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Account, Contact, Person
from cases import moves, writing
from cases.intake import joining, processing
from cases.intake.joining import Joining
from cases.intake.senders import Match, match
from cases.models import Case, JoinedBy, MatchedBy, RawMail, ReceivedMail, Verb
from cases.models.history import Actor
from cases.writing import Change, Entry
from smbcases.lib import bulk

_AT_ONCE = 500
_NO_WORK = "no_action_required"


def unmatched() -> Any:
    """The open cases that wait for their account."""
    waiting = Case.objects.open().filter(account__isnull=True, territory="", owner__isnull=True)
    return waiting.filter(received_mails__isnull=False).distinct()


def rematch(*, now: datetime) -> int:
    """Give each case its account whose sender the book knows by now; answer how many got one."""
    waiting = list(unmatched().order_by("-id").values_list("pk", "web_email")[:_AT_ONCE])
    matches = match({address for _, address in waiting})
    found = [(pk, who) for pk, address in waiting if (who := matches.get(address)) and who.account_id]
    for pk, who in found:
        place(case_id=pk, who=who, by=None, now=now)
    return len(found)


@transaction.atomic
def place(*, case_id: int, who: Match, by: Person | None, now: datetime, is_choice: bool = False) -> Case:
    """The case that the mails are on afterwards: this one with its account, or the account's own.

    Answers the case unchanged where somebody else has placed it meanwhile.
    """
    case = writing.lock_one(case_id, version=None)
    if case.account_id is not None or not case.is_open or who.account_id is None:
        return case
    account = Account.objects.get(pk=who.account_id)
    mails = list(ReceivedMail.objects.filter(case=case).order_by("id"))
    _name_account(mails, account, who.contact, is_choice=is_choice)
    other = _open_there(case, account)
    if other is None:
        writing.write([_placed(case, account, who, by=by)], now=now)
        return case
    _move(mails, to=other, by=JoinedBy.HAND if is_choice else JoinedBy.ACCOUNT, now=now)
    writing.write([ended(case, "duplicate", by=by, now=now, duplicate_of=other)], now=now)
    return other


def _name_account(
    mails: list[ReceivedMail], account: Account, contact: Contact | None, *, is_choice: bool
) -> None:
    for mail in mails:
        mail.account, mail.contact = account, contact
        mail.matched_by = MatchedBy.CHOICE if is_choice else mail.matched_by
    rows = [{"id": mail.pk, **_account_columns(mail)} for mail in mails]
    bulk.update(ReceivedMail, rows)


def _account_columns(mail: ReceivedMail) -> dict[str, Any]:
    return {
        "account_id": mail.account_id,
        "contact_id": mail.contact_id,
        "matched_by": str(mail.matched_by),
    }


def _open_there(case: Case, account: Account) -> Case | None:
    """The account's case for the same reason, if one is open."""
    try:
        moves.check_no_other_open(case, account_id=account.pk, opportunity_id=case.opportunity_id)
    except moves.IllegalMove:
        same = Case.objects.open().filter(account=account, case_type=case.case_type)
        return same.filter(opportunity=case.opportunity_id).exclude(pk=case.pk).order_by("id").first()
    return None


def _placed(case: Case, account: Account, who: Match, *, by: Person | None) -> Change:
    entry = Entry(
        verb=Verb.CHANGED,
        actor=Actor.PERSON if by else Actor.ROUTING,
        person=by,
        data={"field": "account", "to": account.name},
    )
    columns: dict[str, Any] = {
        "account_id": account.pk,
        "territory": case.rules.territory_of(account.region) or "",
        "language": case.language or account.language,
    }
    if who.contact is not None and case.contact_id is None:
        columns["contact_id"] = who.contact.pk
    return Change(case=case, columns=columns, entries=[entry])


def _move(mails: list[ReceivedMail], *, to: Case, by: JoinedBy, now: datetime) -> None:
    """Put the mails on another case, with lines of its own history."""
    joining.join([joining_of(mail, case_id=to.pk, by=by) for mail in mails], now=now)
    save(mails)


def joining_of(mail: ReceivedMail, *, case_id: int, by: JoinedBy) -> Joining:
    """The mail, read again from its bytes. Raises Unreadable."""
    raw = RawMail.objects.get(mail=mail)
    letter = processing.read(bytes(raw.content), envelope_from=mail.envelope_from)
    return Joining(mail=mail, letter=letter, case_id=case_id, by=by)


_MOVED = "state reason processed_at case joined_by is_stranger came_after_closing history parts".split()


def save(mails: list[ReceivedMail]) -> None:
    for mail in mails:
        mail.save(update_fields=_MOVED)


def ended(
    case: Case, status: str, *, by: Person | None, now: datetime, duplicate_of: Case | None = None
) -> Change:
    """The end of a case that nobody has to work; its closing rules are about customers, and here is none."""
    data = {"from": case.status, "to": status, "resolution_action": _NO_WORK}
    actor = Actor.PERSON if by else Actor.ROUTING
    return Change(
        case=case,
        columns={
            "status": status,
            "resolution_action": _NO_WORK,
            "feedback": "NA",
            "duplicate_of_id": duplicate_of.pk if duplicate_of else None,
            "picked_up_at": case.picked_up_at or now,
            "closed_at": now,
        },
        entries=[Entry(verb=Verb.CLOSED, actor=actor, person=by, data=data)],
    )
