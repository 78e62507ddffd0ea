"""The cadence: the touches that follow a pick-up, laid out on days and ticked off by what was logged.

Day 1 is the day of pick-up, and the days between touches are calendar days; a touch that would fall on a day that
nobody works where the customer is goes to the next working day, and never onto the day of the touch before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from accounts.models.book import ActivityKind
from cases import workdays
from cases.workdays import Calendar
from smbcases.playbook import Touch

_DAY = timedelta(days=1)


class State(StrEnum):
    DONE = "done"
    DUE = "due"
    OVERDUE = "overdue"
    AHEAD = "ahead"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, kw_only=True)
class Logged:
    """A touch that was logged on the case; `inbound`: the customer's own."""

    kind: str
    inbound: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Step:
    """One touch of the cadence; `done_at` is when it was logged, None while it is not."""

    touch: Touch
    due_on: date
    state: State
    done_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state in {State.DUE, State.OVERDUE, State.AHEAD}


def read(
    touches: Sequence[Touch],
    *,
    picked_up_on: date,
    calendar: Calendar | None,
    logged: Sequence[Logged],
    stopped: bool,
    today: date,
) -> tuple[Step, ...]:
    """Each touch with its day and state.

    `logged` since the pick-up, oldest first; `stopped` by an answer, by closing or by putting off: what
    is not done then is not needed. A touch is ticked off by the first logged one of its kind that no earlier touch
    took; a meeting or a LinkedIn message does for any.
    """
    left = [item for item in logged if not item.inbound]
    steps = []
    for touch, due_on in _lay_out(touches, first=picked_up_on, calendar=calendar):
        match = next((item for item in left if _does_for(item, touch)), None)
        if match:
            left.remove(match)
        state = _state(match, due_on=due_on, stopped=stopped, today=today)
        steps.append(Step(touch=touch, due_on=due_on, state=state, done_at=match.at if match else None))
    return tuple(steps)


def next_due_on(steps: Sequence[Step]) -> date | None:
    """When the first touch that is still to be done is due; None where none is."""
    return min((step.due_on for step in steps if step.is_open), default=None)


def _lay_out(
    touches: Sequence[Touch], *, first: date, calendar: Calendar | None
) -> Iterator[tuple[Touch, date]]:
    """Each touch with its day, each later than the one before; a working day where there is a calendar."""
    earliest = first
    for touch in touches:
        wanted = max(first + (touch.day - 1) * _DAY, earliest)
        due_on = workdays.add_workdays(wanted, 0, calendar=calendar) if calendar else wanted
        yield touch, due_on
        earliest = due_on + _DAY


_FOR_ANY = frozenset({ActivityKind.MEETING, ActivityKind.IQM, ActivityKind.LINKEDIN})


def _does_for(logged: Logged, touch: Touch) -> bool:
    return logged.kind == touch.kind or logged.kind in _FOR_ANY


def _state(match: Logged | None, *, due_on: date, stopped: bool, today: date) -> State:
    if match:
        return State.DONE
    if stopped:
        return State.NOT_NEEDED
    if due_on < today:
        return State.OVERDUE
    return State.DUE if due_on == today else State.AHEAD
