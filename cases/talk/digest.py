"""The mail that tells of unread notices: at once, or once a day at the hour that its reader chose.

Rows are claimed with SKIP LOCKED, one person in a transaction, and marked as soon as the mail is handed over, so that
two workers never send the same. Its Message-ID follows from its rows: should a worker die between handing over and
marking, the second copy is known for one. A mail server that does not answer costs time only.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import InterfaceError, OperationalError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Person
from cases.models import Notice
from cases.talk import told

logger = logging.getLogger(__name__)

MOST = 100
TRY_AGAIN = timedelta(minutes=5)


def mail_due(*, now: datetime) -> int:
    """Mail everybody whose notices are due. Answers how many mails were sent."""
    due = Notice.objects.filter(mail_at__lte=now)
    people = due.order_by("person_id").values_list("person_id", flat=True).distinct()
    return sum(_mail_or_wait(person_id, now=now) for person_id in list(people))


def _mail_or_wait(person_id: int, *, now: datetime) -> bool:
    """Nobody waits for somebody else's notices: those that cannot be put into words are tried again later. Where the
    database fails, it fails for all."""
    try:
        return _mail(person_id, now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("The notices of %s could not be mailed. They are tried again.", person_id)
        Notice.objects.filter(person=person_id, mail_at__lte=now).update(mail_at=now + TRY_AGAIN)
        return False


@transaction.atomic
def _mail(person_id: int, *, now: datetime) -> bool:
    """One person's mail; whether it was sent."""
    due = Notice.objects.filter(person=person_id, mail_at__lte=now).select_related("by")
    claimed = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("id")[:MOST])
    person = Person.objects.get(pk=person_id)
    rows = Notice.objects.filter(pk__in=[notice.pk for notice in claimed])
    if not claimed or not person.is_active:
        rows.update(mail_at=None)
        return False
    try:
        compose(person, claimed).send()
    except (SMTPException, OSError) as error:
        logger.warning("The notices of %s could not be mailed: %s. They are tried again.", person.pk, error)
        rows.update(mail_at=now + TRY_AGAIN)
        return False
    rows.update(mail_at=None, mailed_at=now)
    return True


def compose(person: Person, notices: list[Notice]) -> EmailMessage:
    """The mail, in plain text, with links to what it tells of."""
    rows = told.tell(notices, reader=person)
    site = settings.SITE_URL
    context = {"person": person, "rows": rows, "site": site, "settings_url": reverse("notice_settings")}
    return EmailMessage(
        subject=_subject(rows),
        body=render_to_string("notices/mail.txt", context),
        to=[person.email],
        headers={"Message-ID": f"<notices-{person.pk}-{notices[0].pk}-{notices[-1].pk}@smb-cases>"},
    )


def _subject(rows: list[told.Row]) -> str:
    if len(rows) > 1:
        return f"{len(rows)} notices from SMB Cases"
    return " ".join(": ".join(part for part in (rows[0].sentence, rows[0].about) if part).split())
