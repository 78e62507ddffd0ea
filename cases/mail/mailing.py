"""Writing to a customer: the mail, the touch that it is, and the case's history, in one transaction.

Sending itself is the outbox's matter. A mail may be written on a closed case too, for example to ask for a new one.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.models import Activity, Person
from accounts.models.book import ActivityKind
from cases import access, writing
from cases.mail import drafts, letters, threading
from cases.mail.letters import Letter
from cases.models import Case, History, Mail, MailState, MailTemplate, NoticeKind, Verb
from cases.models.history import Actor
from cases.talk import notices
from cases.writing import Change, Entry
from smbcases.lib.refusal import Refusal
from smbcases.lib.wake import wake


class NoSuchMail(Refusal):
    name = "no-such-mail"
    status = 404
    title = "There is no such mail"


class NothingToSettle(Refusal):
    """The mail is on its way or has gone out: nobody has to decide anything."""

    name = "mail-is-settled"
    status = 409
    title = "The mail needs no decision"


@transaction.atomic
def send(*, case_id: int, letter: Letter, by: Person, now: datetime, version: int | None = None) -> Mail:
    """Write the mail into the outbox and log it as a touch. Raises NotReadyToSend with everything that is wrong."""
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    letters.check(letter)
    activity = _log(case, letter.to.contact_id, subject=letter.subject, by=by, now=now)
    data = {
        "kind": str(ActivityKind.EMAIL),
        "inbound": False,
        "subject": letter.subject,
        "to": letter.to.name or letter.to.address,
        "activity": activity.pk if activity else None,
    }
    entry = Entry(verb=Verb.MAILED, person=by, data=data, text=letter.body.strip())
    writing.write([Change(case=case, columns={}, entries=[entry])], now=now)
    mail = _store(case, letter, activity=activity, by=by, now=now)
    drafts.drop(case_id=case.pk, person=by)
    wake("mails")
    return mail


def _store(case: Case, letter: Letter, *, activity: Activity | None, by: Person, now: datetime) -> Mail:
    template = MailTemplate.objects.filter(playbook=case.playbook, key=letter.template_key).first()
    references = threading.references_of(case)
    return Mail.objects.create(
        case=case,
        history=History.objects.get(case=case, version=case.version, verb=Verb.MAILED),
        activity=activity,
        person=by,
        contact_id=letter.to.contact_id,
        template=template,
        template_version=template.version if template else None,
        to_name=" ".join(letter.to.name.split()),
        to_address=letter.to.address,
        cc=list(letter.cc),
        subject=letter.subject.strip(),
        body=letter.body.strip(),
        message_id=threading.new_message_id(case),
        in_reply_to=references[-1] if references else "",
        references=references,
        written_at=now,
        try_at=now,
    )


def _log(case: Case, contact_id: int | None, *, subject: str, by: Person, now: datetime) -> Activity | None:
    """The touch on the account; none for a case whose account is not known yet."""
    if case.account_id is None:
        return None
    return Activity.objects.create(
        account_id=case.account_id,
        contact_id=contact_id,
        opportunity_id=case.opportunity_id,
        person=by,
        kind=ActivityKind.EMAIL,
        subject=subject.strip()[:255],
        happened_at=now,
        as_of=now,
    )


@transaction.atomic
def send_again(*, case_id: int, mail_id: int, by: Person, now: datetime, version: int | None = None) -> Mail:
    """Put a mail that did not go out or came back, or perhaps went, back into the outbox under the same id. Raises
    NoSuchMail, NothingToSettle."""
    case, mail = _unsettled(case_id, mail_id, by=by, version=version)
    if mail.activity_id is None:
        mail.activity = _log(case, mail.contact_id, subject=mail.subject, by=by, now=now)
    mail.state, mail.try_at, mail.attempts, mail.problem = MailState.WAITING, now, 0, ""
    mail.sent_at, mail.returned = None, []
    mail.save(update_fields=["activity", "state", "try_at", "attempts", "problem", "sent_at", "returned"])
    _tell(case, mail, "again", by=by, now=now)
    wake("mails")
    return mail


@transaction.atomic
def settle(*, case_id: int, mail_id: int, by: Person, now: datetime, version: int | None = None) -> Mail:
    """Say that a mail of which nobody knew has reached the customer. Raises NoSuchMail, NothingToSettle."""
    case, mail = _unsettled(case_id, mail_id, by=by, version=version)
    if mail.state != MailState.UNCLEAR:
        raise NothingToSettle("The mail did not go out; send it again.")
    mail.state, mail.sent_at, mail.problem = MailState.SENT, now, ""
    mail.save(update_fields=["state", "sent_at", "problem"])
    _tell(case, mail, "arrived", by=by, now=now)
    return mail


def _unsettled(case_id: int, mail_id: int, *, by: Person, version: int | None) -> tuple[Case, Mail]:
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    mail = Mail.objects.select_for_update().filter(pk=mail_id, case=case).first()
    if mail is None:
        raise NoSuchMail(f"{case.number} has no such mail.")
    if not mail.is_unsettled:
        raise NothingToSettle(f"The mail is {mail.get_state_display().lower()}; there is nothing to decide.")
    return case, mail


def _tell(case: Case, mail: Mail, what: str, *, by: Person, now: datetime) -> None:
    """A line of the history about a mail that was written before; `kind` is no touch's."""
    data = {"kind": what, "subject": mail.subject, "mail": mail.pk}
    entry = Entry(verb=Verb.MAILED, person=by, data=data)
    writing.write([Change(case=case, columns={}, entries=[entry])], now=now)


@transaction.atomic
def give_up(*, mail_id: int, reason: str, now: datetime) -> None:
    """The mail did not go out and is not tried again: it is no touch any more, and the case's history says why."""
    case_id = Mail.objects.values_list("case_id", flat=True).get(pk=mail_id)
    case = writing.lock_one(case_id, version=None)
    mail = Mail.objects.select_for_update().get(pk=mail_id)
    if mail.state != MailState.SENDING:  # a person has taken it up meanwhile
        return
    mail.state, mail.try_at, mail.problem = MailState.FAILED, None, reason
    touch, mail.activity = mail.activity, None
    mail.save(update_fields=["state", "try_at", "problem", "activity"])
    if touch is not None:
        touch.delete()
    data = {"kind": "failed", "subject": mail.subject, "mail": mail.pk}
    entry = Entry(verb=Verb.MAILED, actor=Actor.CLOCK, data=data, text=reason)
    writing.write([Change(case=case, columns={}, entries=[entry])], now=now)
    _tell_writer(mail, now=now)


@transaction.atomic
def leave_to_a_person(*, mail_id: int, attempts: int, reason: str, now: datetime) -> None:
    """Nobody can know whether this attempt went out: who wrote the mail is told, and decides."""
    held = Mail.objects.select_for_update(of=("self",)).select_related("case")
    mail = held.filter(pk=mail_id, attempts=attempts, state=MailState.SENDING).first()
    if mail is None:  # settled meanwhile
        return
    mail.state, mail.try_at, mail.problem = MailState.UNCLEAR, None, reason
    mail.save(update_fields=["state", "try_at", "problem"])
    _tell_writer(mail, now=now)


def _tell_writer(mail: Mail, *, now: datetime) -> None:
    notices.tell(
        people=[mail.person_id],
        kind=NoticeKind.MAIL_FAILED,
        case_id=mail.case_id,
        by=None,
        now=now,
        text=f"“{mail.subject}” to {mail.to_address}: {mail.problem}",
        url=reverse("case_mail_one", args=[mail.case_id, mail.pk]),
    )
