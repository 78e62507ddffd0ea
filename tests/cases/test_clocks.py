"""When a case is due, and for what: decided without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cases import clocks
from cases.models import Case, DueKind, Priority

OPENED = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PICKED_UP: dict[str, Any] = {"assigned_at": OPENED, "picked_up_at": OPENED, "status": "engaged"}


def case(**facts: Any) -> Case:
    defaults: dict[str, Any] = {
        "playbook": "fy26",
        "case_type": "duo_trial_started",
        "priority": Priority.MEDIUM,
        "territory": "amer",
        "status": "open",
        "opened_at": OPENED,
        "queued_at": OPENED,
    }
    return Case(**{**defaults, **facts})


def due(**facts: Any) -> tuple[datetime, DueKind]:
    return clocks.read(case(**facts)).due


def alert(**facts: Any) -> tuple[datetime, DueKind] | None:
    return clocks.read(case(**facts)).alert


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, (OPENED, DueKind.ROUTING)),
        ({"assigned_at": OPENED + HOUR}, (OPENED + 25 * HOUR, DueKind.PICK_UP)),
        ({**PICKED_UP}, (OPENED + 7 * DAY, DueKind.TARGET)),
        (
            {**PICKED_UP, "next_steps_on": date(2026, 3, 6)},
            (datetime(2026, 3, 7, 5, 0, tzinfo=UTC), DueKind.NEXT_STEP),
        ),
        ({**PICKED_UP, "next_steps_on": date(2026, 4, 30)}, (OPENED + 15 * DAY, DueKind.LIMIT)),
        ({**PICKED_UP, "case_type": "po_required"}, (clocks.NEVER, DueKind.NONE)),
        (
            {**PICKED_UP, "case_type": "po_required", "next_steps_on": date(2026, 4, 30)},
            (datetime(2026, 5, 1, 4, 0, tzinfo=UTC), DueKind.NEXT_STEP),
        ),
        (
            {**PICKED_UP, "deferred_until": date(2026, 9, 1)},
            (datetime(2026, 9, 1, 4, 0, tzinfo=UTC), DueKind.LATER),
        ),
        ({**PICKED_UP, "closed_at": OPENED + DAY}, (OPENED + DAY, DueKind.NONE)),
    ],
)
def test_what_is_due_next(facts: dict[str, Any], expected: tuple[datetime, DueKind]) -> None:
    assert due(**facts) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, (OPENED + 13 * DAY, DueKind.LIMIT)),
        ({"assigned_at": OPENED}, (OPENED + 20 * HOUR, DueKind.PICK_UP)),
        ({"assigned_at": OPENED, "alerted_at": OPENED + 20 * HOUR}, (OPENED + DAY, DueKind.PICK_UP)),
        (
            {"assigned_at": OPENED, "alerted_at": OPENED + DAY, "pick_up_missed_at": OPENED + DAY},
            (OPENED + 2 * DAY, DueKind.PICK_UP),
        ),
        (
            {"assigned_at": OPENED, "alerted_at": OPENED + 3 * DAY, "pick_up_missed_at": OPENED + 3 * DAY},
            (OPENED + 13 * DAY, DueKind.LIMIT),
        ),
        ({**PICKED_UP}, (OPENED + 7 * DAY, DueKind.TARGET)),
        (
            {**PICKED_UP, "next_steps_on": date(2026, 3, 6)},
            (datetime(2026, 3, 7, 5, 0, tzinfo=UTC), DueKind.NEXT_STEP),
        ),
        ({**PICKED_UP, "alerted_at": OPENED + 7 * DAY}, (OPENED + 13 * DAY, DueKind.LIMIT)),
        ({**PICKED_UP, "alerted_at": OPENED + 13 * DAY}, (OPENED + 15 * DAY, DueKind.LIMIT)),
        (
            {**PICKED_UP, "alerted_at": OPENED + 15 * DAY, "limit_passed_at": OPENED + 15 * DAY},
            (OPENED + 22 * DAY, DueKind.LIMIT),
        ),
        (
            {**PICKED_UP, "alerted_at": OPENED + 30 * DAY, "limit_passed_at": OPENED + 15 * DAY},
            None,
        ),
        ({**PICKED_UP, "case_type": "high_value_account"}, None),
        ({**PICKED_UP, "put_off": True}, None),
        (
            {"deferred_until": date(2026, 9, 1), "put_off": True},
            (datetime(2026, 9, 1, 4, 0, tzinfo=UTC), DueKind.LATER),
        ),
        ({"closed_at": OPENED}, None),
    ],
)
def test_what_the_sweep_marks_next(facts: dict[str, Any], expected: Any) -> None:
    assert alert(**facts) == expected


@pytest.mark.parametrize(
    ("case_type", "limited"),
    [
        ("duo_trial_started", True),
        ("email_to_case", True),
        ("high_value_account", False),
        ("renewal_will_fail", False),
        ("po_required", False),
        ("fo_opp", False),
        ("fo_opp_startup", False),
    ],
)
def test_which_case_types_have_a_longest_time_open(case_type: str, limited: bool) -> None:
    assert (clocks.read(case(case_type=case_type)).limit_at is not None) is limited


def test_in_fy25_only_high_value_is_without_the_limit() -> None:
    def limit(case_type: str, **facts: Any) -> datetime | None:
        return clocks.read(case(playbook="fy25", territory="emea", case_type=case_type, **facts)).limit_at

    assert limit("po_required") == OPENED + 15 * DAY
    assert limit("po_required", put_off=True) == OPENED + 15 * DAY
    assert limit("high_value_account") is None


@pytest.mark.parametrize(
    ("priority", "hours"), [(Priority.HIGH, 24), (Priority.MEDIUM, 48), (Priority.LOW, 168)]
)
def test_in_fy25_the_pick_up_clock_starts_in_the_queue_and_goes_by_priority(
    priority: Priority, hours: int
) -> None:
    waiting = case(playbook="fy25", territory="emea", priority=priority)
    assert clocks.read(waiting).due == (OPENED + hours * HOUR, DueKind.PICK_UP)


@pytest.mark.parametrize("priority", Priority)
def test_in_fy26_it_starts_with_the_assignment_and_is_a_day_for_all(priority: Priority) -> None:
    given = case(priority=priority, assigned_at=OPENED + 5 * HOUR)
    assert clocks.read(given).pick_up_by == OPENED + 29 * HOUR
    assert clocks.read(case(priority=priority)).pick_up_by is None


@pytest.mark.parametrize(
    ("territory", "ends"),
    [("amer", 5), ("emea-apj", 0), ("", 0), ("gone", 0)],
)
def test_a_day_ends_where_the_territory_is(territory: str, ends: int) -> None:
    at, _ = due(**PICKED_UP, territory=territory, next_steps_on=date(2026, 3, 6))
    assert at == datetime(2026, 3, 7, ends, 0, tzinfo=UTC)


def test_days_follow_summer_time() -> None:
    at, _ = due(**PICKED_UP, case_type="po_required", next_steps_on=date(2026, 3, 7))
    assert at.hour == 5
    at, _ = due(**PICKED_UP, case_type="po_required", next_steps_on=date(2026, 3, 8))
    assert at.hour == 4


def test_stale_is_who_is_open_beyond_the_limit() -> None:
    late = case(**PICKED_UP, limit_at=OPENED + 15 * DAY)
    assert not late.is_stale(now=OPENED + 15 * DAY - HOUR)
    assert late.is_stale(now=OPENED + 15 * DAY)
    assert case(limit_at=OPENED).is_stale(now=OPENED), "picked up or not"
    put_off = case(limit_at=OPENED, deferred_until=date(2026, 9, 1))
    assert not put_off.is_stale(now=OPENED + DAY), "nobody can work it"
    assert not case(closed_at=OPENED, limit_at=OPENED).is_stale(now=OPENED + 30 * DAY)
