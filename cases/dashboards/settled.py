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
from functools import partial
from itertools import chain
from operator import add
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any, TypeVar

import redis
from django.core.cache import cache
from django.db import connection
from django.db.models import Q

from cases.dashboards import sets
from cases.dashboards.counting import median_of
from cases.dashboards.runs import Core, OutOfCore, Run
from cases.dashboards.sets import Counted, Grouping, Rows
from cases.models import SettledChange, SettledWhat

if TYPE_CHECKING:
    from cases.dashboards.asked import Asked

Part = TypeVar("Part")
Runs = dict[tuple[Any, ...], Run]
Cores = dict[Grouping, dict[tuple[Any, ...], Core]]
Sums = dict[Grouping, dict[tuple[Any, ...], tuple[int, ...]]]
"""Runs by group, cores and figures by grouping and group."""
logger = logging.getLogger(__name__)

FORM = 1  # rises whenever what is kept is written down in another way: sums, `runs.Core`, `won.Part`
LONG_DAYS = 28
OF_A_MONTH, ANEW_EACH_DAY = timedelta(days=40), timedelta(days=2)  # how long it is kept
CLOSED = "closed_at"
MANY_NOTES = 100

# The number of the table's file is another one after TRUNCATE, and after pg_restore --clean.
_CHANGES = """
SELECT ends.until, note.what, sum(note.many), sum(coalesce(note.sum_of_ids, note.id)),
       pg_relation_filenode('cases_case')
FROM unnest(%s::timestamptz[]) AS ends(until)
LEFT JOIN cases_settledchange AS note ON note.closed_at < ends.until OR note.closed_at IS NULL
GROUP BY ends.until, note.what
"""
_FOLD = """
WITH gone AS (DELETE FROM cases_settledchange RETURNING *)
INSERT INTO cases_settledchange (what, closed_at, at, many, sum_of_ids)
SELECT what, date_trunc('day', closed_at, 'UTC'), max(at), sum(many), sum(coalesce(sum_of_ids, id))
FROM gone GROUP BY 1, 2
"""


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
    """The tiers as of `now`, with the changes that there have been; one query."""
    month, yesterday = _ends(now)
    ends = [month, yesterday] if month < yesterday else [yesterday]
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, [ends])
        rows = cursor.fetchall()
    book = rows[0][-1]
    noted = {(end, what): f"{many}/{ids}" for end, what, many, ids, _ in rows}
    return Settled(
        tiers=tuple(
            Tier(
                since=since,
                until=end,
                state=f"{book}:{noted.get((end, SettledWhat.CASE))}",
                deals=f"{noted.get((end, SettledWhat.DEAL))}",
            )
            for since, end in zip([None, *ends], ends, strict=False)
        ),
    )


def _ends(now: datetime) -> tuple[datetime, datetime]:
    """Where yesterday began and its month, in UTC; both are one on the first day after a month's first."""
    yesterday = (now.astimezone(UTC) - timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return yesterday.replace(day=1), yesterday


def tidy(*, now: datetime) -> None:
    """Forget notes so old that nothing is kept that was counted before them, and make one of many. What is kept stays
    so: the oldest go when the month turns, and many made one come to the same."""
    month, _ = _ends(now)
    SettledChange.objects.filter(at__lt=month - OF_A_MONTH).delete()
    if SettledChange.objects.filter(sum_of_ids=None).count() > MANY_NOTES:
        with connection.cursor() as cursor:
            cursor.execute(_FOLD)


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
    keeping = Keeping(asked, settling, instant, (*by, *figures.items()), follows_deals=follows_deals)

    def count(rows: Rows) -> Sums:
        return _totals(sets.tally([rows], by=by, figures=figures))

    so_far = keeping.keep_all(lambda: _sum(keeping.keep_each(count)))
    newest = _totals(sets.tally([keeping.since(), *live], by=by, figures=figures))
    return {
        grouping: {group: dict(zip(figures, row, strict=True)) for group, row in groups.items()}
        for grouping, groups in _sum([so_far, newest]).items()
    }


def count(asked: Asked, settling: Rows, live: Sequence[Rows] = ()) -> int:
    """How many rows there are in all: closed cases and `live` ones, as `.values(...)` of the same columns."""
    found = tally(asked, settling, live, by=[()], figures={"many": "count(*)"})
    return int(found[()].get((), {"many": 0})["many"])


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
    if asked.settled is None:
        return [count(settling)]
    keeping = Keeping(asked, settling, instant, what, follows_deals=follows_deals)
    return [*keeping.keep_each(count), count(keeping.since())]


def medians(
    asked: Asked,
    settling: Rows,
    live: Sequence[Rows] = (),
    *,
    by: Sequence[Grouping],
) -> Counted:
    """By grouping and group the median of the lengths of time in the column `took`, and of how many (`timed`)."""
    if asked.settled is None:
        figures = {"timed": "count(*)", "took": median_of("took")}
        return sets.tally([settling, *live], by=by, figures=figures)
    finest = tuple(dict.fromkeys(column for grouping in by for column in grouping))
    of_runs = Keeping(asked, settling, CLOSED, ("runs", finest))
    of_cores = Keeping(asked, settling, CLOSED, ("cores", *by))

    def runs() -> list[Runs]:
        return of_runs.keep_each(lambda rows: _runs([rows], finest))

    newest = _together([_runs([of_runs.since(), *live], finest)], finest, by)
    cores = of_cores.keep_all(lambda: _cores(_together(runs(), finest, by)))
    try:
        return _middles(cores, newest)
    except OutOfCore:  # nearly all of it is new
        return _middles(_cores(_together(runs(), finest, by), whole=True), newest)


def _runs(parts: Sequence[Rows], finest: Grouping) -> Runs:
    """The lengths of time of each group in microseconds, shortest first."""
    figures = {"run": "array_agg((date_part('epoch', took) * 1000000)::bigint)"}
    found = sets.tally(parts, by=[finest], figures=figures)[finest]
    return {group: array("q", sorted(row["run"])) for group, row in found.items() if row["run"]}


def _together(parts: Sequence[Runs], finest: Grouping, by: Sequence[Grouping]) -> dict[Grouping, Runs]:
    """One run for each group of each grouping."""
    found: dict[Grouping, Runs] = {}
    for grouping in by:
        places = [finest.index(column) for column in grouping]
        joined: defaultdict[tuple[Any, ...], list[Run]] = defaultdict(list)
        for part in parts:
            for group, run in part.items():
                joined[tuple(group[place] for place in places)].append(run)
        found[grouping] = {
            group: array("q", sorted(chain.from_iterable(runs))) for group, runs in joined.items()
        }
    return found


def _cores(runs: Mapping[Grouping, Runs], *, whole: bool = False) -> Cores:
    return {
        grouping: {group: Core.of(run, whole=whole) for group, run in groups.items()}
        for grouping, groups in runs.items()
    }


def _middles(cores: Cores, newest: Mapping[Grouping, Runs]) -> Counted:
    nothing = Core.of(array("q"))
    found: Counted = {}
    for grouping, groups in cores.items():
        others = newest[grouping]
        found[grouping] = {}
        for group in {**groups, **others}:
            core, run = groups.get(group, nothing), others.get(group, ())
            took = timedelta(microseconds=core.middle_with(run))
            found[grouping][group] = {"timed": core.many + len(run), "took": took}
    return found


def _totals(counted: Counted) -> Sums:
    return {
        grouping: {group: tuple(row.values()) for group, row in groups.items()}
        for grouping, groups in counted.items()
    }


def _sum(parts: Iterable[Sums]) -> Sums:
    first, *others = parts
    summed = {grouping: dict(groups) for grouping, groups in first.items()}
    for part in others:
        for grouping, groups in part.items():
            so_far = summed[grouping]
            for group, row in groups.items():
                known = so_far.get(group)
                so_far[group] = tuple(map(add, known, row)) if known else row
    return summed


class Keeping:
    """What is counted of some rows, kept by tier. `what`: of which figures, by which groupings."""

    def __init__(
        self,
        asked: Asked,
        rows: Rows,
        instant: str,
        what: tuple[object, ...],
        *,
        follows_deals: bool = False,
    ) -> None:
        assert asked.settled is not None  # noqa: S101  of short periods nothing is kept
        self._settled, self._rows, self._instant = asked.settled, rows, instant
        self._stays = asked.period.stays(today=asked.today)
        query = sets.spell(rows), instant, what
        self._keys = [
            _digest(*query, tier.since, tier.until, tier.state, tier.deals if follows_deals else "")
            for tier in self._settled.tiers
        ]

    def since(self) -> Rows:
        """The rows of which nothing is kept."""
        return self._rows.filter(**{f"{self._instant}__gte": self._settled.since})

    def keep_each(self, count: Callable[[Rows], Part]) -> list[Part]:
        """What is kept of each tier, oldest first; counted now where nothing is."""
        found = []
        for key, tier in zip(self._keys, self._settled.tiers, strict=True):
            rows = tier.of(self._rows, self._instant)
            found.append(_keep(key, partial(count, rows), self._time(tier)))
        return found

    def keep_all(self, count: Callable[[], Part]) -> Part:
        """What is kept of all tiers together."""
        return _keep(_digest("all", *self._keys), count, ANEW_EACH_DAY)

    def _time(self, tier: Tier) -> timedelta:
        """What is asked in the same words all month is of use for this one; all else until tomorrow."""
        return OF_A_MONTH if self._stays and tier.since is None else ANEW_EACH_DAY


def _digest(*what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()


def _keep(key: str, count: Callable[[], Part], time: timedelta) -> Part:
    """What is kept, or is counted now and then kept. A cache that cannot be reached, or holds what another version of
    this code has kept, keeps nothing."""
    name = f"settled:{FORM}:{key}"
    try:
        known: Part | None = cache.get(name)
    except (redis.RedisError, OSError, UnpicklingError, AttributeError, ImportError) as error:
        logger.warning("What was counted before cannot be read: %s. It is counted anew.", error)
        return count()
    if known is not None:
        return known
    counted = count()
    try:
        cache.set(name, counted, timeout=time.total_seconds())
    except (redis.RedisError, OSError) as error:
        logger.warning("What was counted cannot be kept: %s.", error)
    return counted
