"""Wake-ups: a message that work may lie in the database, sent once the work is committed.

The truth is in PostgreSQL. A wake-up may be lost, late or doubled, so a broker that cannot be reached is logged
and nothing more: a beat of the schedule finds what it would have found. Nor may it keep a person waiting. Celery
tries to connect for seconds by default; here it is tried once, briefly, and after a failure not at all for a while.

One message at a time is enough for an idea: the task that it wakes looks at all there is. So a knock leaves a mark,
nobody knocks while it is there, and the task takes it away before it looks (`heard`). Under load the work then comes
in sets instead of one by one. A mark whose message was lost goes away by itself.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

import redis
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from kombu.exceptions import OperationalError
from kombu.pools import ProducerPool

logger = logging.getLogger(__name__)

KNOCKED_FOR = 2  # seconds after which a message that nobody has taken up may be sent again
REST = 1.0  # seconds after a failure in which nothing is sent
_HASTE = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5, "max_retries": 0}
_AT_ONCE = 32  # threads of a process that may be sending

_rests_until = 0.0
_hushed = ContextVar("hushed", default=False)


def wake(idea: str) -> None:
    """Wake the task that `settings.WAKES` names for `idea`, after this transaction has committed."""
    if not _hushed.get():
        transaction.on_commit(lambda: _knock(idea))


def heard(idea: str) -> None:
    """Say, before looking for the work, that the message has come: what is committed from now on knocks again."""
    try:
        cache.delete(_mark(idea))
    except (redis.RedisError, OSError) as error:
        logger.warning("The mark of %s stays: %s. It goes away by itself.", idea, error)


@contextmanager
def hush() -> Iterator[None]:
    """Wake nobody within: for who does all the work that is found, such as a replay."""
    token = _hushed.set(True)
    try:
        yield
    finally:
        _hushed.reset(token)


def _knock(idea: str) -> None:
    try:
        is_first = cache.add(_mark(idea), 1, timeout=KNOCKED_FOR)
    except (redis.RedisError, OSError):
        is_first = True
    if is_first:
        _send(settings.WAKES[idea])


def _mark(idea: str) -> str:
    return f"knocked:{idea}"


def _send(task: str) -> None:
    global _rests_until  # noqa: PLW0603  what the process knows of its broker
    if time.monotonic() < _rests_until:
        return
    try:
        with _producers(settings.CELERY_BROKER_URL).acquire(block=True) as producer:
            current_app.send_task(task, expires=60, producer=producer)
    except (OperationalError, OSError) as error:
        _rests_until = time.monotonic() + REST
        logger.warning("No wake-up for %s: %s. The next beat finds the work.", task, error)


@lru_cache
def _producers(url: str) -> ProducerPool:
    """Connections of our own to the broker, for Celery's are as patient as a worker has to be."""
    connection = current_app.connection_for_write(url)
    connection.transport_options = {**(connection.transport_options or {}), **_HASTE}
    return ProducerPool(connection.Pool(_AT_ONCE), limit=_AT_ONCE)
