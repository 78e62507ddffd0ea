"""The spans of a case's clocks: what of its time counted, and why it stood still.

A clock that runs in its first span needs no record: when it began stands in the case's own columns. Only a span that
ends otherwise than by the clock's own end is kept, with the case (`clock_spans`): put off, reopened, handed over,
moved to a territory with other hours. So the kept spans and the one that runs now add up to what the clock allows,
exactly at its due instant. What happens after a clock has run out ends no span of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

from cases import counting
from cases.counting import Counted, Hours
from cases.models import Case, DueKind
from smbcases import playbook
from smbcases.playbook import Playbook

Because = Literal[
    "put_off", "closed", "woken", "reopened", "taken_up", "moved", "picked_up", "handed_over", "began_anew"
]
LONG = (DueKind.TARGET, DueKind.LIMIT)
NOTHING = timedelta()


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of a clock's time that has ended; `used` is what of it counted, `because` why it ended."""

    clock: DueKind
    start: datetime
    end: datetime
    runs: bool
    because: Because
    used: timedelta

    def kept(self) -> dict[str, Any]:
        """As the case keeps it."""
        return {
            "clock": str(self.clock),
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "runs": self.runs,
            "because": self.because,
            "used": self.used.total_seconds(),
        }


def load(case: Case, clock: DueKind) -> list[Span]:
    """The ended spans of this clock of the case, oldest first."""
    return [_read(row) for row in case.clock_spans or () if row["clock"] == clock]


def _read(row: dict[str, Any]) -> Span:
    return Span(
        clock=DueKind(row["clock"]),
        start=datetime.fromisoformat(row["from"]),
        end=datetime.fromisoformat(row["to"]),
        runs=row["runs"],
        because=row["because"],
        used=timedelta(seconds=row["used"]),
    )


def used(spans: Iterable[Span]) -> timedelta:
    return sum((span.used for span in spans), NOTHING)


def stands_still(spans: list[Span]) -> bool:
    """Whether the last of a long clock's spans ended in a pause that goes on."""
    return bool(spans) and spans[-1].runs and spans[-1].because == "put_off"


def run_of(spans: list[Span]) -> list[Span]:
    """The spans of the last run of the pick-up clock, which begins anew with each wait."""
    first = len(spans)
    while first and (first == len(spans) or spans[first - 1].because == "moved"):
        first -= 1
    return spans[first:]


def hours_of(case: Case, clock: DueKind) -> Counted:
    """What time counts for this clock of the case; None: all of it."""
    if getattr(case.rules.clocks.counts, clock) == "calendar":
        return None
    return hours_in(case.playbook, case.territory)


@lru_cache
def hours_in(book: str, territory: str) -> Hours:
    """The working hours of a territory. While none is known they are those of the playbook's first one."""
    rules = playbook.get(book)
    found = rules.territories.get(territory) or playbook.territory(territory)
    where = found or next(iter(rules.territories.values()))
    return Hours(zone=where.time_zone, country=where.calendar, hours=where.working_hours)


def starts_at(case: Case, rules: Playbook) -> datetime | None:
    """When the wait for a pick-up began, by the playbook; None where it has not."""
    return case.assigned_at if rules.clocks.pick_up_from == "assigned" else case.queued_at


_TURNS = frozenset({"deferred_until", "closed_at", "territory", "picked_up_at", "queued_at"})


def may_turn(case: Case, columns: Iterable[str]) -> bool:
    """Whether a change of these columns may end a span. A first assignment never does: it only begins one."""
    return not _TURNS.isdisjoint(columns) or ("assigned_at" in columns and case.assigned_at is not None)


@dataclass(frozen=True, kw_only=True)
class Before:
    """What of a case tells its clocks' state, taken before it changes."""

    starts_at: datetime | None
    picked_up_at: datetime | None
    closed_at: datetime | None
    is_put_off: bool
    territory: str
    due: dict[DueKind, datetime | None]
    hours: dict[DueKind, Counted]


def look(case: Case) -> Before:
    return Before(
        starts_at=starts_at(case, case.rules),
        picked_up_at=case.picked_up_at,
        closed_at=case.closed_at,
        is_put_off=case.deferred_until is not None,
        territory=case.territory,
        due={DueKind.PICK_UP: case.pick_up_by, DueKind.TARGET: case.target_at, DueKind.LIMIT: case.limit_at},
        hours={clock: hours_of(case, clock) for clock in (DueKind.PICK_UP, *LONG)},
    )


def ended(before: Before, case: Case, *, now: datetime) -> list[Span]:
    """The spans that a change has ended; `case` has its columns already."""
    found = [span for clock in LONG for span in _long(clock, before, case, now=now)]
    return [*_pick_up(before, case, now=now), *found]


def _long(clock: DueKind, before: Before, case: Case, *, now: datetime) -> list[Span]:
    """What ends of the clocks that run from the opening. One that is waived or has run out has no more spans."""
    due = before.due[clock]
    if due is None:
        return []
    known = load(case, clock)
    turn = _Turn(clock=clock, begun=known[-1].end if known else case.opened_at, hours=before.hours[clock])
    if stands_still(known):
        return [] if case.deferred_until is not None else [turn.stood(now, because=_woken(case))]
    if due <= (before.closed_at or now):
        return _run_out(turn, due, before, case)
    if before.closed_at is not None:
        return _reopened(turn, before.closed_at, case, now=now)
    because = _stops(clock, before, case)
    return [turn.ran(now, because=because)] if because else []


def _run_out(turn: _Turn, due: datetime, before: Before, case: Case) -> list[Span]:
    """What has run out stays due when it was, though the case moves to where other hours count."""
    is_moved = _is_moved(turn.clock, before, case) and turn.begun < due
    return [turn.ran(due, because="moved")] if is_moved else []


def _reopened(turn: _Turn, closed_at: datetime, case: Case, *, now: datetime) -> list[Span]:
    """A closing ends a span only when the case is opened again, where the clock stood still meanwhile."""
    if case.closed_at is not None or "closed" not in getattr(case.rules.clocks.pauses, turn.clock):
        return []
    rest = _Turn(clock=turn.clock, begun=closed_at, hours=None)
    return [turn.ran(closed_at, because="closed"), rest.stood(now, because="reopened")]


def _stops(clock: DueKind, before: Before, case: Case) -> Because | None:
    """Why a clock that ran ends its span; None where it goes on."""
    is_put_off = case.deferred_until is not None and not before.is_put_off
    if is_put_off and (clock == DueKind.PICK_UP or "put_off" in getattr(case.rules.clocks.pauses, clock)):
        return "put_off"
    return "moved" if _is_moved(clock, before, case) else None


def _is_moved(clock: DueKind, before: Before, case: Case) -> bool:
    return case.territory != before.territory and hours_of(case, clock) != before.hours[clock]


def _woken(case: Case) -> Because:
    if case.closed_at is not None:
        return "closed"
    return "woken" if case.picked_up_at is None else "taken_up"


def _pick_up(before: Before, case: Case, *, now: datetime) -> list[Span]:
    """What ends of the wait for a pick-up. One that ends a put-off followed no wait, whatever came before; a span of
    no length says so, for the columns cannot."""
    found = _wait(before, case, now=now)
    is_taken_up = case.picked_up_at not in {None, before.picked_up_at}
    if not (before.is_put_off and is_taken_up):
        return found
    taken_up = _Turn(clock=DueKind.PICK_UP, begun=now, hours=None)
    return [*found, taken_up.stood(now, because="taken_up")]


def _wait(before: Before, case: Case, *, now: datetime) -> list[Span]:
    """What ends of a wait that began: a wait that ends by being picked up or closed is in the columns, until
    they tell of another one."""
    start, due = before.starts_at, before.due[DueKind.PICK_UP]
    if start is None or due is None:
        return []
    run = run_of(load(case, DueKind.PICK_UP))
    goes_on = bool(run) and run[-1].because == "moved"
    if run and not goes_on and run[0].start == start:
        return []
    begun = run[-1].end if goes_on and run[0].start >= start else start
    turn = _Turn(clock=DueKind.PICK_UP, begun=begun, hours=before.hours[DueKind.PICK_UP])
    is_same = starts_at(case, case.rules) == start
    if before.picked_up_at is not None or before.closed_at is not None:
        return _over(turn, before, case, is_same=is_same)
    if not is_same:
        return [turn.ran(now, because="began_anew" if case.assigned_at is None else "handed_over")]
    because = _stops(DueKind.PICK_UP, before, case)
    if because == "moved" and due <= now:
        return _run_out(turn, due, before, case)
    waits = case.picked_up_at is None and case.closed_at is None
    return [turn.ran(now, because=because)] if because and waits else []


def _over(turn: _Turn, before: Before, case: Case, *, is_same: bool) -> list[Span]:
    """A wait that was over, once the columns tell of it no more."""
    was_picked_up = before.picked_up_at is not None
    over = before.picked_up_at or before.closed_at
    still = case.picked_up_at if was_picked_up else case.closed_at
    because: Because = "picked_up" if was_picked_up else "closed"
    if over is None or (is_same and over == still) or over < turn.begun:
        return []
    return [turn.ran(over, because=because)]


@dataclass(frozen=True, kw_only=True)
class _Turn:
    """The span that ran until the change."""

    clock: DueKind
    begun: datetime
    hours: Counted

    def ran(self, end: datetime, *, because: Because) -> Span:
        counted = counting.between(self.begun, end, hours=self.hours)
        return self._ended(end, runs=True, because=because, counted=counted)

    def stood(self, end: datetime, *, because: Because) -> Span:
        return self._ended(end, runs=False, because=because, counted=NOTHING)

    def _ended(self, end: datetime, *, runs: bool, because: Because, counted: timedelta) -> Span:
        return Span(
            clock=self.clock,
            start=self.begun,
            end=max(end, self.begun),
            runs=runs,
            because=because,
            used=counted,
        )
