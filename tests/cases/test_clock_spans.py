"""The spans of a case's clocks: whatever happens to a case, they add up, and what is due is what a slow count finds."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from cases import clock_story, clocks, counting, spans, writing
from cases.clock_story import State
from cases.models import Case, DueKind, Priority, Verb
from cases.spans import LONG
from cases.writing import Change, Entry
from tests.cases import books, clock_sums

OPENED = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TERRITORIES = {
    "fy26": ("amer", "emea-apj"),
    "fy25": ("amer-apj", "emea"),
    books.WORKING: ("amer", "emea-apj"),
}


@pytest.fixture(autouse=True)
def _working(monkeypatch: pytest.MonkeyPatch) -> None:
    books.offer_working(monkeypatch)


def opened(book: str = "fy26", *, at: datetime = OPENED, **facts: Any) -> Case:
    defaults: dict[str, Any] = {
        "playbook": book,
        "case_type": "duo_trial_started",
        "priority": Priority.MEDIUM,
        "territory": TERRITORIES[book][0],
        "status": "open",
        "opened_at": at,
        "queued_at": at,
    }
    case = Case(**{**defaults, **facts})
    for name, value in clocks.read(case).columns().items():
        setattr(case, name, value)
    return case


def change(case: Case, now: datetime, *, verb: Verb = Verb.CHANGED, **columns: Any) -> None:
    """As the writer does it, less the writing."""
    writing._apply(Change(case=case, columns=columns, entries=[Entry(verb=verb)]), now=now)


def put_off(case: Case, now: datetime, *, days: int = 10) -> None:
    change(case, now, deferred_until=now.date() + days * DAY, put_off=True, status="open")


def wake(case: Case, now: datetime) -> None:
    change(
        case,
        now,
        deferred_until=None,
        picked_up_at=None,
        pick_up_missed_at=None,
        assigned_at=now,
        queued_at=now,
    )


def close(case: Case, now: datetime) -> None:
    picked_up_at = case.picked_up_at or now
    change(case, now, closed_at=now, deferred_until=None, picked_up_at=picked_up_at, status="resolved")


def reopen(case: Case, now: datetime) -> None:
    anew = {"picked_up_at": None, "assigned_at": None, "pick_up_missed_at": None}
    change(case, now, closed_at=None, status="open", queued_at=now, **anew)


def story(case: Case, clock: DueKind, now: datetime) -> clock_story.Story:
    return next(one for one in clock_story.story(case, now=now) if one.clock == clock)


class TestFy25PausesWhatIsPutOff:
    """Put off, a case cannot be worked, so its target and its limit stand still: our choice."""

    def test_ten_days_put_off_are_ten_days_more(self) -> None:
        case = opened("fy25")
        put_off(case, OPENED + 2 * DAY)
        wake(case, OPENED + 12 * DAY)
        assert case.limit_at == OPENED + 25 * DAY
        assert case.target_at == OPENED + 17 * DAY

    def test_meanwhile_it_is_taken_to_run_again_on_its_day(self) -> None:
        case = opened("fy25")
        put_off(case, OPENED + 2 * DAY)
        back = datetime(2026, 3, 15, 4, 0, tzinfo=UTC)  # midnight in New York, in summer time by then
        assert case.limit_at == back + 13 * DAY
        assert story(case, DueKind.LIMIT, OPENED + 5 * DAY).state == State.STANDS_STILL

    def test_what_had_run_out_before_does_not_come_back(self) -> None:
        case = opened("fy25")
        put_off(case, OPENED + 9 * DAY)
        wake(case, OPENED + 19 * DAY)
        assert case.target_at == OPENED + 7 * DAY
        assert case.limit_at == OPENED + 25 * DAY

    def test_taken_up_before_its_day_it_runs_from_then(self) -> None:
        case = opened("fy25")
        put_off(case, OPENED + 2 * DAY)
        change(
            case, OPENED + 5 * DAY, picked_up_at=OPENED + 5 * DAY, deferred_until=None, status="in_progress"
        )
        assert case.limit_at == OPENED + 18 * DAY
        assert case.pick_up_by is None, "nobody waited for that pick-up"

    def test_the_story_says_it(self) -> None:
        case = opened("fy25")
        put_off(case, OPENED + 2 * DAY)
        wake(case, OPENED + 12 * DAY)
        told = story(case, DueKind.LIMIT, OPENED + 13 * DAY)
        assert [(one.runs, one.because, one.used) for one in told.stretches] == [
            (True, "put_off", 2 * DAY),
            (False, "woken", timedelta()),
            (True, "", DAY),
        ]
        assert (told.used, told.allowed, told.due) == (3 * DAY, 15 * DAY, OPENED + 25 * DAY)


class TestFy26WaivesIt:
    def test_a_later_date_ends_limit_and_target(self) -> None:
        case = opened()
        put_off(case, OPENED + 2 * DAY)
        assert (case.limit_at, case.target_at) == (None, None)
        assert story(case, DueKind.LIMIT, OPENED + 3 * DAY).why == "The customer asked for a later date."

    def test_undone_it_runs_as_if_nothing_had_been(self) -> None:
        case = opened()
        put_off(case, OPENED + 2 * DAY)
        change(case, OPENED + 2 * DAY + HOUR, verb=Verb.UNDONE, deferred_until=None, put_off=False)
        assert case.limit_at == OPENED + 15 * DAY


class TestReopening:
    @pytest.mark.parametrize("book", ["fy25", "fy26"])
    def test_the_time_that_it_was_closed_does_not_count(self, book: str) -> None:
        case = opened(book)
        close(case, OPENED + 5 * DAY)
        assert case.clock_spans is None, "a closing writes no span"
        reopen(case, OPENED + 40 * DAY)
        assert case.limit_at == OPENED + 50 * DAY
        assert case.target_at == OPENED + 42 * DAY

    def test_closed_late_it_stays_late(self) -> None:
        case = opened()
        close(case, OPENED + 16 * DAY)
        reopen(case, OPENED + 40 * DAY)
        assert case.limit_at == OPENED + 15 * DAY

    def test_closed_from_a_later_date_it_kept_its_limit(self) -> None:
        case = opened("fy25")
        put_off(case, OPENED + 2 * DAY)
        close(case, OPENED + 30 * DAY)
        assert case.limit_at == OPENED + 43 * DAY
        assert story(case, DueKind.LIMIT, OPENED + 50 * DAY).state == State.KEPT
        reopen(case, OPENED + 60 * DAY)
        assert case.limit_at == OPENED + 73 * DAY


class TestPickUp:
    def given(self, case: Case, now: datetime) -> None:
        missed = {} if case.picked_up_at else {"pick_up_missed_at": None}
        change(case, now, owner_id=1, assigned_at=now, **missed)

    def test_given_to_somebody_else_it_begins_anew_and_says_so(self) -> None:
        case = opened()
        self.given(case, OPENED)
        assert case.clock_spans is None, "an assignment writes no span"
        self.given(case, OPENED + 20 * HOUR)
        assert case.pick_up_by == OPENED + 44 * HOUR
        (earlier,) = story(case, DueKind.PICK_UP, OPENED + 21 * HOUR).earlier
        assert (earlier.because, earlier.used) == ("handed_over", 20 * HOUR)

    def test_handed_over_later_it_is_the_pick_up_that_was_kept(self) -> None:
        case = opened()
        self.given(case, OPENED)
        change(case, OPENED + 2 * HOUR, picked_up_at=OPENED + 2 * HOUR)
        assert case.clock_spans is None, "a pick-up writes no span"
        self.given(case, OPENED + 9 * DAY)
        assert (case.pick_up_by, case.picked_up_at) == (OPENED + DAY, OPENED + 2 * HOUR)
        assert story(case, DueKind.PICK_UP, OPENED + 9 * DAY).state == State.KEPT

    def test_picked_up_late_it_stays_missed_without_any_sweep(self) -> None:
        case = opened()
        self.given(case, OPENED)
        change(case, OPENED + 30 * HOUR, picked_up_at=OPENED + 30 * HOUR)
        self.given(case, OPENED + 9 * DAY)
        close(case, OPENED + 10 * DAY)
        assert story(case, DueKind.PICK_UP, OPENED + 20 * DAY).state == State.MISSED

    def test_put_off_unread_it_stands_still_and_begins_anew(self) -> None:
        case = opened()
        self.given(case, OPENED)
        put_off(case, OPENED + 5 * HOUR)
        assert case.pick_up_by is None
        wake(case, OPENED + 11 * DAY)
        assert case.pick_up_by == OPENED + 12 * DAY

    @pytest.mark.parametrize("is_picked_up", [True, False])
    @pytest.mark.parametrize("is_put_off_first", [True, False])
    def test_taken_up_from_a_later_date_it_had_no_due_time_though_it_changed_hands(
        self, is_picked_up: bool, is_put_off_first: bool
    ) -> None:
        case = opened()
        self.given(case, OPENED)
        if is_picked_up:
            change(case, OPENED + 2 * HOUR, picked_up_at=OPENED + 2 * HOUR)
        if is_put_off_first:
            put_off(case, OPENED + 5 * HOUR, days=60)
            self.given(case, OPENED + 3 * DAY)
        else:
            self.given(case, OPENED + 5 * HOUR)
            put_off(case, OPENED + 6 * HOUR, days=60)
        assert case.pick_up_by == (OPENED + DAY if is_picked_up else None), "meanwhile nobody waits for it"
        taken_up_at = OPENED + 27 * DAY
        change(case, taken_up_at, picked_up_at=taken_up_at, deferred_until=None, status="attempting_contact")
        assert case.pick_up_by is None
        self.given(case, OPENED + 28 * DAY)
        assert case.pick_up_by is None
        assert story(case, DueKind.PICK_UP, OPENED + 29 * DAY).state == State.FREE
        put_off(case, OPENED + 30 * DAY)
        wake(case, OPENED + 40 * DAY)
        assert case.pick_up_by == OPENED + 41 * DAY, "back on its day it waits anew"

    def test_closed_from_a_later_date_nobody_waited_for_its_pick_up(self) -> None:
        case = opened()
        self.given(case, OPENED)
        put_off(case, OPENED + 5 * HOUR)
        self.given(case, OPENED + 3 * DAY)
        close(case, OPENED + 6 * DAY)
        assert case.pick_up_by is None

    def test_in_fy25_it_runs_from_the_queue_on_whoever_takes_it(self) -> None:
        case = opened("fy25")
        self.given(case, OPENED + 5 * HOUR)
        self.given(case, OPENED + 9 * HOUR)
        assert case.pick_up_by == OPENED + 48 * HOUR
        assert case.clock_spans is None

    def test_an_assignment_reads_no_columns_that_a_drain_does_not_load(self) -> None:
        case = opened()
        assert not spans.may_turn(case, {"owner_id": 1, "assigned_at": OPENED, "pick_up_missed_at": None})


class TestWorkingHours:
    def test_a_pick_up_over_the_weekend_and_the_change_of_clocks(self) -> None:
        friday = datetime(2026, 3, 6, 20, 0, tzinfo=UTC)  # 15:00 in New York
        case = opened(books.WORKING, at=friday)
        change(case, friday, owner_id=1, assigned_at=friday)
        assert case.pick_up_by == datetime(2026, 3, 9, 19, 0, tzinfo=UTC)  # 15:00 on Monday, summer time
        assert (case.alert_at, case.alert_kind) == (datetime(2026, 3, 9, 15, 0, tzinfo=UTC), "pick_up")

    def test_a_limit_of_days_is_working_days(self) -> None:
        case = opened(books.WORKING, at=datetime(2025, 12, 22, 14, 0, tzinfo=UTC))  # 9:00 on a Monday
        # Without Christmas, New Year, Martin Luther King's day and the weekends
        assert case.target_at == datetime(2025, 12, 31, 22, 0, tzinfo=UTC)
        assert case.limit_at == datetime(2026, 1, 13, 22, 0, tzinfo=UTC)

    def test_carried_to_another_territory_the_rest_counts_there(self) -> None:
        monday = datetime(2026, 3, 16, 13, 0, tzinfo=UTC)  # 9:00 in New York
        case = opened(books.WORKING, at=monday)
        change(case, monday, owner_id=1, assigned_at=monday)
        change(case, monday + 4 * HOUR, territory="emea-apj")  # 17:00 in London: over for the day
        assert case.pick_up_by == datetime(2026, 3, 17, 13, 0, tzinfo=UTC)
        (moved,) = spans.load(case, DueKind.PICK_UP)
        assert (moved.because, moved.used) == ("moved", 4 * HOUR)

    def test_what_has_run_out_stays_due_when_it_was_though_the_case_moves(self) -> None:
        monday = datetime(2026, 3, 16, 13, 0, tzinfo=UTC)
        case = opened(books.WORKING, at=monday)
        change(case, monday, owner_id=1, assigned_at=monday)
        before = (case.pick_up_by, case.target_at)
        for days, territory in ((20, "emea-apj"), (30, "amer"), (40, "emea-apj")):
            change(case, monday + days * DAY, territory=territory)
            assert (case.pick_up_by, case.target_at) == before

    def test_a_next_step_on_a_sunday_is_late_after_monday(self) -> None:
        picked = {"assigned_at": OPENED, "picked_up_at": OPENED}
        case = opened(books.WORKING, case_type="po_required", next_steps_on=date(2026, 3, 15), **picked)
        assert case.due_at == datetime(2026, 3, 17, 4, 0, tzinfo=UTC)
        usual = opened(case_type="po_required", next_steps_on=date(2026, 3, 15), **picked)
        assert usual.due_at == datetime(2026, 3, 16, 4, 0, tzinfo=UTC)


def test_a_case_keeps_its_clocks_when_the_playbook_changes(settings: Any) -> None:
    case = opened("fy25", priority=Priority.LOW)
    settings.PLAYBOOK = "fy26"
    change(case, OPENED + DAY, territory="emea-apj")  # as it is carried over
    assert case.pick_up_by == OPENED + 7 * DAY
    assert case.limit_at == OPENED + 15 * DAY
    assert case.clock_spans is None, "calendar time is the same everywhere"


# Whatever happens, slowly counted beside it

STEP = timedelta(minutes=30)
ACTS = ("assign", "hand_over", "pick_up", "put_off", "wake", "take_up", "move", "close", "reopen")
STARTS = (
    datetime(2026, 3, 3, 15, 0, tzinfo=UTC),
    datetime(2026, 3, 25, 9, 30, tzinfo=UTC),
    datetime(2026, 10, 20, 21, 0, tzinfo=UTC),
    datetime(2025, 12, 20, 12, 0, tzinfo=UTC),
    datetime(2026, 1, 29, 23, 30, tzinfo=UTC),
)


@dataclass
class Life:
    """A case and, beside it, when its long clocks ran, where."""

    case: Case
    now: datetime
    ran: list[tuple[datetime, datetime, str]] = field(default_factory=list)

    def act(self, name: str, gap: timedelta) -> None:
        before = (self.now, self.case.territory, self._runs())
        self.now += gap
        since, territory, runs = before
        if runs:
            self.ran.append((since, self.now, territory))
        getattr(self, f"_{name}")()

    def _runs(self) -> bool:
        return self.case.closed_at is None and self.case.deferred_until is None

    def _assign(self) -> None:
        if self._runs():
            self._hand_over()

    def _hand_over(self) -> None:
        """Put off, too, it may change hands."""
        if self.case.closed_at is None:
            missed = {} if self.case.picked_up_at else {"pick_up_missed_at": None}
            change(self.case, self.now, owner_id=1, assigned_at=self.now, **missed)

    def _pick_up(self) -> None:
        if self._runs() and self.case.assigned_at and not self.case.picked_up_at:
            change(self.case, self.now, picked_up_at=self.now)

    def _put_off(self) -> None:
        if self._runs():
            put_off(self.case, self.now)

    def _wake(self) -> None:
        if self.case.deferred_until:
            wake(self.case, self.now)

    def _take_up(self) -> None:
        if self.case.deferred_until:
            change(self.case, self.now, picked_up_at=self.now, deferred_until=None)

    def _move(self) -> None:
        if self.case.closed_at is None:
            first, second = TERRITORIES[self.case.playbook]
            change(self.case, self.now, territory=second if self.case.territory == first else first)

    def _close(self) -> None:
        if self.case.closed_at is None:
            close(self.case, self.now)

    def _reopen(self) -> None:
        if self.case.closed_at is not None:
            reopen(self.case, self.now)

    def ran_out_at(self, clock: DueKind, allowed: timedelta) -> datetime | None:
        """Step by step through the time in which the case ran: when all is used. None: not yet."""
        left = allowed
        for start, end, territory in self.ran:
            hours = spans.hours_of(Case(playbook=self.case.playbook, territory=territory), clock)
            for moment in _steps(start, end):
                left -= counting.between(moment, moment + STEP, hours=hours)
                if left <= timedelta():
                    return moment + STEP
        return None


def _steps(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += STEP


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    some.sampled_from(["fy25", books.WORKING]),
    some.sampled_from(STARTS),
    some.lists(some.tuples(some.sampled_from(ACTS), some.integers(0, 200)), min_size=1, max_size=14),
)
def test_whatever_happens_the_spans_add_up(book: str, start: datetime, acts: list[tuple[str, int]]) -> None:
    life = Life(case=opened(book, at=start), now=start)
    for name, steps in acts:
        life.act(name, steps * STEP)
        clock_sums.check(life.case)
    for clock in LONG:
        check_against_slow_count(life, clock)


@dataclass
class Wait:
    """Slowly, act by act: until when somebody is to pick the case up; None where nobody waits."""

    due: datetime | None = None

    def act(self, name: str, before: Case, life: Life) -> None:
        case, anew = life.case, life.now + clocks.allowance(life.case, DueKind.PICK_UP)
        if case.version == before.version:
            return
        is_waiting = before.picked_up_at is None and before.closed_at is None
        is_put_off = before.deferred_until is not None or case.deferred_until is not None
        from_assigned = case.rules.clocks.pick_up_from == "assigned"
        is_given = name in {"assign", "hand_over"} and from_assigned and is_waiting and not is_put_off
        if is_given or name == "wake":
            self.due = anew
        elif name == "reopen":
            self.due = None if from_assigned else anew
        elif name == "take_up" or (name in {"put_off", "close"} and is_waiting and is_put_off):
            self.due = None


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    some.sampled_from(["fy25", "fy26"]),
    some.lists(some.tuples(some.sampled_from(ACTS), some.integers(1, 200)), min_size=1, max_size=14),
)
def test_whatever_happens_the_wait_for_a_pick_up_is_what_act_by_act_says(
    book: str, acts: list[tuple[str, int]]
) -> None:
    life = Life(case=opened(book), now=OPENED)
    wait = Wait(due=life.case.pick_up_by)
    for name, steps in acts:
        before = copy.copy(life.case)
        life.act(name, steps * STEP)
        wait.act(name, before, life)
        assert life.case.pick_up_by == wait.due, name


def check_against_slow_count(life: Life, clock: DueKind) -> None:
    due = life.case.limit_at if clock == DueKind.LIMIT else life.case.target_at
    assert due is not None
    found = life.ran_out_at(clock, clocks.allowance(life.case, clock))
    if found is not None:
        assert due == found
    else:
        assert due >= life.now or life.case.closed_at is not None or life.case.deferred_until is not None
