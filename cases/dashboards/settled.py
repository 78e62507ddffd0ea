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
from cases.models import SettledChange, SettledWhat

if TYPE_CHECKING:
    from cases.dashboards.asked import Asked

Part = TypeVar("Part")
Runs = dict[tuple[Any, ...], Run]
"""By group."""
logger = logging.getLogger(__name__)

LONG_DAYS = 28
KEPT_FOR = timedelta(days=3)  # from when it was last asked for
CLOSED = "closed_at"


@dataclass(frozen=True, kw_only=True)
class Tier:
    """Rows of which the instant lies before `until`, and not before `since`. `state` changes when one of them does,
    `deals` when an opportunity of theirs does that is or was won."""

    since: datetime | None
    until: datetime
    state: str
    deals: str

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
        for what in SettledWhat:
            within = earlier & Q(what=what)
            figures |= {
                f"{what}_{place}": Count("id", filter=within),
                f"{what}_sum_{place}": Sum("id", filter=within),
            }
    changes = SettledChange.objects.aggregate(**figures)
    states = [
        [f"{changes[f'{what}_{place}']}/{changes[f'{what}_sum_{place}']}" for what in SettledWhat]
        for place in range(len(ends))
    ]
    return Settled(
        tiers=tuple(
            Tier(since=since, until=end, state=cases, deals=deals)
            for since, end, (cases, deals) in zip([None, *ends], ends, states, strict=False)
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
    follows_deals: bool = False,
) -> Counted:
    """As `sets.tally` over `settling` and `live` together. `figures` are counts, which add up. `settling` are closed
    cases, or rows that settle by another `instant`; `live`, open cases, are counted each time. `follows_deals`: it
    depends on which opportunities are won."""
    if asked.settled is None:
        return sets.tally([settling, *live], by=by, figures=figures)
    counts = [
        *each(
            asked,
            settling,
            lambda rows: sets.tally([rows], by=by, figures=figures),
            what=(*by, *figures.items()),
            instant=instant,
            follows_deals=follows_deals,
        ),
        *([sets.tally(live, by=by, figures=figures)] if live else []),
    ]
    return {grouping: _sum([one[grouping] for one in counts]) for grouping in by}


def each(
    asked: Asked,
    settling: Rows,
    count: Callable[[Rows], Part],
    *,
    what: tuple[object, ...],
    instant: str = CLOSED,
    follows_deals: bool = False,
) -> list[Part]:
    """What `count` makes of the rows of each tier and of those since, oldest first; of a short period, of all at
    once. `what` names what is counted."""
    found = asked.settled
    if found is None:
        return [count(settling)]
    keeping = Keeping(settling, instant, what, follows_deals=follows_deals)
    return [*(keeping.keep(tier, count) for tier in found.tiers), count(_since(found, settling, instant))]


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
    of_runs = Keeping(settling, instant, ("runs", finest))
    of_middles = Keeping(settling, instant, ("middles", *by))

    def runs(tier: Tier) -> Runs:
        return of_runs.keep(tier, lambda rows: _runs([rows], finest))

    def middles(tier: Tier) -> Counted:
        return of_middles.keep(tier, lambda _: _middles([runs(tier)], finest, by))

    newest = _runs([_since(found, settling, instant), *live], finest)
    settled = [*map(middles, found.tiers)]
    filled = [one for one in settled if any(one.values())]
    if not newest and len(filled) == 1:  # a period that has long been over
        return filled[0]
    return _middles([*map(runs, found.tiers), newest], finest, by)


def _runs(parts: Sequence[Rows], finest: Grouping) -> Runs:
    """The lengths of time of each group in microseconds, shortest first."""
    figures = {"run": "array_agg((date_part('epoch', took) * 1000000)::bigint)"}
    found = sets.tally(parts, by=[finest], figures=figures)[finest]
    return {group: array("q", sorted(row["run"])) for group, row in found.items() if row["run"]}


def _middles(parts: Sequence[Runs], finest: Grouping, by: Sequence[Grouping]) -> Counted:
    return {grouping: _middles_by(parts, [finest.index(column) for column in grouping]) for grouping in by}


def _middles_by(parts: Sequence[Runs], places: Sequence[int]) -> dict[tuple[Any, ...], dict[str, Any]]:
    together: defaultdict[tuple[Any, ...], list[Run]] = defaultdict(list)
    for part in parts:
        for group, run in part.items():
            together[tuple(group[place] for place in places)].append(run)
    return {
        group: {"timed": sum(map(len, runs)), "took": timedelta(microseconds=middle(runs))}
        for group, runs in together.items()
    }


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


class Keeping:
    """What is counted of some rows, kept by tier. `what`: of which figures, by which groupings."""

    def __init__(
        self, rows: Rows, instant: str, what: tuple[object, ...], *, follows_deals: bool = False
    ) -> None:
        self._rows, self._instant, self._follows_deals = rows, instant, follows_deals
        self._query = (sets.spell(rows), instant, what)

    def keep(self, tier: Tier, count: Callable[[Rows], Part]) -> Part:
        """What is kept of the tier; counted now where nothing is."""
        deals = tier.deals if self._follows_deals else ""
        key = f"settled:{_digest(*self._query, tier.since, tier.until, tier.state, deals)}"
        known: Part | None = _read(key)
        if known is not None:
            return known
        counted = count(tier.of(self._rows, self._instant))
        _write(key, counted)
        return counted


def _digest(*what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()


def _read(key: str) -> Any:
    """None where nothing is kept. A cache that cannot be reached keeps nothing."""
    try:
        known = cache.get(key)
        if known is not None:
            cache.touch(key, timeout=KEPT_FOR.total_seconds())
    except (redis.RedisError, OSError) as error:
        logger.warning("What was counted before cannot be read: %s. It is counted anew.", error)
        return None
    return known


def _write(key: str, counted: object) -> None:
    try:
        cache.set(key, counted, timeout=KEPT_FOR.total_seconds())
    except (redis.RedisError, OSError) as error:
        logger.warning("What was counted cannot be kept: %s.", error)
