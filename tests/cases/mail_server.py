"""A mail server that a test starts: real SMTP on this machine, which takes mails or says why not."""

from __future__ import annotations

import asyncio
import email
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Inbox:
    """What the server took. `says` is its answer to a mail, `to` its answer to a recipient, where not 250."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[Any] = []
        self.says = ""
        self.to: dict[str, str] = {}
        self.hangs_up = False
        self.holds = False

    async def handle_RCPT(  # noqa: N802  named by aiosmtpd
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if refused := self.to.get(address):
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  named by aiosmtpd
        if self.says:
            return self.says
        self.envelopes.append(envelope)
        read: Any = email.message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(read)
        while self.holds:  # noqa: ASYNC110  let go by another thread
            await asyncio.sleep(0.02)
        if self.hangs_up:
            server.transport.abort()
        return "250 Taken"


class _OnAnyPort(Controller):
    """The library connects to itself to see whether it is up, at a port that the system has just chosen."""

    def _trigger_server(self) -> None:
        assert self.server
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def running(settings: Any) -> Iterator[Inbox]:
    """The server, with Django's mail pointed at it."""
    inbox = Inbox()
    controller = _OnAnyPort(inbox, hostname="127.0.0.1", port=0, ready_timeout=60)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = 60
    try:
        yield inbox
    finally:
        controller.stop()
