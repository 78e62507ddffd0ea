"""Wake-ups of the case desk."""

from celery import shared_task
from django.utils import timezone

from cases import sweep


@shared_task
def sweep_clocks() -> None:
    """Mark what is overdue, and bring back what was put off until today."""
    sweep.sweep(now=timezone.now())
