"""The sweep takes each step of a ladder once: whom it tells, and that both of its forms do the same."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Person, Role
from cases import badges, lifecycle, marking, recounting, sweep, writing
from cases.badges import Tone
from cases.following import follows, late
from cases.models import Case, History, Notice, Verb
from cases.talk import overdue, questions
from cases.writing import Change
from tests import factories
from tests.cases import books
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def heard(person: Person) -> list[tuple[str, str, int]]:
    rows = Notice.objects.filter(person=person).order_by("id")
    return list(rows.values_list("kind", "text", "tally"))


class TestAPickUp:
    def test_its_owner_is_warned_four_hours_before_and_the_case_says_nothing(self) -> None:
        maya = factories.person()
        case = factories.case(owner=maya)
        before = (case.version, case.history.count())
        assert sweep.sweep(now=NOW + 20 * HOUR) == 1
        assert heard(maya) == [("due_soon", "Pick it up soon.", 1)]
        case.refresh_from_db()
        assert (case.version, case.history.count()) == before, "a warning is no change of the case"
        assert sweep.sweep(now=NOW + 21 * HOUR) == 0

    def test_late_owner_and_manager_hear_a_day_later_the_manager_again_and_theirs(self) -> None:
        head = factories.person(Role.MANAGER, region="EMEA")
        boss = factories.person(Role.MANAGER, manager=head)
        maya = factories.person(manager=boss)
        factories.case(owner=maya)
        sweep.sweep(now=NOW + 24 * HOUR)
        assert heard(maya) == [("overdue", "Its pick-up is late.", 1)]
        assert (heard(boss), heard(head)) == ([("overdue", "Cases of AMER.", 1)], [])
        sweep.sweep(now=NOW + 48 * HOUR)
        again = ("overdue", "Cases of AMER, late for longer.", 1)
        assert (heard(boss)[1:], heard(head)) == ([again], [again])
        assert len(heard(maya)) == 1

    def test_after_a_pause_of_the_sweep_each_hears_once_of_the_latest_step(self) -> None:
        boss = factories.person(Role.MANAGER)
        maya = factories.person()
        case = factories.case(owner=maya)
        sweep.sweep(now=NOW + 3 * DAY)
        assert (len(heard(maya)), len(heard(boss))) == (1, 1)
        case.refresh_from_db()
        assert case.pick_up_missed_at == NOW + 3 * DAY
        assert sweep.sweep(now=NOW + 4 * DAY) == 0

    def test_who_covers_hears_too_and_the_clock_goes_on(self) -> None:
        theo, maya = factories.person(name="Theo Park"), factories.person(name="Maya Stone")
        factories.time_off(maya, starts_on=TODAY, ends_on=TODAY + 5 * DAY, covered_by=theo)
        case = factories.case(owner=maya)
        sweep.sweep(now=NOW + 24 * HOUR)
        assert heard(theo) == [("overdue", "Cases of Maya Stone, whom you cover.", 1)]
        case.refresh_from_db()
        assert case.pick_up_by == NOW + 24 * HOUR, "the customer waits whoever is away"

    def test_the_filer_may_escalate_by_the_same_clock(self) -> None:
        case = factories.case(owner=factories.person())
        assert not late.is_late(case, now=NOW + 24 * HOUR - timedelta(seconds=1))
        assert late.is_late(case, now=NOW + 24 * HOUR)


class TestQuestions:
    def test_its_ladder_is_taken_step_by_step(self) -> None:
        maya, tomas = factories.person(), factories.person("team_lead")
        case = factories.case(owner=maya)
        asked = questions.ask(case_id=case.pk, text="Well?", by=tomas, now=NOW)
        assert asked.alert_at == asked.due_at - 12 * HOUR
        told = []
        for moment in (asked.alert_at, asked.due_at, asked.due_at + 24 * HOUR, asked.due_at + 48 * HOUR):
            told.append(overdue.sweep_questions(now=moment))
        assert told == [1, 1, 1, 0]
        assert [kind for kind, _, _ in heard(maya)] == ["asked", "due_soon", "overdue"]
        asked.refresh_from_db()
        assert (asked.missed_at, asked.alert_at) == (asked.due_at, None)

    def test_answered_nothing_is_told_of_it(self) -> None:
        maya, tomas = factories.person(), factories.person("team_lead")
        case = factories.case(owner=maya)
        asked = questions.ask(case_id=case.pk, text="Well?", by=tomas, now=NOW)
        questions.answer(case_id=case.pk, question_id=asked.pk, text="Yes.", by=maya, now=NOW + HOUR)
        assert overdue.sweep_questions(now=NOW + 9 * DAY) == 0


def test_a_digest_instead_of_a_flood() -> None:
    boss, maya = factories.person(Role.MANAGER), factories.person()
    for _ in range(12):
        factories.case(owner=maya)
    sweep.sweep(now=NOW + 24 * HOUR)
    assert heard(maya) == [("overdue", "Cases of yours.", 12)]
    assert heard(boss) == [("overdue", "Cases of AMER.", 12)]


def test_two_clocks_of_one_case_are_told_by_name_and_count_as_one_case() -> None:
    boss, maya = factories.person(Role.MANAGER), factories.person()
    case = factories.case(owner=maya)
    sweep.sweep(now=NOW + 15 * DAY)
    (told,) = Notice.objects.filter(person=maya)
    assert (told.case, told.tally) == (case, 1)
    assert told.text == "Its pick-up is late. It is open longer than it should be."
    late, still = ("overdue", "Cases of AMER.", 1), ("overdue", "Cases of AMER, late for longer.", 1)
    assert heard(boss) == [late, still]


def test_where_no_territory_is_known_ops_hear_of_it() -> None:
    boss, otto = factories.person(Role.MANAGER), factories.person(Role.OPS)
    factories.case(region="")
    sweep.sweep(now=NOW + 15 * DAY)
    assert (heard(boss), heard(otto)) == ([], [("overdue", "Cases without a territory.", 1)])


def test_as_many_queries_for_many_as_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    factories.person(Role.MANAGER)
    owners = [factories.person() for _ in range(6)]

    def queries(number: int) -> int:
        for at in range(number):
            factories.case(owner=owners[at % 6])
        with CaptureQueriesContext(connection) as captured:
            sweep.sweep(now=NOW + 24 * HOUR)
        return len(captured)

    queries(1)
    assert queries(30) <= queries(2) + 1


# Both forms of the writer

FACTS: dict[str, list[Any]] = {
    "assigned_at": [None, NOW, NOW - 3 * DAY],
    "picked_up_at": [None, None, NOW, NOW - 2 * DAY],
    "next_steps_on": [None, TODAY, TODAY - DAY, TODAY + 4 * DAY],
    "alerted_at": [None, None, NOW + 20 * HOUR, NOW + 9 * DAY],
    "pick_up_missed_at": [None, None, NOW],
    "limit_passed_at": [None, None, NOW],
}
TYPES = {
    "duo_trial_started": "expansion",
    "po_required": "urgent_renewal",
    "high_value_account": "high_value",
}


def any_cases(number: int, *, seed: int, book: str, settings: Any) -> list[Case]:
    """Cases in all states that a sweep may meet, followed by somebody."""
    settings.PLAYBOOK = book
    chance = random.Random(seed)
    owners = [factories.person(region=region) for region in ("AMER", "EMEA", "APJ")]
    for manager in (factories.person(Role.MANAGER, region=region) for region in ("AMER", "EMEA")):
        assert manager.pk
    made = []
    for _ in range(number):
        kind, owner = chance.choice(sorted(TYPES)), chance.choice([None, *owners])
        region = chance.choice(["AMER", "EMEA", "APJ", ""])
        back = chance.choice([0, 3, 8, 14, 20]) * DAY + chance.choice([0, 5, 11]) * HOUR
        case = factories.case(case_type=kind, category=TYPES[kind], region=region, now=NOW - back)
        columns = {name: chance.choice(values) for name, values in FACTS.items()}
        if owner is None:
            columns |= {"picked_up_at": None, "assigned_at": None}
        columns["owner_id"] = owner.pk if owner else None
        if columns["picked_up_at"]:
            columns |= {"status": "in_progress" if book == "fy25" else "engaged"}
            columns["assigned_at"] = min(columns["assigned_at"] or NOW, columns["picked_up_at"])
        writing.write([Change(case=case, columns=columns, entries=[])], now=NOW)
        made.append(Case.objects.get(pk=case.pk))
    for case in made[::3]:
        follows.Follow.objects.create(case=case, person=owners[0], since_at=NOW)
    return made


def everything() -> dict[str, Any]:
    """What a sweep writes, but for the numbers of its rows."""
    rows = History.objects.order_by("case_id", "id")
    notices = Notice.objects.order_by("person_id", "kind", "topic", "text", "case_id")
    return {
        "cases": list(Case.objects.order_by("id").values()),
        "history": list(
            rows.values("case_id", "version", "at", "actor", "person_id", "verb", "data", "text")
        ),
        "notices": list(
            notices.values("person_id", "kind", "case_id", "at", "text", "url", "topic", "tally")
        ),
    }


def swept(now: datetime, *, one_by_one: bool) -> dict[str, Any]:
    """What there is after a sweep in this form, taken back again."""
    with transaction.atomic():
        for due in marking.find(now=now):
            if one_by_one:
                sweep._until_done(sweep.decide_batch, due, now=now)
            else:
                sweep._mark(due, now=now)
        found = everything()
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize(("book", "seed"), [("fy26", 1), ("fy26", 2), ("fy25", 3)])
def test_the_bulk_form_writes_what_the_decider_decides(book: str, seed: int, settings: Any) -> None:
    any_cases(70, seed=seed, book=book, settings=settings)
    for gap in (0, 1, 5, 16):
        now = NOW + gap * DAY + 3 * HOUR
        in_bulk, decided = swept(now, one_by_one=False), swept(now, one_by_one=True)
        for what, rows in decided.items():
            assert in_bulk[what] == rows, what
        sweep.sweep(now=now)
        assert sweep.sweep(now=now) == 0


def test_what_followers_hear_of_does_not_come_from_marks() -> None:
    assert Verb.OVERDUE not in follows.TOLD, "the bulk form tells no follower of a mark"


def test_working_hours_are_decided_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    books.offer_working(monkeypatch)
    assert not marking.is_plain(books.WORKING)
    maya = factories.person()
    case = factories.case(owner=maya)
    writing.write([Change(case=case, columns={"playbook": books.WORKING}, entries=[])], now=NOW)
    case.refresh_from_db()
    assert case.pick_up_by == datetime(2026, 3, 4, 15, 0, tzinfo=NOW.tzinfo), "eight working hours"
    assert case.alert_at is not None
    assert sweep.sweep(now=case.alert_at) == 1
    assert sweep.sweep(now=case.pick_up_by) == 1
    assert [kind for kind, _, _ in heard(maya)] == ["due_soon", "overdue"]
    case.refresh_from_db()
    assert case.pick_up_missed_at == case.pick_up_by


@pytest.mark.parametrize("days", [0, 2, 9, 20])
def test_list_and_badge_agree_on_what_is_late(days: int, settings: Any) -> None:
    cases = any_cases(40, seed=days, book="fy26", settings=settings)
    now = NOW + days * DAY
    listed = set(Case.objects.all().late(now).values_list("pk", flat=True))
    shown = {case.pk for case in cases if badges.due(case, now=now).tone is Tone.LATE}
    assert listed == shown


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_over_ten_thousand_tell_once() -> None:
    boss = factories.person(Role.MANAGER)
    owners = [factories.person() for _ in range(40)]
    cases = factories.cases(10_000)
    for at, owner in enumerate(owners):
        factories.give(cases[at::40], owner)
    now = NOW + 24 * HOUR

    def run(_: int) -> int:
        try:
            return sweep.sweep(now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        acted = list(threads.map(run, range(2)))
    assert sum(acted) == 10_000
    assert History.objects.filter(verb=Verb.OVERDUE).count() == 10_000
    tallies: Counter[int] = Counter()
    for person_id, tally in Notice.objects.values_list("person_id", "tally"):
        tallies[person_id] += tally
    assert tallies == {boss.pk: 10_000, **{owner.pk: 250 for owner in owners}}
    assert Notice.objects.count() <= 3 * len(owners), (
        "one that is alone in a batch is named, the rest is counted"
    )


def test_a_changed_ladder_is_brought_to_the_open_cases() -> None:
    case = factories.case(owner=factories.person())
    Case.objects.filter(pk=case.pk).update(alert_at=NOW + 9 * DAY)
    assert recounting.recount_clocks() == 1
    assert recounting.recount_clocks() == 0
    again = Case.objects.get(pk=case.pk)
    assert (again.alert_at, again.version) == (NOW + 20 * HOUR, case.version)


def test_reopened_its_steps_come_by_the_time_that_is_left() -> None:
    maya = factories.person()
    case = factories.case(owner=maya)
    lifecycle.pick_up(case_id=case.pk, by=maya, now=NOW)
    sweep.sweep(now=NOW + 10 * DAY)
    done = {"status": "resolved", "closed_at": NOW + 10 * DAY, "resolution_action": "answered_question"}
    writing.write([Change(case=Case.objects.get(pk=case.pk), columns=done, entries=[])], now=NOW + 10 * DAY)
    assert sweep.sweep(now=NOW + 30 * DAY) == 0, "closed, its clocks rest"
    lifecycle.reopen(case_id=case.pk, reason="They asked again", by=maya, now=NOW + 30 * DAY)
    case.refresh_from_db()
    assert case.limit_at == NOW + 35 * DAY
    assert case.alert_at == NOW + 33 * DAY
