"""The cadence: the touches that follow a pick-up, laid out on days and ticked off by what was logged.

Days are calendar days counted from the day of pick-up, which is day 1; working days and holidays are not
known yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from accounts.models.book import ActivityKind
from smbcases.playbook import Touch


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


def read(
    touches: Sequence[Touch],
    *,
    picked_up_on: date,
    logged: Sequence[Logged],
    stopped: bool,
    today: date,
) -> tuple[Step, ...]:
    """Each touch with its day and state.

    `logged` since the pick-up, oldest first; `stopped` by an answer, by closing or by putting off: what
    is not done then is not needed. A touch is ticked off by the first logged one of its kind that no earlier touch
    took; a meeting does for any.
    """
    left = [item for item in logged if not item.inbound]
    steps = []
    for touch in touches:
        match = next((item for item in left if _does_for(item, touch)), None)
        if match:
            left.remove(match)
        due_on = picked_up_on + timedelta(days=touch.day - 1)
        state = _state(match, due_on=due_on, stopped=stopped, today=today)
        steps.append(
            Step(
                touch=touch,
                due_on=due_on,
                state=state,
                done_at=match.at if match else None,
            )
        )
    return tuple(steps)


def _does_for(logged: Logged, touch: Touch) -> bool:
    return logged.kind in {touch.kind, ActivityKind.MEETING, ActivityKind.IQM}


def _state(match: Logged | None, *, due_on: date, stopped: bool, today: date) -> State:
    if match:
        return State.DONE
    if stopped:
        return State.NOT_NEEDED
    if due_on < today:
        return State.OVERDUE
    return State.DUE if due_on == today else State.AHEAD
