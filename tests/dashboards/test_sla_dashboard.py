"""The SLA dashboard: each figure is what a slow recount finds, opens its list, and costs a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from cases import clocks, lifecycle, sweep
from cases.dashboards import asked as reading
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Dashboard, Share
from cases.models import Case, Question
from cases.talk import questions
from routing.dashboards.sla import causes, page
from routing.dashboards.sla.causes import Cause, Facts
from routing.models import Assignment, TimeOff
from smbcases import playbook
from tests import factories
from tests.cases.any_history import AnyHistory
from tests.dashboards import any_reader, drill
from tests.factories import NOW

CLOCKS = ("pick_up", "target", "limit")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


# Why, decided


@pytest.mark.parametrize(
    ("facts", "cause"),
    [
        ({}, Cause.WORK),
        ({"no_step": True}, Cause.NO_STEP),
        ({"no_step": True, "picked_late": True}, Cause.PICKED_LATE),
        ({"picked_late": True, "asked": True}, Cause.ASKED),
        ({"asked": True, "put_off": True}, Cause.PUT_OFF),
        ({"put_off": True, "full": True}, Cause.FULL),
        ({"full": True, "away": True}, Cause.AWAY),
        ({"away": True, "given_late": True, "no_step": True}, Cause.GIVEN_LATE),
    ],
)
def test_the_first_that_was_so_is_the_cause(facts: dict[str, bool], cause: Cause) -> None:
    assert causes.decide(Facts(**facts)) is cause


def test_a_cause_is_decided_by_just_the_facts_that_it_names() -> None:
    for number in range(2 ** len(causes.NAMES)):
        facts = {name: bool(number >> place & 1) for place, name in enumerate(causes.NAMES)}
        fitting = [
            cause for cause in Cause if all(facts[name] == is_so for name, is_so in cause.facts.items())
        ]
        assert fitting == [causes.decide(Facts(**facts))]


# Each figure beside a recount


@pytest.mark.django_db
@pytest.mark.parametrize("book", ["fy26", "fy25"])
def test_each_figure_is_that_of_a_recount(settings: Any, book: str) -> None:
    settings.PLAYBOOK = book
    any_reader.look_after(_recount, book=book, runs=4)


def _recount(desk: AnyHistory, reader: Person, given: dict[str, str]) -> None:
    asked = reading.read(given, reader=reader, now=desk.now, offered=page.KIND.filters)
    shown = page.show(asked, reader, desk.now)
    cases = [case for case in any_reader.everything() if any_reader.is_asked(case, given, reader)]
    _recount_clocks(shown, asked, cases, now=desk.now)
    _recount_causes(shown, asked, cases)
    _recount_parts(shown, asked, cases)
    _recount_groups(shown, asked, cases)
    _recount_now(shown, asked, cases, now=desk.now)
    drill.open_all(shown, reader=reader, now=desk.now)


def _recount_clocks(shown: Dashboard, asked: Asked, cases: list[Case], *, now: datetime) -> None:
    rows = {row[0]: row for row in _table(shown, "clocks")}
    for clock, name in zip(CLOCKS, ("Pick-up", "Target", "Longest open"), strict=True):
        kept, broken = _kept(cases, clock, asked), _broken(cases, clock, asked)
        assert rows[name][1:4] == [Share(len(kept), len(kept) + len(broken)), len(kept), len(broken)]
    ids = {case.pk for case in cases}
    due = [
        one
        for one in Question.objects.order_by("id")
        if one.case_id in ids and asked.start <= one.due_at < asked.end
    ]
    late = [one for one in due if one.missed_at or (one.answered_at and one.answered_at > one.due_at)]
    well = [one for one in due if one not in late and one.answered_at]
    assert rows["Questions answered"][2:4] == [len(well), len(late)]
    close = {row[0]: row[1] for row in _table(shown, "close")}
    assert close == {
        "Pick-up": sum(_spare(case, "pick_up") < 2 * HOUR for case in _timed(cases, "pick_up", asked)),
        "Target": sum(_spare(case, "target") < DAY for case in _timed(cases, "target", asked)),
        "Longest open": sum(_spare(case, "limit") < DAY for case in _timed(cases, "limit", asked)),
    }


def _timed(cases: list[Case], clock: str, asked: Asked) -> list[Case]:
    return [case for case in _kept(cases, clock, asked) if _due(case, clock) is not None]


def _spare(case: Case, clock: str) -> timedelta:
    due, ended = _due(case, clock), _ended(case, clock)
    assert due is not None and ended is not None  # noqa: PT018
    return due - ended


def _due(case: Case, clock: str) -> datetime | None:
    return {"pick_up": case.pick_up_by, "target": case.target_at, "limit": case.limit_at}[clock]


def _ended(case: Case, clock: str) -> datetime | None:
    return case.picked_up_at if clock == "pick_up" else case.closed_at


def _in_period(case: Case, clock: str, asked: Asked) -> bool:
    ended = _ended(case, clock)
    return ended is not None and asked.start <= ended < asked.end


def _is_broken(case: Case, clock: str) -> bool:
    due, ended = _due(case, clock), _ended(case, clock)
    if clock == "pick_up" and case.pick_up_missed_at is not None:
        return True
    return due is not None and ended is not None and ended > due


def _broken(cases: list[Case], clock: str, asked: Asked) -> list[Case]:
    return [case for case in cases if _in_period(case, clock, asked) and _is_broken(case, clock)]


def _kept(cases: list[Case], clock: str, asked: Asked) -> list[Case]:
    return [
        case
        for case in cases
        if _in_period(case, clock, asked)
        and not _is_broken(case, clock)
        and (clock == "pick_up" or _due(case, clock) is not None)
    ]


def _recount_causes(shown: Dashboard, asked: Asked, cases: list[Case]) -> None:
    wanted = Counter(
        (_cause(case, clock), clock) for clock in CLOCKS for case in _broken(cases, clock, asked)
    )
    found = {
        (row[0], clock): row[place]
        for row in _table(shown, "causes")
        for place, clock in enumerate(CLOCKS, start=1)
        if row[place]
    }
    assert found == wanted


def _cause(case: Case, clock: str) -> str:
    """In plain steps, from the records themselves."""
    due = _due(case, clock)
    if clock == "pick_up" and case.pick_up_missed_at is not None:
        due = min(due or case.pick_up_missed_at, case.pick_up_missed_at)
    assert due is not None
    asked = [one for one in Question.objects.filter(case=case) if one.asked_at < due]
    so = {
        "Waited for an advocate": case.assigned_at is None or case.assigned_at >= due,
        "Owner away": _was_away(case, due),
        "At capacity": any(
            one.person_id == case.owner_id and one.load_before >= one.places - 1
            for one in Assignment.objects.filter(case=case)
        ),
        "Put off": case.put_off,
        "Question unanswered": any(one.answered_at is None or one.answered_at >= due for one in asked),
        "Picked up late": clock != "pick_up"
        and case.picked_up_at is not None
        and _is_broken(case, "pick_up"),
        "No next step": not case.next_steps,
    }
    return next((name for name, is_so in so.items() if is_so), "None of these")


def _was_away(case: Case, due: datetime) -> bool:
    if case.owner is None:
        return False
    day = due.astimezone(ZoneInfo(case.owner.time_zone)).date()
    return any(span.includes(day) for span in TimeOff.objects.filter(person=case.owner))


def _recount_parts(shown: Dashboard, asked: Asked, cases: list[Case]) -> None:
    for bucket, row in zip(asked.buckets, _table(shown, "parts"), strict=True):
        start, end = bucket.span.start(asked.zone), bucket.span.end(asked.zone)
        here = {
            clock: [case for case in cases if _ended(case, clock) and start <= _ended(case, clock) < end]  # type: ignore[operator]
            for clock in CLOCKS
        }
        assert row[2::2] == [len(_broken(here[clock], clock, asked)) for clock in CLOCKS]


def _recount_groups(shown: Dashboard, asked: Asked, cases: list[Case]) -> None:
    rules = playbook.active()
    managers = {person.pk: f"{person.name}’s people" for person in Person.objects.filter(role="manager")}
    groups: dict[str, Callable[[Case], str]] = {
        "by_territory": _territory,
        "by_team": lambda case: managers.get((case.owner and case.owner.manager_id) or 0, "In no team"),
        "by_category": lambda case: rules.categories[case.category].name,
        "by_case_type": lambda case: rules.triggers[case.case_type].name,
    }
    for key, of in groups.items():
        wanted: Counter[tuple[str, int]] = Counter()
        for place, clock in enumerate(CLOCKS):
            wanted.update((of(case), 2 + 2 * place) for case in _broken(cases, clock, asked))
        found = {
            (row[0], place): row[place]
            for row in _table(shown, key)
            for place in range(2, len(row), 2)
            if row[place]
        }
        assert found == wanted, key


def _territory(case: Case) -> str:
    rules = playbook.active()
    key = any_reader.lies_in(case)
    if key in rules.territories:
        return rules.territories[key].name
    return "Of another playbook" if case.territory else "Region not known"


def _recount_now(shown: Dashboard, asked: Asked, cases: list[Case], *, now: datetime) -> None:
    here = [
        case
        for case in cases
        if case.closed_at is None and case.deferred_until is None and case.owner_id is not None
    ]
    hand = [case for case in here if case.picked_up_at is not None]
    fresh = [case for case in here if case.picked_up_at is None]
    figures = {figure.key: figure.value for figure in shown.figures}
    assert figures["pick_up_overdue"] == sum(bool(c.pick_up_by and c.pick_up_by <= now) for c in fresh)
    assert figures["limit_past"] == sum(c.is_stale(now=now) and c.owner_id is not None for c in cases)
    assert figures["question_late"] == sum(
        c.closed_at is None and bool(c.answer_by and c.answer_by <= now) for c in cases
    )
    rows = {row[0]: row for row in _table(shown, "clocks")}
    assert rows["Target"][4] == sum(bool(c.target_at and c.target_at <= now) for c in hand)
    planned = [(_step_by(case), case) for case in hand if case.next_steps_on]
    assert rows["Next step"][2:4] == [
        sum(by > now for by, _ in planned),
        sum(by <= now for by, _ in planned),
    ]
    touched = [case.next_touch_on for case in hand if case.next_touch_on]
    assert rows["Cadence"][2:4] == [
        sum(day >= asked.today for day in touched),
        sum(day < asked.today for day in touched),
    ]
    close = {row[0]: row[2] for row in _table(shown, "close")}
    assert close["Pick-up"] == sum(bool(c.pick_up_by and now < c.pick_up_by <= now + 4 * HOUR) for c in fresh)
    assert close["Longest open"] == sum(bool(c.limit_at and now < c.limit_at <= now + 2 * DAY) for c in hand)


def _step_by(case: Case) -> datetime:
    counts = case.rules.clocks.counts.next_step
    assert case.next_steps_on is not None
    return clocks.next_step_by(
        case.next_steps_on, book=case.playbook, territory=case.territory, counts=counts
    )


def _table(shown: Dashboard, key: str) -> list[list[Any]]:
    table = shown.table(key)
    assert table
    return [[cell.value for cell in row] for row in table.rows]


# What the page says


@pytest.fixture
def ops(db: None) -> Person:
    return factories.person("ops")


def _load(reader: Person, *, now: datetime = NOW, **given: str) -> Dashboard:
    return drill.load(page.KIND, reader=reader, now=now, **given)


def test_of_nothing_it_says_so(ops: Person) -> None:
    shown = _load(ops)
    assert shown.answer.words == "Nothing is late now. No clock ran out in this period."
    assert not _table(shown, "causes")
    drill.open_all(shown, reader=ops, now=NOW)


def picked_up_late(*, owner: Person | None = None, now: datetime = NOW) -> Case:
    advocate = owner or factories.person()
    case = factories.case(owner=advocate, now=now - 3 * DAY)
    sweep.sweep(now=now - DAY)
    return lifecycle.pick_up(case_id=case.pk, by=advocate, now=now - HOUR)


def test_what_is_late_now_is_said_first(ops: Person) -> None:
    factories.case(owner=factories.person(), now=NOW - 3 * DAY)
    assert _load(ops).answer.words == "Late now: 1 pick-up overdue."


def test_a_stale_case_is_late_whatever_was_kept(ops: Person) -> None:
    """So that the answer and the red figure beside it say the same."""
    factories.case(owner=factories.person(), now=NOW - 40 * DAY, columns={"picked_up_at": NOW - 40 * DAY})
    shown = _load(ops)
    figures = {figure.key: figure.value for figure in shown.figures}
    assert (figures["pick_up_overdue"], figures["limit_past"]) == (0, 1)
    assert (shown.answer.words, shown.answer.tone) == ("Late now: 1 stale case.", "late")


def test_late_questions_are_said_in_cases(ops: Person) -> None:
    advocate = factories.person()
    case = factories.case(owner=advocate, now=NOW - 5 * DAY, columns={"picked_up_at": NOW - 5 * DAY})
    for text in ("Where is the quote?", "And the invoice?"):
        questions.ask(case_id=case.pk, text=text, by=ops, now=NOW - 4 * DAY)
    assert _load(ops).answer.words == "Late now: 1 case with a late question."


def test_a_target_that_is_past_is_not_called_nothing(ops: Person) -> None:
    factories.case(owner=factories.person(), now=NOW - 9 * DAY, columns={"picked_up_at": NOW - 9 * DAY})
    assert _load(ops).answer.words.startswith("No pick-up is overdue, no case is stale")


def test_one_pick_up_that_was_late(ops: Person) -> None:
    picked_up_late()
    shown = _load(ops)
    assert shown.answer.words == "Nothing is late now. Too few clocks ran out to say more."
    assert _table(shown, "causes") == [["No next step", 1, 0, 0]]
    drill.open_all(shown, reader=ops, now=NOW)


def test_the_clock_that_is_kept_least_is_said(ops: Person) -> None:
    for _ in range(10):
        picked_up_late()
    assert _load(ops).answer.words == (
        "Nothing is late now. Pick-up was kept 0 % of the time, the least of all clocks."
    )


def test_a_day_off_is_one_where_its_person_is(ops: Person) -> None:
    """Due at 15:00 by UTC on 1 March, which is the second in Tokyo."""
    advocate = factories.person(time_zone="Pacific/Kiritimati")
    day = (NOW - 2 * DAY).astimezone(ZoneInfo(advocate.time_zone)).date()
    assert day != (NOW - 2 * DAY).date()
    case = picked_up_late(owner=advocate)
    assert case.pick_up_by == NOW - 2 * DAY
    factories.time_off(advocate, starts_on=day, ends_on=day)
    assert _table(_load(ops), "causes") == [["Owner away", 1, 0, 0]]


def test_a_question_counts_in_the_period_in_which_it_was_due(ops: Person) -> None:
    advocate = factories.person()
    case = factories.case(owner=advocate, now=NOW - 6 * DAY)
    lifecycle.pick_up(case_id=case.pk, by=advocate, now=NOW - 6 * DAY)
    for answered_at in (NOW - 5 * DAY, NOW - DAY):
        one = questions.ask(case_id=case.pk, text="Has it gone out?", by=ops, now=NOW - 6 * DAY + HOUR)
        questions.answer(
            case_id=case.pk, question_id=one.pk, text="It went out today.", by=advocate, now=answered_at
        )
    shown = _load(ops)
    row = next(row for row in _table(shown, "clocks") if row[0] == "Questions answered")
    assert row[1:] == [Share(1, 2), 1, 1, 0]
    drill.open_all(shown, reader=ops, now=NOW)


def test_it_costs_the_same_however_much_there_is(
    ops: Person, django_assert_num_queries: Callable[..., Any]
) -> None:
    """Of the queries two ask why the pick-ups were late: nothing is asked of clocks that were kept."""
    for _ in range(2):
        picked_up_late()
    with django_assert_num_queries(19):
        _load(ops)
    for _ in range(6):
        picked_up_late(owner=factories.person(manager=factories.person("manager")))
    with django_assert_num_queries(9):  # what is settled is kept
        _load(ops)


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "status"), [("manager", 200), ("ops", 200), ("advocate", 404)])
def test_managers_and_ops_open_it(client: Client, role: str, status: int) -> None:
    client.force_login(factories.person(role, manager=factories.person("manager")))
    assert client.get(reverse("dashboard", args=["sla"])).status_code == status


@pytest.mark.parametrize(
    "value", ["nonsense", "kept/never/ever", "kept/2026-01-01T00:00:00Z", "broken/a/b/c"]
)
def test_an_address_that_names_no_instants_lists_nothing(client: Client, ops: Person, value: str) -> None:
    client.force_login(ops)
    factories.case()
    html = client.get("/cases/", {"tab": "all", "answered_in": value}).content.decode()
    assert "No case matches these filters." in html
