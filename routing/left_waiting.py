"""Telling a territory's managers that nobody is free: once an hour, however many cases wait and drains look."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode

import redis
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from cases.models import NoticeKind
from cases.talk import in_charge, notices
from cases.talk.notices import Telling
from routing.models import Pool, WaitingReason

TOLD_OF = frozenset({WaitingReason.NOBODY_FREE, WaitingReason.NOBODY_SPEAKS, WaitingReason.NO_MEMBERS})
_HOUR = 3600


def tell(pool: Pool, reasons: Iterable[WaitingReason], *, now: datetime) -> None:
    """Tell the managers, if this hour's telling has not been done.

    A mark in the cache spares a busy drain the queries; without a cache, the notice's topic keeps it to one.
    """
    count = sum(reason in TOLD_OF for reason in reasons)
    topic = f"nobody_free:{pool.pk}:{now:%Y%m%d%H}"
    if not count or _is_marked(topic):
        return
    telling = Telling(
        kind=NoticeKind.NOBODY_FREE,
        now=now,
        text=f"Cases of {pool.name} wait for a free place.",
        url=f"{reverse('cases')}?{urlencode({'tab': 'waiting', 'territory': pool.territory})}",
        topic=topic,
    )
    notices.send(in_charge.of_territory(pool.territory), telling)
    transaction.on_commit(lambda: _mark(topic))


def _is_marked(topic: str) -> bool:
    try:
        return cache.get(f"told:{topic}") is not None
    except (redis.RedisError, OSError):
        return False


def _mark(topic: str) -> None:
    try:
        cache.set(f"told:{topic}", 1, timeout=_HOUR)
    except (redis.RedisError, OSError):
        return
