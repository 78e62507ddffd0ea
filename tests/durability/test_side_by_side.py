"""Every task may run twice, late and side by side: what it comes to is what it comes to once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts import receiving
from accounts.models import Event
from accounts.tasks import apply_events
from cases.models import Case, History
from cases.tasks import sweep_clocks
from routing import roster
from routing.models import Assignment, BookPass, Member
from routing.tasks import drain_pools, evaluate_events, look_at_the_book
from routing.triggers import catalogue
from tests import factories
from tests.durability import story

Task = Callable[[], Any]
pytestmark = [pytest.mark.durability, pytest.mark.django_db(transaction=True)]


def run(tasks: Sequence[Task]) -> None:
    """Each in a thread with a connection of its own, all let go at the same moment."""
    gate, failures = threading.Barrier(len(tasks)), []

    def one(task: Task) -> None:
        gate.wait()
        try:
            task()
        except Exception as error:  # noqa: BLE001  told to the test below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.fixture
def staffed() -> None:
    catalogue.load()
    roster.enroll([factories.person(region=region) for region in ("AMER", "EMEA") for _ in range(5)])
    Member.objects.update(places=300)


def receive(mark: str) -> None:
    """The story, as it was pushed while no worker was up."""
    events = story.tell(mark)
    for start in range(0, len(events), 500):
        receiving.receive(events[start : start + 500], now=timezone.now())


def cases_of(mark: str) -> list[tuple[str, str, str]]:
    found = Case.objects.filter(account__external_id__startswith=mark)
    rows = found.values_list("account__external_id", "case_type", "opportunity__external_id")
    return sorted((who.removeprefix(mark), kind, (of or "").removeprefix(mark)) for who, kind, of in rows)


def not_once() -> QuerySet[Case]:
    """Cases that were opened, assigned, or told of, another number of times than one."""
    opened = Count("history", filter=Q(history__verb="opened"), distinct=True)
    counted = Case.objects.annotate(opened=opened, given=Count("assignments", distinct=True))
    return counted.exclude(opened=1, given=1, owner__isnull=False)


def spread_of_turns() -> int:
    """The difference between who had most turns and who had fewest, in the pool where it is largest."""
    pools: dict[int, list[int]] = {}
    members = Member.objects.filter(pool__playbook="fy26")
    for pool, person in members.values_list("pool_id", "person_id"):
        pools.setdefault(pool, []).append(Assignment.objects.filter(person=person).count())
    return max(max(turns) - min(turns) for turns in pools.values())


def test_one_after_the_other_three_at_a_time(staffed: None):
    receive("once-")
    for task in (apply_events, evaluate_events, drain_pools):
        task()
    receive("thrice-")

    for task in (apply_events, evaluate_events, drain_pools):
        run([task] * 3)

    assert cases_of("thrice-") == cases_of("once-") != []
    assert not not_once().exists()
    assert spread_of_turns() <= 1
    assert not Event.objects.filter(
        Q(evaluated_at__isnull=True) | Q(outcome__in=["received", "waiting"])
    ).exists()


def test_all_at_once_until_nothing_is_left(staffed: None):
    receive("once-")
    for task in (apply_events, evaluate_events, drain_pools):
        task()
    receive("mixed-")

    for _ in range(3):
        run([apply_events, evaluate_events, drain_pools] * 3)

    assert cases_of("mixed-") == cases_of("once-")
    assert not not_once().exists()
    assert spread_of_turns() <= 1


def test_the_look_at_the_book_is_taken_once_a_day(staffed: None):
    today = datetime.now(tz=UTC).date()
    for _ in range(20):
        customer = factories.account()
        factories.opportunity(customer, po_required=True, close_on=today + timedelta(days=60))

    run([look_at_the_book] * 3)
    look_at_the_book()
    run([drain_pools] * 3)

    assert Case.objects.filter(case_type="po_required").count() == 20
    assert not not_once().exists()
    passes = BookPass.objects.values("trigger").annotate(number=Count("id"))
    assert {one["number"] for one in passes} == {1}


def test_a_clock_that_has_passed_is_marked_once(staffed: None):
    owner = factories.person()
    factories.give(factories.cases(30), owner)
    Case.objects.update(alert_at=timezone.now() - timedelta(hours=1))

    run([sweep_clocks] * 3)

    told = History.objects.filter(verb="overdue").values("case", "data__clock").annotate(number=Count("id"))
    assert len({one["case"] for one in told}) == 30
    assert {one["number"] for one in told} == {1}
