"""Tells people of their tasks at the time they asked for, once.

What is due stands under a partial index, so that nothing due costs one probe; rows are claimed with SKIP LOCKED and
marked in the transaction that tells of them, so that overlapping sweeps tell once.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from cases.models import NoticeKind, Task
from cases.talk import notices
from cases.talk.notices import Telling

BATCH = 500


def remind(*, now: datetime) -> int:
    """Tell of every reminder that has come. Answers how many."""
    told = 0
    while True:
        batch = _remind_batch(now=now)
        told += batch
        if batch < BATCH:
            return told


@transaction.atomic
def _remind_batch(*, now: datetime) -> int:
    due = Task.objects.open().filter(remind_at__lte=now, reminded_at__isnull=True)
    tasks = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("remind_at", "id")[:BATCH])
    notices.send_all((task.person_id, _telling(task, now=now)) for task in tasks)
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(reminded_at=now)
    return len(tasks)


def _telling(task: Task, *, now: datetime) -> Telling:
    return Telling(
        kind=NoticeKind.REMINDER,
        case_id=task.case_id,
        now=now,
        text=task.what,
        url="" if task.case_id else reverse("tasks"),
    )
