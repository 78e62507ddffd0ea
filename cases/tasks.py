"""Wake-ups of the case desk."""

from celery import shared_task
from django.utils import timezone

from cases import book_by_clock, sweep
from cases.agenda import reminding
from cases.agenda import tasks as own_tasks
from cases.dashboards import ahead
from cases.files import sweeping
from cases.filing import drafts
from cases.intake import giving_account, imap_door, processing
from cases.mail import outbox
from cases.many import forgetting
from cases.talk import digest, overdue
from smbcases.lib.wake import heard


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


@shared_task
def send_mails() -> None:
    """Send the mails to customers that are due."""
    heard("mails")
    outbox.send_waiting(clock=timezone.now)


@shared_task
def read_mails() -> None:
    """Read the mails that came in, and put each where it belongs."""
    heard("received_mails")
    processing.process_pending(now=timezone.now())


@shared_task
def fetch_mails() -> None:
    """Take in what is new in the mailbox."""
    imap_door.fetch(now=timezone.now())


@shared_task
def place_mails() -> None:
    """Give mails their account that the book knows by now."""
    giving_account.rematch(now=timezone.now())


@shared_task
def settle_book() -> None:
    """Note and move what crossed the SMB line, and sweep ownership where the playbook says so."""
    book_by_clock.settle(now=timezone.now())


@shared_task
def forget_unfinished_runs() -> None:
    """Forget acts on many cases that were previewed a day ago and never carried out."""
    forgetting.forget_unfinished(now=timezone.now())


@shared_task
def sweep_files() -> None:
    """Delete the files that nobody needs any more, and forms that nobody has gone on with."""
    drafts.forget_old(now=timezone.now())
    sweeping.sweep(now=timezone.now())


@shared_task
def count_ahead() -> None:
    """Count what long periods of dashboards show, each day and after changes, a few views at a time."""
    ahead.count_ahead(now=timezone.now())
