"""A door for mail by SMTP. It answers 250 once the mail is committed, and 451 where it could not be, so that no
sending server forgets a mail that we do not have.

For a demo and for tests: it neither encrypts nor asks who sends, so it listens on this machine alone.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from functools import partial
from typing import Any

from aiosmtpd.smtp import SMTP
from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from cases.intake import receiving
from cases.intake.receiving import MOST_BYTES, Arrived
from cases.models import Door

logger = logging.getLogger(__name__)
_MANY = 100


class Taker:
    """What the library asks of every mail. Methods are named by it."""

    async def handle_RCPT(  # noqa: N802  named by aiosmtpd
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if not is_ours(address):
            return "550 5.1.1 There is no such mailbox here"
        if len(envelope.rcpt_tos) >= _MANY:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  named by aiosmtpd
        mail = Arrived(
            raw=bytes(envelope.original_content or envelope.content or b""),
            mailbox=settings.MAILBOX,
            door=Door.SMTP,
            envelope_from=envelope.mail_from or "<>",
            envelope_to=" ".join(envelope.rcpt_tos),
        )
        return await asyncio.get_running_loop().run_in_executor(None, _keep, mail)


def is_ours(address: str) -> bool:
    """Whether mail to the address is for us; we pass nothing on."""
    plain = address.strip("<> ").lower()
    return plain == settings.MAIL_ADDRESS.lower() or plain.endswith(f"@{settings.MAIL_DOMAIN.lower()}")


def _keep(mail: Arrived) -> str:
    """Runs in a thread of its own, with a connection of its own."""
    try:
        receiving.receive([mail], now=timezone.now())
    except (Error, OSError):
        logger.exception("A mail could not be kept; its sender shall try again.")
        return "451 4.3.0 Not kept, try again later"
    finally:
        connection.close_if_unusable_or_obsolete()
    return "250 2.0.0 Kept"


class Conversation(SMTP):
    """Programs send lines that no standard allows, and mails that are one line to a server since they end their lines
    as Unix does; a customer's mail is not refused for that."""

    line_length_limit = MOST_BYTES


def make(loop: asyncio.AbstractEventLoop) -> SMTP:
    """One conversation. An SMTPUTF8 client may send any address."""
    return Conversation(
        Taker(), data_size_limit=MOST_BYTES, enable_SMTPUTF8=True, ident="SMB Cases", loop=loop
    )


def run(*, host: str, port: int) -> None:
    """Listen until SIGTERM or SIGINT."""
    asyncio.run(_serve(host, port))


async def _serve(host: str, port: int) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    server = await loop.create_server(partial(make, loop), host=host, port=port)
    async with server:
        await ended.wait()
