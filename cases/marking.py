"""The one writer's second form: the sweep's marks on thousands of cases in one statement.

What `sweep.decide_batch` decides case by case with `ladders.take` and `writing.write`, PostgreSQL does here from the
same stored instants and the playbook's ladders, put into SQL: marks, the next alert, version and history. Followers
are told of no mark (`follows.TOLD`), and no touch of a cadence moves, so that nothing else follows. A test holds both
forms to the same rows. Only ladders of calendar time can be put so; others are decided one by one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection

from accounts.models import Person
from cases import case_territory, clocks, ladders
from cases.ladders import Rung
from cases.models import Case, DueKind
from cases.models.case import Cases
from cases.talk.overdue import Told
from smbcases import playbook

BATCH = 5000
_DAY = timedelta(days=1)
_NO_DAY = "-infinity"
_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Due:
    """What a sweep finds due under a playbook: what comes back from a later date, or else steps of clocks.

    `steps` are the territories and the days of next steps that occur among the cases.
    """

    playbook: str
    is_later: bool
    steps: frozenset[tuple[str, date | None]]


@dataclass(frozen=True, kw_only=True)
class Marked:
    """How many were claimed, whom to tell of what, and how far the batch went: what lies before was claimed."""

    count: int
    told: list[Told]
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class _Clock:
    """A clock in SQL: when it runs, since when, until when, and the column of its mark."""

    kind: DueKind
    runs: str
    since: str
    due: str
    mark: str


_CLOCKS = (
    _Clock(
        kind=DueKind.LIMIT,
        runs="limit_at IS NOT NULL",
        since="opened_at",
        due="limit_at",
        mark="limit_passed_at",
    ),
    _Clock(
        kind=DueKind.NEXT_STEP,
        runs="picked_up_at IS NOT NULL AND step_by IS NOT NULL",
        since="picked_up_at",
        due="step_by",
        mark="",
    ),
    _Clock(
        kind=DueKind.PICK_UP,
        runs="picked_up_at IS NULL AND pick_up_by IS NOT NULL",
        since="{starts_at}",
        due="pick_up_by",
        mark="pick_up_missed_at",
    ),
    _Clock(
        kind=DueKind.TARGET,
        runs="picked_up_at IS NOT NULL AND target_at IS NOT NULL",
        since="picked_up_at",
        due="target_at",
        mark="",
    ),
)


def find(*, now: datetime) -> list[Due]:
    """What is due, by playbook: one probe of an index where nothing is."""
    due = Case.objects.filter(alert_at__lte=now).order_by()
    rows = due.values_list("playbook", "alert_kind", "territory", "next_steps_on").distinct()
    found: dict[tuple[str, bool], set[tuple[str, date | None]]] = {}
    for book, kind, territory, day in rows:
        found.setdefault((book, kind == DueKind.LATER), set()).add((territory, day))
    return [
        Due(playbook=book, is_later=is_later, steps=frozenset(steps))
        for (book, is_later), steps in sorted(found.items())
    ]


def claimable(due: Due, *, now: datetime) -> Cases:
    cases = Case.objects.filter(alert_at__lte=now, playbook=due.playbook)
    is_later = {"alert_kind": DueKind.LATER}
    return cases.filter(**is_later) if due.is_later else cases.exclude(**is_later)


def is_plain(book: str) -> bool:
    """Whether the ladders of this playbook count calendar time alone."""
    counts = playbook.get(book).clocks.counts
    return all(getattr(counts, one.kind) == "calendar" for one in _CLOCKS if one.kind != DueKind.NEXT_STEP)


def mark(due: Due, *, now: datetime, since: datetime | None = None) -> Marked:
    """Claim a batch of what is due, write what its clocks ask for, and answer whom to tell of what.

    `since`: how far the batch before went, so that the rows which it has left behind need not be passed again.
    """
    asked: dict[str, Any] = {
        "now": now,
        "playbook": due.playbook,
        "ends": _ends(due),
        "batch": BATCH,
        "since": since or _LONG_AGO,
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(due.playbook), asked)
        rows = cursor.fetchall()
    return Marked(
        count=sum(row[-3] for row in rows),
        told=list(_told(due.playbook, [row[:-1] for row in rows])),
        until=max((row[-1] for row in rows), default=None),
    )


def _ends(due: Due) -> str:
    """Until when a next step of each day is in time, in each territory: reckoned where all else reckons it."""
    counts = playbook.get(due.playbook).clocks.counts.next_step
    rows = [
        {
            "territory": territory,
            "day": day.isoformat() if day else _NO_DAY,
            "step_by": clocks.next_step_by(
                day, book=due.playbook, territory=territory, counts=counts
            ).isoformat()
            if day
            else None,
        }
        for territory, day in due.steps
    ]
    return json.dumps(rows)


def _told(book: str, rows: Sequence[Any]) -> Iterator[Told]:
    """The rows of the statement as tellings: owner, territory, the rungs taken of each clock as bits, how many, one."""
    owners = {row[0] for row in rows if row[0] is not None}
    regions = dict(Person.objects.filter(pk__in=owners).values_list("pk", "region")) if owners else {}
    for owner_id, territory, *bits, count, case_id in rows:
        lies_in = case_territory.territory_by(territory, region=regions.get(owner_id, ""))
        for clock, taken in zip(_CLOCKS, bits, strict=True):
            steps = ladders.rungs(book, clock.kind, _DAY)
            come = tuple(rung for at, rung in enumerate(steps) if taken >> at & 1)
            if come:
                yield Told(
                    clock=clock.kind,
                    rungs=come,
                    owner_id=owner_id,
                    territory=lies_in,
                    count=count,
                    case_id=case_id,
                )


@lru_cache
def _statement(book: str) -> str:
    """The statement for a playbook. Its numbers are the playbook's, checked when it was read; nothing in it comes from
    outside."""
    starts_at = "assigned_at" if playbook.get(book).clocks.pick_up_from == "assigned" else "queued_at"
    steps = {clock.kind: ladders.rungs(book, clock.kind, _DAY) for clock in _CLOCKS}
    taken = [_taken(clock, steps[clock.kind], starts_at) for clock in _CLOCKS]
    coming = [_coming(clock, steps[clock.kind], starts_at) for clock in _CLOCKS]
    names = [clock.kind.value for clock in _CLOCKS]
    listed = {
        "taken": ", ".join(f"{sql} AS {name}_taken" for name, sql in zip(names, taken, strict=True)),
        "coming": ", ".join(f"{sql} AS {name}_next" for name, sql in zip(names, coming, strict=True)),
        "least": ", ".join(f"{name}_next" for name in names),
        "kinds": " ".join(f"WHEN {name}_next THEN '{name}'" for name in names),
        "bits": ", ".join(f"{name}_taken" for name in names),
    }
    return _STATEMENT.format(**listed)


def _at(clock: _Clock, rung: Rung) -> str:
    return f"{clock.due} + interval '{rung.offset.total_seconds()} seconds'"


def _is_pending(clock: _Clock, rung: Rung, *, after: str, since: str) -> str:
    if rung.is_due and clock.mark:
        return f"{clock.mark} IS NULL"
    return f"{_at(clock, rung)} > greatest({after}, {since})"


def _taken(clock: _Clock, rungs: Sequence[Rung], starts_at: str) -> str:
    """The rungs that have come, as bits."""
    since = clock.since.format(starts_at=starts_at)
    bits = [
        f"CASE WHEN {_is_pending(clock, rung, after='alerted_at', since=since)}"
        f" AND {_at(clock, rung)} <= %(now)s THEN {1 << at} ELSE 0 END"
        for at, rung in enumerate(rungs)
    ]
    return f"CASE WHEN {clock.runs} THEN {' + '.join(bits) or 0} ELSE 0 END"


def _coming(clock: _Clock, rungs: Sequence[Rung], starts_at: str) -> str:
    """When the next rung comes, after what is taken now."""
    since = clock.since.format(starts_at=starts_at)
    branches = [
        f"WHEN {_is_pending(clock, rung, after='%(now)s', since=since)}"
        f" AND {_at(clock, rung)} > %(now)s THEN {_at(clock, rung)}"
        for rung in rungs
    ]
    if not branches:
        return "NULL::timestamptz"
    return f"CASE WHEN NOT ({clock.runs}) THEN NULL {' '.join(branches)} END"


_STATEMENT = """
WITH ends AS MATERIALIZED (
    SELECT territory, day, step_by
    FROM json_to_recordset(%(ends)s::json) AS known (territory text, day date, step_by timestamptz)
), claimed AS (
    SELECT id, owner_id, territory, next_steps_on, opened_at, queued_at, assigned_at, picked_up_at,
        pick_up_by, target_at, limit_at, pick_up_missed_at, limit_passed_at, alerted_at, alert_at AS was_at
    FROM cases_case
    WHERE alert_at BETWEEN %(since)s AND %(now)s AND playbook = %(playbook)s AND alert_kind <> 'later'
        AND (territory, coalesce(next_steps_on, '-infinity')) IN (SELECT territory, day FROM ends)
    ORDER BY alert_at
    LIMIT %(batch)s
    FOR UPDATE SKIP LOCKED
), looked AS (
    SELECT claimed.*, {taken}, {coming}
    FROM claimed JOIN ends ON ends.territory = claimed.territory
        AND ends.day = coalesce(claimed.next_steps_on, '-infinity')
), decided AS (
    SELECT *, least({least}) AS next_at,
        pick_up_by <= %(now)s AND picked_up_at IS NULL AND pick_up_missed_at IS NULL AS misses,
        limit_at <= %(now)s AND limit_passed_at IS NULL AS passes
    FROM looked
), changed AS (
    UPDATE cases_case AS held
    SET alerted_at = %(now)s,
        alert_at = next_at,
        alert_kind = CASE next_at {kinds} ELSE '' END,
        pick_up_missed_at = CASE WHEN misses THEN %(now)s ELSE held.pick_up_missed_at END,
        limit_passed_at = CASE WHEN passes THEN %(now)s ELSE held.limit_passed_at END,
        version = held.version + CASE WHEN misses OR passes THEN 1 ELSE 0 END
    FROM decided
    WHERE held.id = decided.id
    RETURNING held.id, held.version, held.owner_id, held.territory, misses, passes, was_at, {bits}
), told AS (
    INSERT INTO cases_history (case_id, version, at, actor, person_id, verb, data, text)
    SELECT id, version, %(now)s, 'clock', NULL, 'overdue', jsonb_build_object('clock', clock), ''
    FROM changed JOIN (VALUES (1, 'pick_up'), (2, 'limit')) AS marks (place, clock)
        ON (clock = 'pick_up' AND misses) OR (clock = 'limit' AND passes)
    ORDER BY id, place
)
SELECT owner_id, territory, {bits}, count(*), min(id), max(was_at)
FROM changed
GROUP BY owner_id, territory, {bits}
"""
