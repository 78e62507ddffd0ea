"""The sweep marks what has become late and brings back what was put off, once each."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import lifecycle, marking, planning, sweep
from cases.models import Case, DueKind, Notice, Verb
from cases.models.history import Actor
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def verbs(case: Case) -> list[str]:
    return list(case.history.order_by("id").values_list("verb", flat=True))


def test_nothing_due_is_one_question() -> None:
    factories.case(owner=factories.person())
    with CaptureQueriesContext(connection) as queries:
        assert sweep.sweep(now=NOW) == 0
    assert len([query for query in queries if query["sql"].startswith("SELECT")]) == 1


def test_a_pick_up_that_is_late_is_marked_once() -> None:
    case = factories.case(owner=factories.person())
    assert sweep.sweep(now=NOW + 19 * HOUR) == 0
    assert sweep.sweep(now=NOW + 24 * HOUR) == 1
    assert sweep.sweep(now=NOW + 25 * HOUR) == 0
    case.refresh_from_db()
    assert case.pick_up_missed_at == NOW + 24 * HOUR
    row = case.history.order_by("-id")[0]
    assert (row.verb, row.actor, row.data) == (Verb.OVERDUE, Actor.CLOCK, {"clock": "pick_up"})


def test_missed_in_the_queue_it_is_marked_and_told_once_whoever_takes_it(settings: Any) -> None:
    settings.PLAYBOOK = "fy25"
    case = factories.case()
    assert case.playbook == "fy25"
    sweep.sweep(now=NOW + 10 * DAY)
    ada = factories.person()
    factories.give([case], ada, now=NOW + 11 * DAY)
    assert Case.objects.get(pk=case.pk).pick_up_missed_at == NOW + 10 * DAY
    sweep.sweep(now=NOW + 11 * DAY + HOUR)
    assert case.history.filter(verb=Verb.OVERDUE, data={"clock": "pick_up"}).count() == 1
    assert not Notice.objects.filter(person=ada).exists()


def test_given_to_somebody_else_a_wait_from_the_assignment_is_missed_anew() -> None:
    case = factories.case(owner=factories.person())
    sweep.sweep(now=NOW + 24 * HOUR)
    factories.give([Case.objects.get(pk=case.pk)], factories.person(), now=NOW + 25 * HOUR)
    assert Case.objects.get(pk=case.pk).pick_up_missed_at is None
    sweep.sweep(now=NOW + 50 * HOUR)
    assert Case.objects.get(pk=case.pk).pick_up_missed_at == NOW + 50 * HOUR
    assert case.history.filter(verb=Verb.OVERDUE).count() == 2


def test_a_case_picked_up_in_time_is_never_late_for_that() -> None:
    owner = factories.person()
    case = factories.case(owner=owner)
    lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW + HOUR)
    sweep.sweep(now=NOW + 14 * DAY)
    case.refresh_from_db()
    assert case.pick_up_missed_at is None
    assert verbs(case) == [Verb.OPENED, Verb.ASSIGNED, Verb.PICKED_UP]


def test_beyond_the_limit_it_is_marked_once() -> None:
    owner = factories.person()
    case = factories.case(owner=owner)
    lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)
    assert sweep.sweep(now=NOW + 15 * DAY) == 1
    assert sweep.sweep(now=NOW + 16 * DAY) == 0
    case.refresh_from_db()
    assert case.limit_passed_at == NOW + 15 * DAY
    assert case.is_stale(now=NOW + 15 * DAY)


def test_a_case_that_waits_too_long_passes_the_limit_as_well() -> None:
    case = factories.case()
    sweep.sweep(now=NOW + 15 * DAY)
    assert verbs(case) == [Verb.OPENED, Verb.OVERDUE]


def put_off(case: Case, owner: Any) -> None:
    lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)
    planning.put_off(case_id=case.pk, until=TODAY + 30 * DAY, what="Call them in a month", by=owner, now=NOW)


def test_put_off_it_holds_no_place_and_comes_back_for_its_owner_on_the_day() -> None:
    owner = factories.person()
    case = factories.case(owner=owner)
    put_off(case, owner)
    case.refresh_from_db()
    assert (case.status, case.holds_place, case.due_kind) == ("open", False, DueKind.LATER)
    assert sweep.sweep(now=NOW + 29 * DAY) == 0
    back = datetime(2026, 4, 2, 4, 0, tzinfo=UTC)  # midnight in New York, in summer time
    assert sweep.sweep(now=back - timedelta(seconds=1)) == 0
    assert sweep.sweep(now=back) == 1
    case.refresh_from_db()
    assert (case.owner, case.meant_for, case.queued_at) == (None, owner, back), (
        "routing knows of a free place"
    )
    assert (case.deferred_until, case.picked_up_at, case.due_kind) == (None, None, DueKind.ROUTING)
    assert verbs(case)[-1] == Verb.WOKE
    assert case.limit_at is None, "the customer asked for a later date"


def test_what_takes_no_place_stays_with_its_owner() -> None:
    owner = factories.person()
    case = factories.case(owner=owner, case_type="high_value_account", category="high_value")
    put_off(case, owner)
    back = datetime(2026, 4, 2, 4, 0, tzinfo=UTC)
    sweep.sweep(now=back)
    case.refresh_from_db()
    assert (case.owner, case.due_kind, case.due_at) == (owner, DueKind.PICK_UP, back + DAY)


def test_under_fy25_it_comes_back_to_the_queue(settings: Any) -> None:
    settings.PLAYBOOK = "fy25"
    owner = factories.person(region="EMEA")
    case = factories.case(owner=owner, region="EMEA")
    put_off(case, owner)
    sweep.sweep(now=NOW + 31 * DAY)
    case.refresh_from_db()
    assert (case.owner, case.assigned_at, case.queued_at) == (None, None, NOW + 31 * DAY)
    assert Case.objects.waiting().get() == case


def test_what_was_put_off_before_it_had_an_owner_comes_back_to_the_queue() -> None:
    case = factories.case()
    ops = factories.person("ops")
    planning.put_off(case_id=case.pk, until=TODAY + DAY, what="Ask them next week", by=ops, now=NOW)
    sweep.sweep(now=NOW + 3 * DAY)
    case.refresh_from_db()
    assert (case.owner, case.assigned_at, case.due_kind) == (None, None, DueKind.ROUTING)


def test_closed_cases_are_left_alone() -> None:
    factories.case(columns={"closed_at": NOW, "resolution_action": "answered_question"})
    assert sweep.sweep(now=NOW + 90 * DAY) == 0


def test_more_than_a_batch_is_swept_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "BATCH", 3)
    factories.cases(8)
    assert sweep.sweep(now=NOW + 15 * DAY) == 8


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_mark_each_case_once() -> None:
    factories.cases(200)

    def run(job: Callable[[], int]) -> int:
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        marked = list(threads.map(run, [lambda: sweep.sweep(now=NOW + 15 * DAY)] * 3))
    assert sum(marked) == 200
    assert {len(verbs(case)) for case in Case.objects.all()} == {2}
