"""Long periods are counted ahead each night, so that who asks first in the morning waits no longer than others.

What is settled moves on at midnight UTC, and a reader's periods at their own midnight. From then on each run goes
through some views more, until all are counted: every dashboard for each long period, the whole desk and each region,
in each time zone in which somebody may see it all. After a change of settled cases a round that is done begins anew,
at most once an hour. Narrower views are fast enough without.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pickle import UnpicklingError
from zoneinfo import ZoneInfo

import redis
from django.core.cache import cache

from accounts.access import Act, Reach, reach
from accounts.models import Person, Role
from cases.dashboards import asked as reading
from cases.dashboards import periods, registry, settled
from cases.dashboards.registry import Kind
from cases.dashboards.settled import Settled

logger = logging.getLogger(__name__)

AT_ONCE = timedelta(seconds=3)
_ANEW_AFTER = timedelta(hours=1)
_KEPT_FOR = 2 * 24 * 3600

View = tuple[Kind, dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class _Progress:
    """The round of a time zone: how many views were counted since `begun`, as they stood on these days (in UTC and
    there) with what was settled then."""

    days: tuple[date, date]
    settled: Settled
    begun: datetime
    done: int = 0
    is_over: bool = False

    def is_out_of_date(self, anew: _Progress) -> bool:
        """A new day begins a new round at once; other changes wait for the end of this one, which they may never let
        come otherwise."""
        is_other = self.settled != anew.settled and anew.begun - self.begun >= _ANEW_AFTER
        return self.days != anew.days or (self.is_over and is_other)


def count_ahead(*, now: datetime, budget: timedelta = AT_ONCE) -> int:
    """Go on with today's views for about as long as `budget`, as long in each zone. Answers how many were counted."""
    settled.tidy(now=now)
    readers, done = _readers(), 0
    try:
        for reader in readers:
            done += _go_on(reader, now=now, until=time.monotonic() + budget.total_seconds() / len(readers))
    except (redis.RedisError, OSError) as error:
        logger.warning("Nothing is counted ahead: %s.", error)
    return done


def _go_on(reader: Person, *, now: datetime, until: float) -> int:
    progress, done = _progress(reader, now=now), 0
    for kind, given in islice(views(reader), progress.done, None):
        if time.monotonic() > until:
            break
        done += 1  # and written down first: one that cannot be counted holds up no other
        _write_down(reader, replace(progress, done=progress.done + done))
        asked = reading.read(given, reader=reader, now=now, offered=kind.filters)
        kind.load(asked, reader, now)
    else:
        if not progress.is_over:
            _write_down(reader, replace(progress, done=progress.done + done, is_over=True))
    return done


def _progress(reader: Person, *, now: datetime) -> _Progress:
    days = now.astimezone(UTC).date(), now.astimezone(ZoneInfo(reader.time_zone)).date()
    anew = _Progress(days=days, settled=settled.look(now), begun=now)
    try:
        known: _Progress | None = cache.get(_name(reader))
        return anew if known is None or known.is_out_of_date(anew) else known
    except (UnpicklingError, AttributeError, ImportError):  # another version's
        return anew


def _write_down(reader: Person, progress: _Progress) -> None:
    cache.set(_name(reader), progress, timeout=_KEPT_FOR)


def _name(reader: Person) -> str:
    return f"counted-ahead:{reader.time_zone}"


def views(reader: Person) -> Iterator[View]:
    """In an order that stays the same."""
    for kind in registry.seen_by(reader):
        for period in periods.LONG if kind.timed else ():
            yield kind, {"period": period}
            for region in reading.regions() if "region" in kind.filters else ():
                yield kind, {"period": period, "region": region}


def _readers() -> list[Person]:
    """One in each time zone who sees all."""
    leading = Person.objects.filter(is_active=True, role__in=(Role.OPS, Role.MANAGER)).order_by(
        "time_zone", "id"
    )
    return [one for one in leading.distinct("time_zone") if reach(one, Act.SEE_DASHBOARDS) is Reach.ALL]
