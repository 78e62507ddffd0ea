"""Runs that were chosen or previewed and never carried out: forgotten after a day. What was done is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from cases.models import BulkRow, BulkRun, RunState

KEPT_FOR = timedelta(days=1)
BATCH = 100
_NEVER_DONE = (RunState.CHOSEN, RunState.PREVIEWED)


def forget_unfinished(*, now: datetime) -> int:
    """Delete them with their rows, some at a time. Answers how many."""
    forgotten = 0
    while True:
        batch = _forget_batch(now=now)
        forgotten += batch
        if batch < BATCH:
            return forgotten


@transaction.atomic
def _forget_batch(*, now: datetime) -> int:
    """One that somebody carries out at this very moment is held by them, and left alone."""
    old = BulkRun.objects.filter(made_at__lt=now - KEPT_FOR, state__in=_NEVER_DONE).order_by("made_at", "id")
    ids = [run.pk for run in old.select_for_update(skip_locked=True)[:BATCH]]
    BulkRow.objects.filter(run__in=ids).delete()
    BulkRun.objects.filter(pk__in=ids).delete()
    return len(ids)
