"""Long periods are counted ahead each night, so that who asks first in the morning waits no longer than others.

What is settled moves on at midnight UTC. From then on each run goes through some views more, until all are counted:
every dashboard for each long period, the whole desk and each region, in each time zone in which
somebody may see it all. Narrower views are fast enough without.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

import redis
from django.core.cache import cache

from accounts.access import Act, Reach, reach
from accounts.models import Person, Role
from cases.dashboards import asked as reading
from cases.dashboards import periods, registry, settled
from cases.dashboards.registry import Kind

logger = logging.getLogger(__name__)

AT_ONCE = timedelta(seconds=3)
_KEPT_FOR = 2 * 24 * 3600
_KEPT_NOTES = timedelta(days=60)  # longer than anything is kept that was counted under them

View = tuple[Kind, Person, dict[str, str]]


def count_ahead(*, now: datetime, budget: timedelta = AT_ONCE) -> int:
    """Go on with today's views for about as long as `budget`. Answers how many were counted."""
    key, done = f"counted-ahead:{now.astimezone(UTC):%Y-%m-%d}", 0
    try:
        begun = cache.get(key, 0)
        if begun is None:
            return 0
        if not begun:
            settled.forget(before=now - _KEPT_NOTES)
        until = time.monotonic() + budget.total_seconds()
        for place, (kind, reader, given) in enumerate(islice(views(), begun, None), start=begun + 1):
            if time.monotonic() > until:
                return done
            cache.set(key, place, timeout=_KEPT_FOR)  # first: one that cannot be counted holds up no other
            asked = reading.read(given, reader=reader, now=now, offered=kind.filters)
            kind.load(asked, reader, now)
            done += 1
        cache.set(key, None, timeout=_KEPT_FOR)
    except (redis.RedisError, OSError) as error:
        logger.warning("Nothing is counted ahead: %s.", error)
    return done


def views() -> Iterator[View]:
    """In an order that stays the same."""
    for reader in _readers():
        for kind in registry.seen_by(reader):
            for period in periods.LONG if kind.timed else ():
                yield kind, reader, {"period": period}
                for region in reading.regions() if "region" in kind.filters else ():
                    yield kind, reader, {"period": period, "region": region}


def _readers() -> list[Person]:
    """One in each time zone who sees all."""
    leading = Person.objects.filter(is_active=True, role__in=(Role.OPS, Role.MANAGER)).order_by(
        "time_zone", "id"
    )
    return [one for one in leading.distinct("time_zone") if reach(one, Act.SEE_DASHBOARDS) is Reach.ALL]
