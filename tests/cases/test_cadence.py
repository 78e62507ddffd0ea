"""The cadence, day by day: pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from cases import cadence
from cases.cadence import Logged, State
from smbcases.playbook import Touch

DAY_1 = date(2026, 3, 2)
TOUCHES = [
    Touch(day=1, kind="email"),
    Touch(day=3, kind="call"),
    Touch(day=5, kind="email"),
    Touch(day=7, kind="email"),
]


def logged(kind: str, day: int, *, inbound: bool = False) -> Logged:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=day)
    return Logged(kind=kind, inbound=inbound, at=at)


def states(*touches: Logged, day: int, stopped: bool = False) -> list[str]:
    steps = cadence.read(
        TOUCHES,
        picked_up_on=DAY_1,
        logged=touches,
        stopped=stopped,
        today=DAY_1 + timedelta(days=day - 1),
    )
    return [str(step.state) for step in steps]


@pytest.mark.parametrize(
    ("touches", "day", "expected"),
    [
        ([], 1, ["due", "ahead", "ahead", "ahead"]),
        ([logged("email", 1)], 1, ["done", "ahead", "ahead", "ahead"]),
        ([logged("email", 1)], 3, ["done", "due", "ahead", "ahead"]),
        ([logged("email", 1)], 4, ["done", "overdue", "ahead", "ahead"]),
        ([logged("email", 1), logged("email", 2)], 3, ["done", "due", "done", "ahead"]),
        ([logged("call", 1)], 2, ["overdue", "done", "ahead", "ahead"]),
        ([logged("meeting", 1), logged("meeting", 1)], 2, ["done", "done", "ahead", "ahead"]),
        ([logged("linkedin", 1)], 1, ["due", "ahead", "ahead", "ahead"]),
        ([logged("email", 1, inbound=True)], 1, ["due", "ahead", "ahead", "ahead"]),
    ],
)
def test_each_touch_has_its_state(touches: list[Logged], day: int, expected: list[str]) -> None:
    assert states(*touches, day=day) == expected


def test_what_is_not_done_when_it_stops_is_not_needed() -> None:
    assert states(logged("email", 1), day=9, stopped=True) == ["done", *["not_needed"] * 3]


def test_it_tells_when_a_touch_was_done_and_when_the_others_are_due() -> None:
    mail = logged("email", 2)
    first, second, *_ = cadence.read(TOUCHES, picked_up_on=DAY_1, logged=[mail], stopped=False, today=DAY_1)
    assert first.done_at == mail.at
    assert (second.due_on, second.done_at, second.state) == (date(2026, 3, 4), None, State.AHEAD)
