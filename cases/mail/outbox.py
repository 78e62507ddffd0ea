"""The outbox: takes mails one at a time, sends each, and writes down what became of it.

A mail is claimed, and the claim committed, before it is handed to the server. Who dies in between leaves it in
`sending`; nobody can know then whether it went out, so after its lease it becomes `unclear` and waits for a person.
By itself nothing is sent twice. A person who sends such a mail again sends it under the same Message-ID.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.core.mail import get_connection
from django.db import transaction

from cases.mail import composing, mailing, retrying
from cases.mail.retrying import Fate
from cases.models import Mail, MailState
from smbcases.lib.wake import wake

logger = logging.getLogger(__name__)

AT_ONCE = 200  # mails a run; who finds more wakes the next one, so that no task lasts for hours
_LOST = "Our sender stopped while it was sending this. It may have gone out."
Clock = Callable[[], datetime]


class ServerNotReached(Exception):
    """There is no talking to the mail server now; the other mails need not be tried in this run."""


def send_waiting(*, clock: Clock) -> int:
    """Send what is due, until nothing is or the server cannot be reached. Answers how many went out.

    Any number may run side by side: each mail is claimed by one.
    """
    give_lost_ones_up(now=clock())
    server, sent = get_connection(), 0
    try:
        for _ in range(AT_ONCE):
            mail = _claim(now=clock())
            if mail is None:
                return sent
            sent += _send(mail, server, clock=clock)
        wake("mails")
    except ServerNotReached as error:
        logger.warning("Mails wait: %s", error)
    finally:
        _close(server)
    return sent


def give_lost_ones_up(*, now: datetime) -> int:
    """Hand mails whose sender is gone to a person."""
    lost = Mail.objects.filter(state=MailState.SENDING, sent_at__isnull=True, try_at__lte=now)
    found = list(lost.order_by("id").values_list("pk", "attempts"))
    for pk, attempts in found:
        mailing.leave_to_a_person(mail_id=pk, attempts=attempts, reason=_LOST, now=now)
    return len(found)


@transaction.atomic
def _claim(*, now: datetime) -> Mail | None:
    """The next mail that is due, marked as being sent; None where none is."""
    due = Mail.objects.filter(state=MailState.WAITING, sent_at__isnull=True, try_at__lte=now)
    free = due.select_for_update(skip_locked=True, of=("self",)).select_related("person", "case")
    mail = free.order_by("try_at", "id").first()
    if mail is not None:
        mail.state, mail.try_at = MailState.SENDING, now + retrying.LEASE
        mail.attempts += 1
        mail.save(update_fields=["state", "try_at", "attempts"])
    return mail


def _send(mail: Mail, server: Any, *, clock: Clock) -> int:
    """1 where the server took it, else 0. Raises ServerNotReached once the mail is written down as waiting."""
    reached = False
    try:
        server.open()
        reached = True
        server.send_messages([composing.compose(mail)])
    except Exception as error:
        _close(server)
        _write_down(mail, error, reached=reached, now=clock())
        if not reached:
            raise ServerNotReached(retrying.said_by(error)) from error
        return 0
    _of_claim(mail).update(state=MailState.SENT, sent_at=clock(), try_at=None, problem="")
    return 1


def _write_down(mail: Mail, error: Exception, *, reached: bool, now: datetime) -> None:
    outcome = retrying.decide(error, attempts=mail.attempts, reached=reached, now=now)
    logger.warning("Mail %s of %s: %s (%s)", mail.pk, mail.case.number, outcome.reason, outcome.fate)
    if outcome.fate is Fate.GIVE_UP:
        mailing.give_up(mail_id=mail.pk, reason=outcome.reason, now=now)
        return
    if outcome.fate is Fate.UNCLEAR:
        mailing.leave_to_a_person(mail_id=mail.pk, attempts=mail.attempts, reason=outcome.reason, now=now)
        return
    _of_claim(mail).update(state=MailState.WAITING, try_at=outcome.try_at, problem=outcome.reason)


def _of_claim(mail: Mail) -> Any:
    """The mail, unless a person or another sender has taken it up since: whoever is late changes nothing."""
    return Mail.objects.filter(
        pk=mail.pk, attempts=mail.attempts, state__in=(MailState.SENDING, MailState.UNCLEAR)
    )


def _close(server: Any) -> None:
    """A server that is gone need not be told goodbye."""
    with suppress(Exception):
        server.close()
