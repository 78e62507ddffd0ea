"""One worker at a time, without a queue of workers in front of the door.

Who finds the baton taken leaves at once. Whoever holds it must look for work again after putting it down, because
work may have come in behind their look; the next beat of the schedule is the net below.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

from django.db import connection, transaction


class BatonTaken(Exception):
    """Another worker is at it; it will see what was committed before now."""


def take(name: str) -> None:
    """Hold the baton until the end of this transaction. Raises BatonTaken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [zlib.crc32(name.encode())])
        if not cursor.fetchone()[0]:
            raise BatonTaken(name)


def wait(name: str) -> None:
    """Hold the baton until the end of this transaction, as soon as whoever has it puts it down.

    Who meets it taken meanwhile has left: wake them once it is down.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(name.encode())])


def relay(name: str, *, step: Callable[[], int], pending: Callable[[], bool]) -> int:
    """Run `step`, each time in a transaction under the baton, until nothing is pending once the baton is put down.

    `pending` is asked after a step that found nothing too: what was committed behind its look woke somebody who met
    a taken baton and left. A step has to settle whatever `pending` sees. Answers what the steps add up to; 0 where
    another worker holds the baton.
    """
    done = 0
    while True:
        try:
            with transaction.atomic():
                take(name)
                done += step()
        except BatonTaken:
            return done
        if not pending():
            return done
