"""Wake-ups of the book."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts import applying


@shared_task
def apply_events() -> None:
    applying.apply_pending(now=timezone.now())


@shared_task
def release_events() -> None:
    if applying.release_known():
        applying.apply_pending(now=timezone.now())
