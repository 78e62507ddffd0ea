"""Wake-ups of triggers and routing. Each finds its work in the database and may run twice, late or side by side."""

from celery import shared_task
from django.utils import timezone

from routing import draining, rooms
from routing.high_value import reminding
from routing.triggers import evaluation
from smbcases.lib.wake import heard


@shared_task
def evaluate_events() -> None:
    """Let the triggers look at the events that the book has taken in. What they open wakes the drain."""
    heard("applied")
    evaluation.evaluate_pending()


@shared_task
def look_at_the_book() -> None:
    """Let the daily triggers that are due look at the whole book."""
    evaluation.look_at_book()


@shared_task
def drain_pools() -> None:
    """Give out the cases that wait."""
    heard("waiting")
    draining.drain_all()


@shared_task
def tell_of_rooms() -> None:
    """Tell people once a week what there is to tidy."""
    rooms.tell(now=timezone.now())


@shared_task
def remind_of_high_value() -> None:
    """Remind of the touchpoints whose day has come, and of accounts to nominate again in a new fiscal year."""
    reminding.remind(now=timezone.now())
