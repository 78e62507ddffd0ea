"""Mails for tests: as a customer's program would send them, through the pipe that all doors lead to."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any

from cases.intake import processing, receiving
from cases.intake.receiving import Arrived
from cases.models import Door, ReceivedMail
from tests.factories import NOW

ADDRESS = "smb@cases.example.com"


def write(
    *,
    sender: str = "Ada Weber <ada@acme.example>",
    to: str = ADDRESS,
    subject: str = "More seats",
    body: str = "We grow by ten people in May. What do we do?",
    message_id: str | None = None,
    at: datetime = NOW,
    html: str = "",
    **headers: str,
) -> bytes:
    """A mail's bytes; `headers` by name with underscores: In_Reply_To."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Date"] = format_datetime(at)
    if message_id != "":
        made["Message-ID"] = message_id or make_msgid(domain="acme.example")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    if html:
        made.add_alternative(html, subtype="html")
    return made.as_bytes()


def take(*raws: bytes, now: datetime = NOW, mailbox: str = "team", **envelope: Any) -> list[ReceivedMail]:
    """Receive the mails and read them; answers each as its row is then."""
    arrived = [Arrived(raw=raw, mailbox=mailbox, door=Door.PIPE, **envelope) for raw in raws]
    receipts = receiving.receive(arrived, now=now)
    processing.process_pending(now=now)
    return [ReceivedMail.objects.get(pk=one.id) for one in receipts if one.id is not None]


def take_one(raw: bytes, **more: Any) -> ReceivedMail:
    (mail,) = take(raw, **more)
    return mail
