"""What is said of a case: its words and colours, from stored facts alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cases import badges, clocks
from cases.badges import Tone
from cases.models import Case, Priority

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)  # ten in the morning in New York
TODAY = NOW.date()


def make(**facts: Any) -> Case:
    given = {
        "id": 1,
        "playbook": "fy26",
        "territory": "amer",
        "case_type": "duo_trial_started",
        "category": "expansion",
        "status": "open",
        "priority": Priority.MEDIUM,
        "opened_at": NOW,
        "queued_at": NOW,
        "owner_id": 1,
    }
    case = Case(**{**given, **facts})
    for name, value in clocks.read(case).columns().items():
        setattr(case, name, value)
    return case


def worked(*, days: int, **facts: Any) -> Case:
    opened = NOW - timedelta(days=days)
    return make(
        **{"opened_at": opened, "assigned_at": opened, "picked_up_at": opened, "status": "engaged", **facts}
    )


@pytest.mark.parametrize(
    ("case", "words", "tone"),
    [
        (make(owner_id=None, queued_at=NOW - timedelta(hours=3)), "Waiting, 3 h", Tone.SOON),
        (make(assigned_at=NOW - timedelta(hours=2)), "Pick up within 22 h", Tone.PLAIN),
        (make(assigned_at=NOW - timedelta(hours=20, minutes=48)), "Pick up within 3 h 12 m", Tone.SOON),
        (make(assigned_at=NOW - timedelta(hours=24)), "Pick-up late, under 1 m", Tone.LATE),
        (worked(days=3, next_steps_on=TODAY), "Next step today", Tone.SOON),
        (worked(days=3, next_steps_on=TODAY + timedelta(days=1)), "Next step tomorrow", Tone.PLAIN),
        (worked(days=3, next_steps_on=TODAY - timedelta(days=2)), "Past next step, 2 d", Tone.LATE),
        (worked(days=3), "Set a next step", Tone.SOON),
        (worked(days=9), "Past target, 2 d", Tone.LATE),
        (worked(days=10, next_steps_on=TODAY + timedelta(days=9)), "Close by 8 Mar", Tone.PLAIN),
        (worked(days=14, next_steps_on=TODAY + timedelta(days=9)), "Close by tomorrow", Tone.SOON),
        (worked(days=16, next_steps_on=TODAY + timedelta(days=9)), "16 days: stale", Tone.LATE),
        (worked(days=40, case_type="po_required"), "No limit (exception)", Tone.PLAIN),
        (make(assigned_at=NOW, deferred_until=TODAY + timedelta(days=30)), "Back 2 Apr", Tone.PLAIN),
        (worked(days=4, status="resolved", closed_at=NOW), "Closed today", Tone.PLAIN),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_says_what_is_due(case: Case, words: str, tone: Tone) -> None:
    due = badges.due(case, now=NOW)
    assert (due.words, due.tone) == (words, tone)


def test_the_words_follow_the_stored_instant_and_not_the_facts() -> None:
    case = worked(days=3, next_steps_on=TODAY)
    case.due_at, case.due_kind = NOW - timedelta(days=1), "limit"
    assert badges.due(case, now=NOW).words == "3 days: stale"


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (make(owner_id=None), "Waiting"),
        (make(assigned_at=NOW), "New"),
        (make(assigned_at=NOW, picked_up_at=NOW), "Open"),
        (make(deferred_until=TODAY), "Later"),
        (worked(days=1, status="attempting_contact"), "Attempting"),
        (worked(days=1, status="unresponsive", closed_at=NOW), "Unresponsive"),
        (worked(days=1, playbook="fy25", territory="emea", status="in_progress"), "In Progress"),
    ],
)
def test_says_the_status(case: Case, words: str) -> None:
    assert badges.status(case).words == words


@pytest.mark.parametrize(
    ("days", "tone"),
    [(0, Tone.INFO), (6, Tone.INFO), (7, Tone.SOON), (14, Tone.SOON), (15, Tone.LATE), (90, Tone.LATE)],
)
def test_the_age_turns_orange_at_the_target_and_red_at_the_limit(days: int, tone: Tone) -> None:
    age = badges.age(worked(days=days), now=NOW)
    assert (age.days, age.tone, age.filled) == (days, tone, min(days, 15))


def test_the_age_of_a_case_without_limit_says_so() -> None:
    age = badges.age(worked(days=40, case_type="po_required"), now=NOW)
    assert (age.of, age.tone, age.words) == (None, Tone.INFO, "40 days open, no limit")


def test_only_what_is_late_is_red() -> None:
    assert badges.priority(make(priority=Priority.HIGH)).tone is Tone.STRONG
