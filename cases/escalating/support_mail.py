"""The mail to Support about a case: into the outbox like any other, and no touch of the customer."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from accounts.models import Person
from cases.mail import threading
from cases.models import Case, History, Mail, Verb
from smbcases.lib.wake import wake


def write(case: Case, words: str, *, by: Person, now: datetime) -> Mail:
    """Write the mail that goes with the history row of the case as it is now. Its answers come back to the case."""
    mail = Mail.objects.create(
        case=case,
        history=History.objects.get(case=case, version=case.version, verb=Verb.ESCALATED),
        person=by,
        to_name="Support",
        to_address=settings.SUPPORT_ADDRESS,
        subject=_subject(case),
        body=f"{words}\n\n{_about(case)}",
        message_id=threading.new_message_id(case),
        written_at=now,
        try_at=now,
    )
    wake("mails")
    return mail


def _subject(case: Case) -> str:
    whose = f", {case.account.name}" if case.account else ""
    return f"{case.number}{whose}: a question for Support"[:255]


def _about(case: Case) -> str:
    """Whom and what it is about, a line each; lines of which nothing is known are left out."""
    contact = case.contact
    lines = [
        f"Case: {case.number}",
        f"Account: {case.account.name} ({case.account.external_id})" if case.account else "",
        f"Contact: {contact.name}, {contact.email}" if contact else "",
        f"Ticket: {case.link}" if case.link else "",
    ]
    return "\n".join(line for line in lines if line)
