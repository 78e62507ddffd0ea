"""What the clocks of a case have done so far, to be shown: started, stood still because, runs again, due.

Pure, from the case alone. The spans of a clock and the one that is not over add up to what it allows at the instant
at which it is due; a clock that has run out stops there, whatever happens to the case later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cases import clocks, counting, spans
from cases.counting import Counted
from cases.models import Case, DueKind
from cases.spans import LONG, NOTHING, Span


class State(StrEnum):
    KEPT = "kept"
    MISSED = "missed"
    RUNS = "runs"
    STANDS_STILL = "stands_still"
    WAITS = "waits"
    FREE = "free"


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A span as it is shown; `end` is None where it goes on, `because` why it ended, empty then too."""

    start: datetime
    end: datetime | None
    runs: bool
    because: str
    used: timedelta


@dataclass(frozen=True, kw_only=True)
class Story:
    """One clock. `due` is None where nothing is due by it, and `why` says why; `used` is what has counted by now, of
    `allowed`. `is_working`: working hours count. `earlier`: waits for a pick-up before the last one."""

    clock: DueKind
    state: State
    due: datetime | None
    allowed: timedelta
    used: timedelta
    is_working: bool
    why: str
    stretches: tuple[Stretch, ...]
    earlier: tuple[Stretch, ...] = ()


def story(case: Case, *, now: datetime) -> tuple[Story, ...]:
    """The clocks of the case that run for a length of time, in the order in which they run out."""
    return (_pick_up(case, now=now), *(_long(case, clock, now=now) for clock in LONG))


def _pick_up(case: Case, *, now: datetime) -> Story:
    start, due = spans.starts_at(case, case.rules), case.pick_up_by
    known = spans.load(case, DueKind.PICK_UP)
    run = spans.run_of(known)
    over = case.picked_up_at or case.closed_at
    is_kept_run = bool(run) and (
        (run[-1].because == "picked_up" and run[-1].end == case.picked_up_at)
        or (run[-1].because == "moved" and start is not None and run[0].start >= start)
    )
    mine, hours = run if is_kept_run else [], spans.hours_of(case, DueKind.PICK_UP)
    stretches = [_ended(span) for span in mine]
    if due is not None and start is not None and not (mine and mine[-1].because == "picked_up"):
        begun = mine[-1].end if mine else start
        stretches.append(
            _last(begun, over, hours=hours, because="picked_up" if case.picked_up_at else "closed", now=now)
        )
    return Story(
        clock=DueKind.PICK_UP,
        state=_pick_up_state(case, now=now),
        due=due,
        allowed=clocks.allowance(case, DueKind.PICK_UP),
        used=_used(stretches),
        is_working=hours is not None,
        why="" if due else _no_pick_up(case),
        stretches=tuple(stretches),
        earlier=tuple(_ended(span) for span in known[: len(known) - len(mine)] if span.runs),
    )


def _pick_up_state(case: Case, *, now: datetime) -> State:
    due = case.pick_up_by
    if case.pick_up_missed_at is not None:
        return State.MISSED
    if due is None:
        return State.WAITS if case.is_open and case.picked_up_at is None else State.FREE
    over = case.picked_up_at or case.closed_at
    if over is not None:
        return State.MISSED if over > due else State.KEPT
    return State.MISSED if due <= now else State.RUNS


def _no_pick_up(case: Case) -> str:
    if case.picked_up_at is not None:
        return "It was picked up without a wait that is timed."
    if case.deferred_until is not None:
        return "It is put off; the time begins anew when it comes back."
    return "" if case.closed_at else "The time begins when an advocate has it."


def _long(case: Case, clock: DueKind, *, now: datetime) -> Story:
    due = case.limit_at if clock == DueKind.LIMIT else case.target_at
    known, hours = spans.load(case, clock), spans.hours_of(case, clock)
    stretches = [_ended(span) for span in known]
    stands_still = spans.stands_still(known) and case.deferred_until is not None
    if due is not None:
        begun = known[-1].end if known else case.opened_at
        stretches.append(
            Stretch(start=begun, end=None, runs=False, because="", used=NOTHING)
            if stands_still
            else _last(begun, case.closed_at, hours=hours, because="closed", now=now)
        )
    return Story(
        clock=clock,
        state=_long_state(case, clock, due, stands_still=stands_still, now=now),
        due=due,
        allowed=clocks.allowance(case, clock),
        used=_used(stretches),
        is_working=hours is not None,
        why="" if due else _waived(case),
        stretches=tuple(stretches),
    )


def _long_state(
    case: Case, clock: DueKind, due: datetime | None, *, stands_still: bool, now: datetime
) -> State:
    if due is None:
        return State.FREE
    if case.closed_at is not None:
        return State.MISSED if case.closed_at > due else State.KEPT
    if clock == DueKind.LIMIT and case.limit_passed_at is not None and case.limit_passed_at >= due:
        return State.MISSED
    if stands_still:
        return State.STANDS_STILL
    return State.MISSED if due <= now else State.RUNS


def _waived(case: Case) -> str:
    if case.case_type in case.rules.clocks.no_limit:
        return "Cases of this type are free of it."
    return "The customer asked for a later date."


def _ended(span: Span) -> Stretch:
    return Stretch(start=span.start, end=span.end, runs=span.runs, because=span.because, used=span.used)


def _last(start: datetime, end: datetime | None, *, hours: Counted, because: str, now: datetime) -> Stretch:
    """The span that is in no record: it runs still, or ended by the clock's own end."""
    used = counting.between(start, end or now, hours=hours)
    return Stretch(start=start, end=end, runs=True, because=because if end else "", used=used)


def _used(stretches: Sequence[Stretch]) -> timedelta:
    return sum((one.used for one in stretches), NOTHING)
