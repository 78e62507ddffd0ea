"""The ladder of a clock: the steps by which people hear that it will run out, has, and still is late.

A step's instant is a length of the clock's own time before or after it is due. What the sweep has done so far is one
instant a case (`alerted_at`): steps up to then are over, whatever was taken of them. So a step that was missed while
no sweep ran is not told late on top of a later one, and one sweep after another takes each step once. That a pick-up
or the longest time open has passed is marked with the case besides, and is never left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from cases import counting
from cases.counting import Counted
from cases.models import DueKind
from smbcases import playbook
from smbcases.playbook.clocks import Step

MARKED = (DueKind.PICK_UP, DueKind.LIMIT)


class Rung(NamedTuple):
    """A step as an offset from the due instant; nobody is told at `due` where the playbook names no such step."""

    offset: timedelta
    is_due: bool
    tell: frozenset[str]


class Running(NamedTuple):
    """A clock that runs: since when, until when, and whether its passing is marked; None: it has no mark."""

    clock: DueKind
    since: datetime
    due: datetime
    is_marked: bool | None
    hours: Counted
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a sweep does about one clock: the steps that are due by now, told as one, and whether it marks it."""

    clock: DueKind
    rungs: tuple[Rung, ...]
    marks: bool


@lru_cache
def rungs(book: str, clock: DueKind, day: timedelta) -> tuple[Rung, ...]:
    """The ladder of a clock in a playbook, lowest first; `day` is how long a day of the clock is."""
    steps: Sequence[Step] = getattr(playbook.get(book).clocks.ladders, clock)
    found = [
        Rung(offset=step.offset(day=day), is_due=step.when == "due", tell=frozenset(step.tell))
        for step in steps
    ]
    if clock in (*MARKED, DueKind.ANSWER) and not any(rung.is_due for rung in found):
        found.append(Rung(offset=timedelta(), is_due=True, tell=frozenset()))
    return tuple(sorted(found, key=lambda rung: rung.offset))


def rungs_of(book: str, clock: DueKind, hours: Counted) -> tuple[Rung, ...]:
    """As `rungs`, where a day of the clock is as long as it is by the hours that it counts."""
    return rungs(book, clock, counting.day_of(hours))


def next_step(running: Running, *, after: datetime | None) -> datetime | None:
    """When the next step of the clock is due; None where none is left. `after`: what was before is over."""
    if running.hours is None:
        return _next_plain(running, after=after)
    return next((at for at, _ in _pending(running, after=after)), None)


def _next_plain(running: Running, *, after: datetime | None) -> datetime | None:
    """The same where all time counts, as fast as thousands of assignments a second need it."""
    _, since, due, is_marked, _, steps = running
    floor = since if after is None or after < since else after
    for offset, is_due, _ in steps:
        at = due + offset
        if (is_marked is False) if is_due and is_marked is not None else at > floor:
            return at
    return None


def _pending(running: Running, *, after: datetime | None) -> Iterable[tuple[datetime, Rung]]:
    """The steps that are not over, lowest first. A warning that would come before the clock began is left out."""
    floor = running.since if after is None else max(after, running.since)
    for rung in running.rungs:
        at = counting.shift(running.due, rung.offset, hours=running.hours)
        if rung.is_due and running.is_marked is not None:
            if not running.is_marked:
                yield at, rung
        elif at > floor:
            yield at, rung


def take(running: Iterable[Running], *, after: datetime | None, now: datetime) -> list[Taken]:
    """The steps that have come by `now`, clock by clock."""
    taken = []
    for one in running:
        come = tuple(rung for at, rung in _pending(one, after=after) if at <= now)
        if come:
            marks = one.is_marked is False and any(rung.is_due for rung in come)
            taken.append(Taken(clock=one.clock, rungs=come, marks=marks))
    return taken
