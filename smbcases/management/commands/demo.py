"""`manage.py demo`: make the demo book, or let events trickle in (`--live`)."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cases.models import Case
from smbcases.demo import door, live, making


class Command(BaseCommand):
    help = "Make a believable book and play its last days."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="another number, another book")
        parser.add_argument("--days", type=int, default=60, help="days to play (60)")
        parser.add_argument("--accounts", type=int, default=800, help="accounts in the book (800)")
        parser.add_argument(
            "--until", type=_moment, help="the last hour, such as 2026-11-21T10:00; now if left out"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where there is something already"
        )
        parser.add_argument("--fresh", action="store_true", help="throw away what is there first")
        parser.add_argument(
            "--force", action="store_true", help="also without DEMO=1; then nobody can sign in"
        )
        parser.add_argument(
            "--live", action="store_true", help="only push events to the running server, until Ctrl-C"
        )
        parser.add_argument(
            "--every", type=float, default=10.0, help="with --live: seconds between events (10)"
        )

    def handle(self, **options: Any) -> None:
        if options["if_empty"] and not making.is_empty():
            return
        if not settings.DEMO and not options["force"]:
            raise CommandError(
                "DEMO is off, so this may be a real database. Set DEMO=1, or use --force to make a book whose"
                " people have no passwords."
            )
        if options["live"]:
            self._live(every=options["every"])
            return
        if options["fresh"]:
            making.empty()
        self._make(options)

    def _live(self, *, every: float) -> None:
        folder = getattr(settings, "DATA_DIR", None)
        if folder is None:
            raise CommandError("--live needs a DATA_DIR, where the demo's API key is kept.")
        sender = live.Sender(address=door.address(), key=door.key(folder, now=timezone.now()))
        self.stdout.write(f"Pushing an event about every {every:g} s to {sender.address}; Ctrl-C ends it.")
        try:
            live.trickle(sender, every=every, chance=Random(), say=self.stdout.write)  # noqa: S311  plays
        except live.NotLetIn as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")

    def _make(self, options: dict[str, Any]) -> None:
        until = (options["until"] or timezone.now()).replace(minute=0, second=0, microsecond=0)
        order = making.Order(
            until=until,
            days=options["days"],
            accounts=options["accounts"],
            seed=options["seed"],
            with_password=settings.DEMO,
        )

        began = time.monotonic()
        self.stdout.write(f"Making the demo book and playing its last {order.days} days ...")
        try:
            played = making.make(order, say=lambda line: self.stdout.write(f"  {line}"))
        except making.NotEmpty as error:
            raise CommandError(
                "There is a book already. --fresh throws it away and makes a new one."
            ) from error
        for what, number in sorted(played.refused.items()):
            self.stderr.write(f"  refused {number} times: {what}") if options["verbosity"] > 1 else None
        self.stdout.write(
            f"  {played.events} events, {Case.objects.count()} cases, {played.deeds} things done,"
            f" in {time.monotonic() - began:.0f} s"
        )


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
