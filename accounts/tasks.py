"""Wake-ups of the book."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts import applying, idempotency
from smbcases.lib.wake import heard


@shared_task
def apply_events() -> None:
    heard("events")
    applying.apply_pending(now=timezone.now())


@shared_task
def release_events() -> None:
    if applying.release_known():
        applying.apply_pending(now=timezone.now())


@shared_task
def forget_answers() -> None:
    """Those to requests with an Idempotency-Key that nobody will send again."""
    idempotency.forget_old(now=timezone.now())
