"""`manage.py scale --cases 1000000`: fill a scratch database for measuring."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from smbcases.demo import making, scratch


class Command(BaseCommand):
    help = "Fill a scratch database with as many cases as are wanted, for measuring."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, required=True, help="open and closed together")
        parser.add_argument("--advocates", type=int, default=200)
        parser.add_argument("--accounts", type=int, default=100_000)
        parser.add_argument(
            "--open", type=int, default=45, dest="open_each", help="open cases of each advocate (45)"
        )
        parser.add_argument("--force", action="store_true", help="also into a database that has data")

    def handle(
        self, *, cases: int, advocates: int, accounts: int, open_each: int, force: bool, **_: Any
    ) -> None:
        if not (force or making.is_empty()):
            raise CommandError("This database has data. Use one of its own, or --force to mix both.")
        if min(cases, advocates // 3, accounts // 3, open_each) < 1:
            raise CommandError(
                "Each number has to be positive, with three advocates and three accounts at least."
            )
        measure = scratch.Measure(cases=cases, advocates=advocates, accounts=accounts, open_each=open_each)
        began = time.monotonic()
        scratch.fill(measure, now=timezone.now(), say=self.stdout.write)
        scratch.settle()
        self.stdout.write(f"Filled in {time.monotonic() - began:.0f} s.")
