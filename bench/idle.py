"""Nothing due over the largest book: what the beats cost when there is nothing to do."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts import applying
from bench import place, report
from cases import sweep
from cases.models import Case
from routing import draining
from routing.models import BookPass
from routing.triggers import evaluation

MUST = 0.050


def main() -> None:
    place.prepare()
    call_command("scale", "--cases", os.environ["BENCH_CASES"], stdout=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")  # else autovacuum does it while we measure
    settle()
    jobs: dict[str, Callable[[], object]] = {
        "trigger pass: events": evaluation.evaluate_pending,
        "trigger pass: the book, done for today": evaluation.look_at_book,
        "drain": draining.drain_all,
        "sweep of clocks": lambda: sweep.sweep(now=timezone.now()),
        "inbox": lambda: applying.apply_pending(now=timezone.now()),
    }
    medians = {name: _median(job) for name, job in jobs.items()}
    rows = [
        report.row(name, f"{1000 * seconds:.1f} ms", must=f"< {1000 * MUST:.0f} ms", kept=seconds < MUST)
        for name, seconds in medians.items()
    ]
    whole = _whole_book()
    slowest = max(whole, key=lambda name: whole[name])
    rows += [
        report.row(
            "a new day's look at the whole book, nothing new: all triggers",
            f"{1000 * sum(whole.values()):.0f} ms",
        ),
        report.row(
            f"the slowest of its {len(whole)} triggers ({slowest})", f"{1000 * whole[slowest]:.0f} ms"
        ),
    ]
    report.answer(f"Nothing due, over {Case.objects.count():,} cases", rows)


def settle() -> None:
    """Do all that the book has due, so that nothing is."""
    evaluation.look_at_book()
    draining.drain_all()
    sweep.sweep(now=timezone.now())


def _whole_book() -> dict[str, float]:
    """Seconds of each daily trigger's look where it finds nothing new."""
    seconds = {}
    for trigger in evaluation.in_force().filter(daily=True):
        BookPass.objects.filter(trigger=trigger).delete()
        began = time.perf_counter()
        evaluation.look_at_book()
        seconds[trigger.name] = time.perf_counter() - began
    return seconds


def _median(job: Callable[[], object]) -> float:
    return statistics.median(_timed(job) for _ in range(20))


def _timed(job: Callable[[], object]) -> float:
    began = time.perf_counter()
    job()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
