"""`manage.py receive_mail < message`: the end of a mail server's pipe.

Ends with 0 once the mail is safe; with 75 (try again later) where it could not be kept, so that the mail server keeps
it in its queue.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import Error
from django.utils import timezone

from cases.intake import receiving
from cases.intake.receiving import Arrived
from cases.models import Door

TRY_AGAIN_LATER = 75


class Command(BaseCommand):
    help = "Take in the mail on standard input. Sender and recipient of the envelope help where headers lack them."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mailbox", default=settings.MAILBOX)
        parser.add_argument("--sender", default="", help="of the envelope; <> for none")
        parser.add_argument("--recipient", default="", help="of the envelope")

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read()
        if not raw.strip():
            self.stderr.write("There is no mail on standard input.")
            return
        mail = Arrived(
            raw=raw,
            mailbox=options["mailbox"],
            door=Door.PIPE,
            envelope_from=options["sender"],
            envelope_to=options["recipient"],
        )
        try:
            receiving.receive([mail], now=timezone.now())
        except (Error, OSError) as error:
            self.stderr.write(f"The mail was not kept, try again later: {error}")
            sys.exit(TRY_AGAIN_LATER)
