"""What a playbook says of its clocks, laid out once so that thousands of cases are read fast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from cases import counting, ladders
from cases.ladders import Rung
from cases.models import DueKind, Priority
from smbcases import playbook
from smbcases.playbook.clocks import Clocks


@dataclass(frozen=True, kw_only=True, slots=True)
class Plain:
    """A clock that counts calendar time: what it allows, and its ladder."""

    allowed: timedelta
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockRules:
    """`pick_up` by the priority's number; a clock that counts working time is None here and read at length."""

    from_assigned: bool
    no_limit: frozenset[str]
    waives_put_off: bool
    pick_up: dict[int, Plain] | None
    target: Plain | None
    limit: Plain | None


@cache
def of(book: str) -> ClockRules:
    rules = playbook.get(book).clocks
    return ClockRules(
        from_assigned=rules.pick_up_from == "assigned",
        no_limit=frozenset(rules.no_limit),
        waives_put_off=rules.no_limit_when_deferred,
        pick_up=_pick_up(book, rules),
        target=_long(book, rules, DueKind.TARGET, days=rules.target_days),
        limit=_long(book, rules, DueKind.LIMIT, days=rules.limit_days),
    )


def _pick_up(book: str, rules: Clocks) -> dict[int, Plain] | None:
    if rules.counts.pick_up == "working":
        return None
    steps = _rungs(book, DueKind.PICK_UP)
    return {
        int(level): Plain(allowed=timedelta(hours=rules.pick_up_hours[level.key]), rungs=steps)
        for level in Priority
    }


def _long(book: str, rules: Clocks, clock: DueKind, *, days: int) -> Plain | None:
    if getattr(rules.counts, clock) == "working":
        return None
    return Plain(allowed=days * counting.day_of(None), rungs=_rungs(book, clock))


def _rungs(book: str, clock: DueKind) -> tuple[Rung, ...]:
    return ladders.rungs(book, clock, counting.day_of(None))
