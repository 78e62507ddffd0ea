"""Wake-ups: a message that work may lie in the database, sent once the work is committed.

The truth is in PostgreSQL. A wake-up may be lost, late or doubled, so a broker that cannot be reached is logged
and nothing more: a beat of the schedule finds what it would have found.
"""

from __future__ import annotations

import logging

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def wake(idea: str) -> None:
    """Wake the task that `settings.WAKES` names for `idea`, after this transaction has committed."""
    transaction.on_commit(lambda: _send(settings.WAKES[idea]))


def _send(task: str) -> None:
    try:
        current_app.send_task(task, expires=60)
    except (OperationalError, OSError) as error:
        logger.warning("No wake-up for %s: %s. The next beat finds the work.", task, error)
