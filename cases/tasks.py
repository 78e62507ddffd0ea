"""Wake-ups of the case desk."""

from celery import shared_task
from django.utils import timezone

from cases import sweep
from cases.talk import digest, overdue
from smbcases.lib.wake import heard
from cases.agenda import reminding
from cases.agenda import tasks as own_tasks


@shared_task
def sweep_clocks() -> None:
    """Mark what is overdue, and bring back what was put off until today."""
    sweep.sweep(now=timezone.now())
    overdue.sweep_questions(now=timezone.now())


@shared_task
def remind_of_tasks() -> None:
    """Tell people of their tasks at the time they asked for, and forget those that were removed a day ago."""
    now = timezone.now()
    reminding.remind(now=now)
    own_tasks.forget_removed(now=now)


@shared_task
def mail_notices() -> None:
    """Mail what people wish to have mailed by now."""
    heard("notices")
    digest.mail_due(now=timezone.now())
