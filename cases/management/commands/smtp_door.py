"""`manage.py smtp_door`: takes mail by SMTP on this machine, for the demo and for tests."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from cases.intake import smtp_door


class Command(BaseCommand):
    help = "Take in mail to our domain by SMTP, until ended."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8025)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Mail to {settings.MAIL_ADDRESS} is taken at {options['host']}:{options['port']}.")
        smtp_door.run(host=options["host"], port=options["port"])
