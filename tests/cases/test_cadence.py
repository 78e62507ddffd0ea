"""The cadence, day by day: pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from cases import cadence
from cases.cadence import Logged, State
from cases.workdays import Calendar
from smbcases.playbook import Touch

DAY_1 = date(2026, 3, 2)  # a Monday; no touch of this cadence falls on a day off but the last, a Sunday
US, GERMANY, EGYPT = (Calendar(country=country) for country in ("US", "DE", "EG"))
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
        calendar=US,
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
        ([logged("linkedin", 1)], 1, ["done", "ahead", "ahead", "ahead"]),
        ([], 7, ["overdue", "overdue", "overdue", "ahead"]),
        ([], 8, ["overdue", "overdue", "overdue", "due"]),
        ([logged("email", 1, inbound=True)], 1, ["due", "ahead", "ahead", "ahead"]),
    ],
)
def test_each_touch_has_its_state(touches: list[Logged], day: int, expected: list[str]) -> None:
    assert states(*touches, day=day) == expected


def test_what_is_not_done_when_it_stops_is_not_needed() -> None:
    assert states(logged("email", 1), day=9, stopped=True) == ["done", *["not_needed"] * 3]


def read(*touches: Logged, first: date = DAY_1, calendar: Calendar = US) -> tuple[cadence.Step, ...]:
    return cadence.read(
        TOUCHES, picked_up_on=first, calendar=calendar, logged=touches, stopped=False, today=first
    )


def test_it_tells_when_a_touch_was_done_and_when_the_others_are_due() -> None:
    mail = logged("email", 2)
    first, second, *_ = read(mail)
    assert first.done_at == mail.at
    assert (second.due_on, second.done_at, second.state) == (date(2026, 3, 4), None, State.AHEAD)


@pytest.mark.parametrize(
    ("first", "calendar", "days"),
    [
        (date(2026, 3, 2), US, ["Mon 2", "Wed 4", "Fri 6", "Mon 9"]),
        (date(2026, 3, 7), US, ["Mon 9", "Tue 10", "Wed 11", "Fri 13"]),  # on a Saturday
        (date(2026, 3, 6), US, ["Fri 6", "Mon 9", "Tue 10", "Thu 12"]),
        (date(2026, 3, 5), EGYPT, ["Thu 5", "Sun 8", "Mon 9", "Wed 11"]),
        (date(2026, 4, 2), GERMANY, ["Thu 2", "Tue 7", "Wed 8", "Thu 9"]),  # across Easter
        (date(2026, 4, 2), US, ["Thu 2", "Mon 6", "Tue 7", "Wed 8"]),
    ],
)
def test_touches_fall_on_working_days_of_the_customer_and_never_two_on_one(
    first: date, calendar: Calendar, days: list[str]
) -> None:
    assert [f"{step.due_on:%a %-d}" for step in read(first=first, calendar=calendar)] == days


@pytest.mark.parametrize(
    ("touches", "due"),
    [
        ([], date(2026, 3, 2)),
        ([logged("email", 1)], date(2026, 3, 4)),
        ([logged("call", 1)], date(2026, 3, 2)),
        ([logged(kind, 1) for kind in ("email", "call", "email", "linkedin")], None),
    ],
)
def test_the_next_touch_is_the_first_that_is_not_done(touches: list[Logged], due: date | None) -> None:
    assert cadence.next_due_on(read(*touches)) == due
