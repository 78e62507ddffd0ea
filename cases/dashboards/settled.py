"""Figures of long periods: what is settled is counted once and kept, the rest is counted each time.

A case is settled once it was closed some time ago: hardly any of them ever changes again. What is counted of closed
cases is the sum over the spans in which they were closed: before this month, this month until yesterday, and since.
The first two are kept in the cache, each under all that it follows from: its query, and which changes of settled
cases there have been (`SettledChange`). So nothing kept is ever out of date; what is lost, or was never asked
for, is counted anew.

Rows of other kinds that never change once they are written, as assignments, settle by their own instant.
"""

from __future__ import annotations

import hashlib
import logging
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import redis
from django.core.cache import cache
from django.db.models import Count, Q, Sum

from cases.dashboards import sets
from cases.dashboards.counting import median_of
from cases.dashboards.runs import Run, middle
from cases.dashboards.sets import Counted, Grouping, Rows
from cases.models import SettledChange

if TYPE_CHECKING:
    from cases.dashboards.asked import Asked

Part = TypeVar("Part")
logger = logging.getLogger(__name__)

LONG_DAYS = 62
KEPT_FOR = timedelta(days=40)
CLOSED = "closed_at"


@dataclass(frozen=True, kw_only=True)
class Tier:
    """Rows of which the instant lies before `until`, and not before `since`; `state` changes when one of them does."""

    since: datetime | None
    until: datetime
    state: str

    def of(self, rows: Rows, instant: str) -> Rows:
        within = Q(**{f"{instant}__lt": self.until})
        return rows.filter(within & Q(**{f"{instant}__gte": self.since}) if self.since else within)


@dataclass(frozen=True, kw_only=True)
class Settled:
    """The tiers at a moment, oldest first."""

    tiers: tuple[Tier, ...]

    @property
    def since(self) -> datetime:
        """From when on nothing is settled yet."""
        return self.tiers[-1].until


def look(now: datetime) -> Settled:
    """One query."""
    yesterday = (now.astimezone(UTC) - timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    month = yesterday.replace(day=1)
    ends = [month, yesterday] if month < yesterday else [yesterday]
    figures: dict[str, Any] = {}
    for place, end in enumerate(ends):
        earlier = Q(closed_at__lt=end) | Q(closed_at__isnull=True)
        figures |= {f"many_{place}": Count("id", filter=earlier), f"sum_{place}": Sum("id", filter=earlier)}
    changes = SettledChange.objects.aggregate(**figures)
    return Settled(
        tiers=tuple(
            Tier(since=since, until=end, state=f"{changes[f'many_{place}']}/{changes[f'sum_{place}']}")
            for place, (since, end) in enumerate(zip([None, *ends], ends, strict=False))
        ),
    )


def tally(
    asked: Asked,
    settling: Rows,
    live: Sequence[Rows] = (),
    *,
    by: Sequence[Grouping],
    figures: Mapping[str, str],
    instant: str = CLOSED,
) -> Counted:
    """As `sets.tally` over `settling` and `live` together. `figures` are counts, which add up. `settling` are closed
    cases, or rows that settle by another `instant`; `live`, open cases, are counted each time."""
    found = asked.settled
    if found is None:
        return sets.tally([settling, *live], by=by, figures=figures)
    names = tuple(tuple(grouping) for grouping in by)
    counts = [
        *_kept(
            found,
            settling,
            instant,
            lambda rows: sets.tally([rows], by=by, figures=figures),
            (names, *figures.items()),
        ),
        sets.tally([_since(found, settling, instant), *live], by=by, figures=figures),
    ]
    return {grouping: _sum([one[grouping] for one in counts]) for grouping in names}


def medians(
    asked: Asked,
    settling: Rows,
    live: Sequence[Rows] = (),
    *,
    by: Sequence[Grouping],
    instant: str = CLOSED,
) -> Counted:
    """By grouping and group the median of the lengths of time in the column `took`, and of how many (`timed`)."""
    found = asked.settled
    if found is None:
        figures = {"timed": "count(*)", "took": median_of("took")}
        return sets.tally([settling, *live], by=by, figures=figures)
    finest = tuple(dict.fromkeys(column for grouping in by for column in grouping))
    runs: defaultdict[Grouping, defaultdict[tuple[Any, ...], list[Run]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for part in [
        *_kept(found, settling, instant, lambda rows: _runs([rows], finest), ("runs", finest)),
        _runs([_since(found, settling, instant), *live], finest),
    ]:
        for group, run in part.items():
            named = dict(zip(finest, group, strict=True))
            for grouping in by:
                runs[tuple(grouping)][tuple(named[column] for column in grouping)].append(run)
    return {
        tuple(grouping): {
            group: {"timed": sum(map(len, theirs)), "took": timedelta(microseconds=middle(theirs))}
            for group, theirs in runs[tuple(grouping)].items()
        }
        for grouping in by
    }


def _runs(parts: Sequence[Rows], finest: Grouping) -> dict[tuple[Any, ...], Run]:
    """The lengths of time of each group in microseconds, shortest first."""
    figures = {"run": "array_agg((date_part('epoch', took) * 1000000)::bigint)"}
    found = sets.tally(parts, by=[finest], figures=figures)[finest]
    return {group: array("q", sorted(row["run"])) for group, row in found.items() if row["run"]}


def _since(found: Settled, rows: Rows, instant: str) -> Rows:
    return rows.filter(**{f"{instant}__gte": found.since})


def _sum(
    parts: Iterable[Mapping[tuple[Any, ...], Mapping[str, int]]],
) -> dict[tuple[Any, ...], dict[str, Any]]:
    summed: dict[tuple[Any, ...], dict[str, Any]] = {}
    for part in parts:
        for group, row in part.items():
            so_far = summed.get(group)
            summed[group] = {name: so_far[name] + many for name, many in row.items()} if so_far else dict(row)
    return summed


def _kept(
    found: Settled, rows: Rows, instant: str, count: Callable[[Rows], Part], what: tuple[object, ...]
) -> list[Part]:
    """What was counted of each tier, counted now where it is not kept."""
    query = sets.spell(rows)
    if query is None:
        return []
    keys = [
        f"settled:{_digest(query, what, instant, tier.since, tier.until, tier.state)}" for tier in found.tiers
    ]
    known = _read(keys)
    counted = {
        key: count(tier.of(rows, instant))
        for key, tier in zip(keys, found.tiers, strict=True)
        if key not in known
    }
    _write(counted)
    return [known[key] if key in known else counted[key] for key in keys]


def _digest(*what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()


def _read(keys: Iterable[str]) -> dict[str, Any]:
    """A cache that cannot be reached keeps nothing."""
    try:
        return cache.get_many(keys)
    except (redis.RedisError, OSError) as error:
        logger.warning("What was counted before cannot be read: %s. It is counted anew.", error)
        return {}


def _write(counted: Mapping[str, Any]) -> None:
    try:
        if counted:
            cache.set_many(dict(counted), timeout=KEPT_FOR.total_seconds())
    except (redis.RedisError, OSError) as error:
        logger.warning("What was counted cannot be kept: %s.", error)
