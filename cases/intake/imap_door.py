"""A mailbox, read by IMAP: every mail in it once, by its UID, and nothing in it is changed.

How far it was read is kept in the database, in the transaction of the mails themselves. Flags are nobody's business
here: somebody who looks at a mail with another program marks it as read, and it comes in all the same. Where the
server has numbered its mails anew, all are read again, and those that are here already are known by their ids.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import Error, transaction
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from cases.intake import headers, receiving
from cases.intake.receiving import MOST_BYTES, Arrived
from cases.models import Door, MailboxMark

logger = logging.getLogger(__name__)

AT_ONCE = 50
_BYTES_AT_ONCE = 32 * 1024 * 1024
_PATIENCE = 30.0  # seconds that a server may say nothing
_FAILURES = (IMAPClientError, OSError, ssl.SSLError, ValueError, Error)


class NotAMailbox(ValueError):
    """IMAP_URL is no address of a mailbox; says what is wrong."""


def fetch(*, now: datetime, url: str = "") -> int:
    """Take in what is new in the mailbox; answer how many mails were. What goes wrong is written down for SMB Ops and
    tried again next time; 0 where no mailbox is named, or another worker reads it."""
    address = url or settings.IMAP_URL
    if not address:
        return 0
    name = _name(address)
    MailboxMark.objects.get_or_create(mailbox=name)
    try:
        taken = _read(address, name, now=now)
    except _FAILURES as error:
        logger.warning("The mailbox %s was not read: %s", name, error)
        said = headers.clean(f"{type(error).__name__}: {error}")[:500]
        MailboxMark.objects.filter(mailbox=name).update(problem=said)
        return 0
    MailboxMark.objects.filter(mailbox=name).update(problem="", read_at=now)
    return taken


def _name(address: str) -> str:
    """The mailbox without its password: what may stand in a log."""
    parts = urlsplit(address)
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname:
        raise NotAMailbox("IMAP_URL looks like imaps://user:password@host/INBOX.")
    return f"{unquote(parts.username or '')}@{parts.hostname}{parts.path or '/INBOX'}"[:300]


def _read(address: str, name: str, *, now: datetime) -> int:
    taken = 0
    with _open(address) as (server, validity):
        while True:
            with transaction.atomic():
                found = _take(server, name, validity=validity, now=now)
            if found is None:
                return taken
            taken += found


@contextmanager
def _open(address: str) -> Iterator[tuple[IMAPClient, int]]:
    parts = urlsplit(address)
    is_safe = parts.scheme == "imaps"
    server = IMAPClient(parts.hostname, port=parts.port, ssl=is_safe, use_uid=True, timeout=_PATIENCE)
    try:
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        chosen = server.select_folder(unquote(parts.path.strip("/")) or "INBOX", readonly=True)
        yield server, int(chosen[b"UIDVALIDITY"])
    finally:
        with suppress(*_FAILURES):
            server.logout()


def _take(server: IMAPClient, name: str, *, validity: int, now: datetime) -> int | None:
    """The next mails behind the mark, with the mark moved; None where there are none, or somebody holds the mark."""
    mark = MailboxMark.objects.select_for_update(skip_locked=True).filter(mailbox=name).first()
    if mark is None:
        return None
    if mark.uid_validity != validity:
        mark.uid_validity, mark.last_uid = validity, 0
    uids = _next(server, mark.last_uid)
    if not uids:
        return None
    fetched = server.fetch(uids, ["BODY.PEEK[]"])
    mails = [_arrived(fetched[uid][b"BODY[]"]) for uid in uids if uid in fetched]
    receipts = receiving.receive(mails, now=now)
    mark.last_uid = uids[-1]
    mark.save(update_fields=["uid_validity", "last_uid"])
    return sum(one.is_new for one in receipts)


def _next(server: IMAPClient, last: int) -> list[int]:
    """As many UIDs behind `last` as are fetched together. (A server answers n:* with its last mail at least.)"""
    found = sorted(uid for uid in server.search(["UID", f"{last + 1}:*"]) if uid > last)[:AT_ONCE]
    sizes = server.fetch(found, ["RFC822.SIZE"]) if found else {}
    chosen: list[int] = []
    total = 0
    for uid in found:
        total += int(sizes.get(uid, {}).get(b"RFC822.SIZE", MOST_BYTES))
        if chosen and total > _BYTES_AT_ONCE:
            break
        chosen.append(uid)
    return chosen


def _arrived(raw: bytes | None) -> Arrived:
    return Arrived(raw=raw or b"", mailbox=settings.MAILBOX, door=Door.IMAP)
