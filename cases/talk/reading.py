"""Somebody's own notices: counted, listed, read. Nobody reads another's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import Person
from cases.models import Notice

COUNTED = 99


def of(person: Person) -> QuerySet[Notice]:
    return Notice.objects.filter(person=person, rings=True).select_related("by")


def unread(person: Person) -> QuerySet[Notice]:
    return of(person).filter(read_at__isnull=True)


def count_unread(person: Person) -> int:
    """How many there are, counted to one more than `COUNTED`."""
    mine = Notice.objects.filter(person=person, rings=True, read_at__isnull=True)
    return mine[: COUNTED + 1].count()


def mark_read(person: Person, *, now: datetime, ids: Iterable[int] | None = None) -> int:
    """Mark these of the person's notices read, or all. What was read is not mailed. Answers how many were unread."""
    mine = Notice.objects.filter(person=person, rings=True, read_at__isnull=True)
    if ids is not None:
        mine = mine.filter(pk__in=ids)
    return mine.update(read_at=now, mail_at=None)
