"""A mail comes in: its bytes are committed before anybody looks at what they say, once however often it comes.

All doors end here. What a door may tell its sender after this returns is that the mail is safe.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.db import DataError, IntegrityError, transaction

from cases.intake import headers
from cases.models import Door, MailFate, RawMail, ReceivedMail
from smbcases.lib import bulk
from smbcases.lib.wake import wake

logger = logging.getLogger(__name__)

MOST_BYTES = 50 * 1024 * 1024
_KEPT_OF_TOO_LARGE = 256 * 1024
_BOUNDARY = re.compile(rb"boundary=\"?([^\"\s;]{8,100})", re.IGNORECASE)
_MOST_BOUNDARIES = 50
_TRACES = re.compile(
    rb"^(?:received|return-path|delivered-to|envelope-to|x-[^:\s]*|arc-[^:\s]*|dkim-[^:\s]*|authentication-results):"
    rb".*\n(?:[ \t].*\n)*",
    re.IGNORECASE | re.MULTILINE,
)
_TWIN = "Another mail has the same Message-ID and other words. Let it through if it is no copy."
_TOO_LARGE = f"It is larger than {MOST_BYTES // 1024 // 1024} MB; only its beginning was kept."


Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A mail at a door. `envelope_from` is `<>` where the sender wants no answer, empty where it is not known."""

    raw: bytes
    mailbox: str
    door: Door
    envelope_from: str = ""
    envelope_to: str = ""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """`is_new` is false where the mail is here already; `id` is then empty."""

    id: int | None
    is_new: bool


def receive(mails: Sequence[Arrived], *, now: datetime) -> list[Receipt]:
    """Keep the mails and wake whoever reads them: once this is committed, none is lost and none is there twice.

    A mail under the Message-ID of another one with other words is kept too, and held: programs are known to give
    an id twice, and nobody shall keep a customer's mail out by sending its id first. One whose row the database
    refuses is kept by its bytes alone, for Ops; it holds up no other, and its sender need not send it for ever.
    """
    return _keep([(_row(mail, now=now), mail) for mail in mails], now=now)


def _keep(pairs: Sequence[tuple[Row, Arrived]], *, now: datetime) -> list[Receipt]:
    try:
        return _write(pairs)
    except (DataError, IntegrityError) as error:
        if len(pairs) == 1:
            mail = pairs[0][1]
            logger.exception("A mail could be kept by its bytes alone.")
            return _write([(_bare_row(mail, error, now=now), mail)])
    half = len(pairs) // 2
    return [*_keep(pairs[:half], now=now), *_keep(pairs[half:], now=now)]


def _bare_row(mail: Arrived, error: Exception, *, now: datetime) -> Row:
    """A row that takes nothing from the mail but digests."""
    digest = hashlib.sha256(mail.raw).hexdigest()
    return {
        **_EMPTY,
        "mailbox": mail.mailbox,
        "key": f"raw:{digest}",
        "door": str(mail.door),
        "message_id": "",
        "body_digest": digest,
        "size": len(mail.raw),
        "envelope_from": "",
        "envelope_to": "",
        "received_at": now,
        "state": str(MailFate.UNREADABLE),
        "reason": headers.clean(f"Its headers could not be kept: {type(error).__name__}: {error}")[:500],
        "processed_at": now,
    }


@transaction.atomic
def _write(pairs: Sequence[tuple[Row, Arrived]]) -> list[Receipt]:
    kept = _insert(pairs)
    twins = _twins([(row, mail) for row, mail in pairs if row["id"] not in kept])
    kept_twins = _insert(twins)
    named = {row["body_digest"]: row["id"] for row, _ in twins if row["id"] in kept_twins}
    wake("received_mails")
    return [_receipt(row, kept=kept, twins=named) for row, _ in pairs]


def _receipt(row: Row, *, kept: set[int], twins: Mapping[str, int]) -> Receipt:
    pk = row["id"] if row["id"] in kept else twins.get(row["body_digest"])
    return Receipt(id=pk, is_new=pk is not None)


def _insert(pairs: Sequence[tuple[Row, Arrived]]) -> set[int]:
    """Write the rows that are new, each with its bytes; answer their ids."""
    if not pairs:
        return set()
    kept = _insert_one(pairs[0][0]) if len(pairs) == 1 else _insert_many([row for row, _ in pairs])
    RawMail.objects.bulk_create(
        RawMail(mail_id=row["id"], content=_content(mail.raw)) for row, mail in pairs if row["id"] in kept
    )
    return kept


def _insert_one(row: Row) -> set[int]:
    """Most doors take one mail at a time: it takes the next id by itself, which spares a question."""
    kept = set(bulk.insert(ReceivedMail, [{name: value for name, value in row.items() if name != "id"}]))
    row["id"] = next(iter(kept), None)
    return kept


def _insert_many(rows: Sequence[Row]) -> set[int]:
    for row, pk in zip(rows, bulk.reserve_ids(ReceivedMail, len(rows)), strict=True):
        row["id"] = pk
    return set(bulk.insert(ReceivedMail, sorted(rows, key=itemgetter("mailbox", "key"))))


def _content(raw: bytes) -> bytes:
    return raw if len(raw) <= MOST_BYTES else raw[:_KEPT_OF_TOO_LARGE]


def _twins(known: Sequence[tuple[Row, Arrived]]) -> list[tuple[Row, Arrived]]:
    """Of mails whose key is here already those that say something else."""
    named = ReceivedMail.objects.filter(key__in=[row["key"] for row, _ in known]) if known else ()
    had = {(mail.mailbox, mail.key): mail.body_digest for mail in named}
    return [
        (_set_aside(row, reason=_TWIN) | {"key": f"{row['key']}#{row['body_digest']}"}, mail)
        for row, mail in known
        if had.get((row["mailbox"], row["key"])) != row["body_digest"]
    ]


def _set_aside(row: Row, *, reason: str) -> Row:
    return row | {"state": str(MailFate.HELD), "reason": reason, "processed_at": row["received_at"]}


def _row(mail: Arrived, *, now: datetime) -> Row:
    head, body = headers.split(mail.raw)
    named = headers.read(head)
    found = headers.message_ids([headers.first(named, "message-id")])
    body_digest = _digest_of_words(mail.raw, body or head)
    message_id = found[0] if found else ""
    row = {
        **_EMPTY,
        "mailbox": mail.mailbox,
        "key": message_id or _digest(head, body_digest),
        "door": str(mail.door),
        "message_id": message_id,
        "body_digest": body_digest,
        "size": len(mail.raw),
        "envelope_from": headers.clean(mail.envelope_from)[:320],
        "envelope_to": headers.clean(mail.envelope_to)[:1000],
        "received_at": now,
        "processed_at": None,
    }
    if len(mail.raw) > MOST_BYTES:
        row = _set_aside(row, reason=_TOO_LARGE) | {"state": str(MailFate.UNREADABLE)}
    return row


_EMPTY: dict[str, Any] = {
    **dict.fromkeys("reason from_address from_name subject text html matched_by joined_by".split(), ""),
    **dict.fromkeys("to cc references parts notes".split(), ()),
    **dict.fromkeys("let_through is_stranger came_after_closing".split(), False),
    "state": "waiting",
    "sort": "person",
    "attempts": 0,
}


def _digest_of_words(raw: bytes, body: bytes) -> str:
    """Of the body without its white space and without the lines between its parts: who passes a mail on may fold it
    anew, and a provider who sends the same mail again gives its parts other boundaries."""
    for boundary in dict.fromkeys(_BOUNDARY.findall(raw)[:_MOST_BOUNDARIES]):
        body = body.replace(boundary, b"")
    return hashlib.sha256(b" ".join(body.split())).hexdigest()


def _digest(head: bytes, body_digest: str) -> str:
    """For a mail without an id: by all that it says but the traces of its way, which differ each time it comes."""
    said = b" ".join(_TRACES.sub(b"", head + b"\n").split())
    return f"sha256:{hashlib.sha256(said + body_digest.encode()).hexdigest()}"
