"""A mail comes to its case: a touch on the account, a line of the history, its files, and word to who has the case.

The customer's answer stops the cadence. A closed case stays closed; its owner decides what the mail is worth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Activity
from accounts.models.book import ActivityKind
from cases import writing
from cases.intake import keeping, opening
from cases.intake.reading import Letter
from cases.models import Case, History, JoinedBy, MailFate, NoticeKind, ReceivedMail, Verb
from cases.models.history import Actor
from cases.talk import notices
from cases.talk.notices import Telling
from cases.writing import Change, Entry


@dataclass(frozen=True, kw_only=True)
class Joining:
    """A mail and the case that it goes to; its row has sender and match already."""

    mail: ReceivedMail
    letter: Letter
    case_id: int
    by: JoinedBy
    is_stranger: bool = False


def join(joinings: Sequence[Joining], *, now: datetime) -> None:
    """Put each mail on its case, oldest first, with one history row each, and tell who has the cases."""
    if not joinings:
        return
    locked = writing.lock([one.case_id for one in joinings])
    activities = _log(joinings, locked)
    by_case: defaultdict[int, list[Joining]] = defaultdict(list)
    for one in joinings:
        by_case[one.case_id].append(one)
        _settle(one, locked[one.case_id], now=now)
    _keep_files([(one.mail, one.letter, locked[one.case_id]) for one in joinings], now=now)
    writing.write([_change(locked[pk], some, activities) for pk, some in by_case.items()], now=now)
    _name_history(joinings)
    _tell(joinings, locked, now=now)


def _settle(one: Joining, case: Case, *, now: datetime) -> None:
    mail = one.mail
    mail.state, mail.reason, mail.processed_at = MailFate.ON_CASE, "", now
    mail.case, mail.joined_by, mail.is_stranger = case, one.by, one.is_stranger
    mail.came_after_closing = not case.is_open


def _keep_files(filled: Sequence[tuple[ReceivedMail, Letter, Case]], *, now: datetime) -> None:
    lists = keeping.keep([(case, letter.parts) for _, letter, case in filled], now=now)
    for (mail, _, _), parts in zip(filled, lists, strict=True):
        mail.parts = parts


def _log(joinings: Sequence[Joining], cases: Mapping[int, Case]) -> dict[int, int]:
    """The touch of each mail on its case's account, by the mail's id; none where no account is known yet."""
    rows = [(one.mail.pk, _activity(one, cases[one.case_id])) for one in joinings]
    made = [(pk, activity) for pk, activity in rows if activity is not None]
    Activity.objects.bulk_create([activity for _, activity in made])
    return {pk: activity.pk for pk, activity in made}


def _activity(one: Joining, case: Case) -> Activity | None:
    if case.account_id is None:
        return None
    contact = one.mail.contact
    return Activity(
        account_id=case.account_id,
        contact_id=contact.pk if contact and contact.account_id == case.account_id else None,
        opportunity_id=case.opportunity_id,
        kind=ActivityKind.EMAIL,
        inbound=True,
        subject=one.mail.subject[:255],
        happened_at=one.mail.received_at,
        as_of=one.mail.received_at,
    )


def _change(case: Case, joinings: Sequence[Joining], activities: Mapping[int, int]) -> Change:
    answers = case.picked_up_at is not None and any(not one.is_stranger for one in joinings)
    columns: dict[str, Any] = {"answered": True} if case.is_open and answers else {}
    return Change(case=case, columns=columns, entries=[_entry(one, activities) for one in joinings])


def _entry(one: Joining, activities: Mapping[int, int]) -> Entry:
    data = {
        "kind": str(ActivityKind.EMAIL),
        "inbound": True,
        "from": one.mail.sender,
        "received": one.mail.pk,
        "activity": activities.get(one.mail.pk),
    }
    return Entry(verb=Verb.LOGGED, actor=Actor.PERSON, data=data, text=one.mail.subject)


def _name_history(joinings: Sequence[Joining]) -> None:
    """Tie each mail to its line of the history."""
    mails = {one.mail.pk: one.mail for one in joinings}
    told = History.objects.filter(case__in={one.case_id for one in joinings}, verb=Verb.LOGGED)
    for row in told.filter(data__received__in=list(mails)).order_by("id"):
        mails[row.data["received"]].history = row


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A mail and the case that the triggers opened for it, with the line of its history that says so."""

    mail: ReceivedMail
    letter: Letter
    case: Case
    history: History | None


def open_with(opened: Sequence[Opened], *, now: datetime) -> None:
    """Mails that opened a case: their words are the case's own, so that they need no line of their own."""
    for one in opened:
        one.mail.state, one.mail.reason, one.mail.processed_at = MailFate.ON_CASE, "", now
        one.mail.case, one.mail.joined_by, one.mail.history = one.case, JoinedBy.OPENED, one.history
    _keep_files([(one.mail, one.letter, one.case) for one in opened], now=now)


def _tell(joinings: Sequence[Joining], cases: Mapping[int, Case], *, now: datetime) -> None:
    """Its owner, and while they are away who covers for them."""
    owners = sorted({case.owner_id for case in cases.values() if case.owner_id is not None})
    covers = opening.covers(owners, now=now)
    tellings = [(cases[one.case_id].owner_id, _telling(one, cases[one.case_id], now=now)) for one in joinings]
    notices.send_all(
        (person, telling)
        for owner, telling in tellings
        if owner is not None
        for person in sorted({owner, covers.get(owner, owner)})
    )


def _telling(one: Joining, case: Case, *, now: datetime) -> Telling:
    closed = "" if case.is_open else " (on a closed case)"
    text = f"{one.mail.sender}{closed}: {one.mail.subject or 'no subject'}"
    return Telling(kind=NoticeKind.MAIL_CAME, case_id=case.pk, now=now, text=text)
