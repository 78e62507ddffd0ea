"""The mails that were kept are read, in sets, and each becomes something: on a case, filed, held, or not readable.

One worker at a time. Whatever stops it, the set's transaction is undone and the next look finds the mails as they
were. That somebody begins is counted and committed first: a mail at which workers die is taken alone, and after a few
more deaths set aside for a person.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from cases.intake import headers, reading, settling, sorting, telling_ops
from cases.intake.reading import Letter, Unreadable
from cases.intake.sorting import Sorted
from cases.models import MailFate, MailSort, RawMail, ReceivedMail
from smbcases.lib import baton

logger = logging.getLogger(__name__)

AT_ONCE = 200
_BYTES_AT_ONCE = 32 * 1024 * 1024
_SUSPECT = 3  # beginnings after which a mail is taken alone
_POISON = 10  # and after which it is set aside
_SPAN = timedelta(hours=1)
_SMALL = 50
_MOMENT = 0.2  # seconds


def process_pending(*, now: datetime) -> int:
    """Read what waits until nothing does. Answers how many mails; 0 where another worker is at it."""
    done = 0
    try:
        while ids := _claim(now=now):
            done += _process(ids, now=now)
            _gather(len(ids))
    except baton.BatonTaken:
        logger.debug("Somebody else reads the mail.")
    return done


def _gather(count: int) -> None:
    """Where mails come faster than small sets are read, wait a moment, so that the next set is a larger one."""
    if count < _SMALL and ReceivedMail.objects.to_process().exists():
        time.sleep(_MOMENT)


@transaction.atomic
def _claim(*, now: datetime) -> list[int]:
    """The next mails, as many as are read together, with their attempts counted. Raises BatonTaken."""
    baton.take("received mails")
    ReceivedMail.objects.to_process().filter(attempts__gte=_POISON).update(
        state=MailFate.UNREADABLE,
        processed_at=now,
        reason="Each attempt to read it ended a worker. Have somebody look at the original.",
    )
    waiting = ReceivedMail.objects.to_process().order_by("id")[:AT_ONCE]
    ids: list[int] = []
    size = 0
    for pk, bytes_, attempts in waiting.values_list("pk", "size", "attempts"):
        if ids and (attempts >= _SUSPECT or size + bytes_ > _BYTES_AT_ONCE):
            break
        ids.append(pk)
        size += bytes_
        if attempts >= _SUSPECT:
            break
    ReceivedMail.objects.filter(pk__in=ids).update(attempts=F("attempts") + 1)
    return ids


@transaction.atomic
def _process(ids: Sequence[int], *, now: datetime) -> int:
    """Read these mails and settle what was read; answers how many are done with. Raises BatonTaken."""
    baton.take("received mails")
    waiting = ReceivedMail.objects.to_process().select_for_update(
        of=("self",)
    )  # a person may decide meanwhile
    mails = list(waiting.filter(pk__in=ids).order_by("id"))
    raws = dict(RawMail.objects.filter(mail__in=mails).values_list("mail_id", "content"))
    letters = []
    for mail in mails:
        letter = _read(mail, bytes(raws.get(mail.pk, b"")), now=now)
        letters += [(mail, letter)] if letter else []
    telling_ops.tell([mail for mail in mails if mail.state == MailFate.UNREADABLE], now=now)
    return len(mails) - len(letters) + _settle(letters, now=now)


def _read(mail: ReceivedMail, raw: bytes, *, now: datetime) -> Letter | None:
    """The mail in words; None where it cannot be read, which its row then says."""
    try:
        letter = read(raw, envelope_from=mail.envelope_from)
    except Unreadable as error:
        set_aside(mail, str(error), now=now)
    except Exception as error:
        logger.exception("Received mail %s could not be read.", mail.pk)
        set_aside(mail, f"{type(error).__name__}: {error}", now=now)
    else:
        return letter
    return None


def read(raw: bytes, *, envelope_from: str) -> Letter:
    """The letter with its sort. Raises Unreadable."""
    letter = reading.read(raw, envelope_from=envelope_from)
    found = sorting.sort(
        headers.read(headers.split(raw)[0]),
        from_address=letter.from_address,
        envelope_from=envelope_from,
        ours=_ours(),
    )
    if found.sort == MailSort.BOUNCE and letter.report.is_news:
        found = Sorted(sort=MailSort.REPORT, why="It says that a mail is late, or has arrived.")
    return replace(letter, sort=found.sort, why_sorted=found.why)


def read_again(mail: ReceivedMail, raw: bytes) -> Letter:
    """The letter of a mail that somebody wants read once more. Raises Unreadable, whatever is wrong with it."""
    try:
        return read(raw, envelope_from=mail.envelope_from)
    except Unreadable:
        raise
    except Exception as error:
        logger.exception("Received mail %s could not be read.", mail.pk)
        raise Unreadable(headers.clean(f"{type(error).__name__}: {error}")[:500]) from error


def _ours() -> sorting.Ours:
    return sorting.Ours(
        addresses={settings.MAIL_ADDRESS.lower()},
        domain=settings.MAIL_DOMAIN.lower(),
        lists=settings.OWN_LIST_IDS,
    )


def set_aside(mail: ReceivedMail, reason: str, *, now: datetime) -> None:
    mail.state, mail.processed_at, mail.reason = MailFate.UNREADABLE, now, headers.clean(reason)[:500]
    mail.save(update_fields=["state", "processed_at", "reason"])


def _settle(letters: Sequence[tuple[ReceivedMail, Letter]], *, now: datetime) -> int:
    """Settle the mails; where a set cannot be, its halves are tried, down to the mail that is the cause.

    Answers how many were settled: who depends on another one of the set waits for the next.
    """
    if not letters:
        return 0
    try:
        with transaction.atomic():
            return settling.settle(letters, now=now, since=now - _SPAN)
    except (OperationalError, InterfaceError, baton.BatonTaken):
        raise
    except Exception as error:
        if len(letters) == 1:
            logger.exception("Received mail %s could not be settled.", letters[0][0].pk)
            mail = ReceivedMail.objects.get(pk=letters[0][0].pk)
            set_aside(mail, f"{type(error).__name__}: {error}", now=now)
            return 1
    half = len(letters) // 2
    return sum(map(partial(_settle, now=now), (letters[:half], letters[half:])))
