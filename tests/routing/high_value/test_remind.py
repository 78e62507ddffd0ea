"""Touchpoints become tasks on their day, and a new fiscal year asks whether the account stays High Value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AccountPlan, Person
from cases.models import Case, Notice, NoticeKind, Task
from routing import by_hand
from routing.high_value import plans, reminding
from routing.high_value.plan_content import Touchpoint, make, restored
from tests import factories
from tests.factories import NOW, TODAY
from tests.routing.high_value import stage

NEXT_YEAR = datetime(2027, 2, 1, 8, tzinfo=UTC)
ON = TODAY + timedelta(days=10)


@pytest.fixture
def maya(triggers: None) -> Person:
    return stage.advocate(name="Maya Stone")


@pytest.fixture
def case(maya: Person) -> Case:
    return stage.high_value_case(factories.account(name="Northpeak"), maya)


def agree(case: Case, *touchpoints: tuple[date, str]) -> None:
    content = make(
        touchpoints=[Touchpoint(on=on, what="Review of usage", state=state) for on, state in touchpoints]
    )
    assert case.account_id is not None
    plans.save(account_id=case.account_id, content=content, by=case.owner, now=NOW, version=None)


def remind(days: int) -> int:
    return reminding.remind_of_touchpoints(now=NOW + timedelta(days=days))


def test_on_its_day_a_touchpoint_becomes_a_task_once(maya: Person, case: Case) -> None:
    agree(case, (ON, "planned"))
    assert remind(9) == 0
    assert remind(10) == 1
    assert [remind(days) for days in (10, 11, 30)] == [0, 0, 0]
    task = Task.objects.get()
    assert (task.person, task.what, task.due_on, task.case) == (maya, "Touchpoint: Review of usage", ON, case)
    assert Notice.objects.filter(person=maya, kind=NoticeKind.REMINDER).count() == 1


def test_one_that_no_sweep_saw_on_its_day_is_caught_up(case: Case) -> None:
    agree(case, (ON, "planned"))
    assert remind(14) == 1


def test_each_of_several_has_its_day(case: Case) -> None:
    agree(case, (ON, "planned"), (ON + timedelta(days=5), "planned"), (ON + timedelta(days=6), "skipped"))
    assert [remind(days) for days in (10, 12, 15, 16)] == [1, 0, 1, 0]


def test_what_is_done_or_skipped_reminds_nobody(case: Case) -> None:
    agree(case, (ON, "done"), (ON, "skipped"))
    assert remind(10) == 0


def test_it_goes_to_who_looks_after_the_account_then(maya: Person, case: Case) -> None:
    agree(case, (ON, "planned"))
    theo = stage.advocate()
    by_hand.hand_over(case_id=case.pk, to=theo, by=stage.manager(), reason="Leaves", now=NOW)
    remind(10)
    assert Task.objects.get().person == theo


def test_while_nobody_has_the_case_it_waits_for_who_gets_it(maya: Person, case: Case) -> None:
    agree(case, (ON, "planned"), (ON + timedelta(days=1), "planned"))
    Case.objects.filter(pk=case.pk).update(owner=None)
    assert [remind(days) for days in (10, 11)] == [0, 0]
    Case.objects.filter(pk=case.pk).update(owner=maya)
    assert [remind(days) for days in (12, 12, 13)] == [2, 0, 0]


def test_one_added_for_a_day_that_was_reminded_of_is_not_lost(case: Case) -> None:
    agree(case, (ON, "planned"))
    assert remind(10) == 1
    agree(case, (ON, "planned"), (ON, "skipped"))
    assert remind(10) == 0
    plan = AccountPlan.objects.get()
    held = restored(plan.content)
    added = make(touchpoints=[*held.touchpoints, Touchpoint(on=ON, what="Call about Duo")])
    for content in (added, replace(added, goals="Ship weekly")):
        plans.save(account_id=plan.account_id, content=content, by=case.owner, now=NOW, version=None)
        remind(10)
    agree(case, (ON, "planned"))
    assert [remind(days) for days in (10, 11)] == [0, 0]
    whats = Task.objects.order_by("id").values_list("what", flat=True)
    assert list(whats) == ["Touchpoint: Review of usage", "Touchpoint: Call about Duo"]


def test_many_plans_are_looked_at_as_one(maya: Person) -> None:
    counts = []
    for number in (1, 6):
        for _ in range(number):
            agree(stage.high_value_case(factories.account(), maya), (ON, "planned"), (ON, "planned"))
        with CaptureQueriesContext(connection) as asked:
            assert remind(10) == 2 * number
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_make_one_task(case: Case, at_once: Callable[..., list[Any]]) -> None:
    agree(case, (ON, "planned"))
    assert sum(at_once(lambda: remind(10), lambda: remind(10))) == 1
    assert Task.objects.count() == 1


# The new year


def test_the_new_year_asks_once_and_closes_nothing(maya: Person, case: Case) -> None:
    assert reminding.ask_to_renew(now=NEXT_YEAR - timedelta(days=1)) == 0
    assert reminding.ask_to_renew(now=NEXT_YEAR) == 1
    assert reminding.ask_to_renew(now=NEXT_YEAR + timedelta(days=30)) == 0
    case.refresh_from_db()
    assert (case.is_open, case.owner) == (True, maya)
    notice = Notice.objects.get(person=maya, kind=NoticeKind.REMINDER)
    assert "FY28 has begun. Nominate Northpeak again" in notice.text
    assert case.history.order_by("id").last().data == {"field": "fiscal year", "to": "FY28"}


def test_what_is_nominated_for_the_new_year_is_not_asked_for(maya: Person, case: Case) -> None:
    stage.nominate(case.account, maya, now=NEXT_YEAR)
    assert reminding.ask_to_renew(now=NEXT_YEAR) == 0


def test_where_the_tier_decides_nothing_is_asked(settings: Any, case: Case) -> None:
    settings.PLAYBOOK = "fy25"
    assert reminding.ask_to_renew(now=NEXT_YEAR) == 0
