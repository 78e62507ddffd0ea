"""Two who act on the same cases at the same moment: nobody waits for the other in a ring, nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts.models import Person
from cases.many import running, selecting, undoing
from cases.models import BulkRun, Case, History, Verb
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db(transaction=True)
STEP = {"what": "Send the quote for 40 seats", "on": TODAY.isoformat()}
RESOLVED = {"status": "resolved", "resolution_action": "no_action_required", "feedback": "NA"}


@pytest.fixture
def maya() -> Person:
    return factories.person(name="Maya Stone", initials="MS")


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    def run(job: Callable[[], Any]) -> Any:
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as threads:
        return [future.result(timeout=120) for future in [threads.submit(run, job) for job in jobs]]


def preview(act: str, cases: list[Case], by: Person, given: dict[str, Any]) -> BulkRun:
    chosen = selecting.ticked([case.pk for case in cases], by=by)
    run = running.choose(act=act, chosen=chosen, by=by, now=NOW)
    return running.preview(run_id=run.pk, given=given, by=by, now=NOW)


def test_two_runs_over_the_same_cases(maya: Person) -> None:
    manager = factories.person("manager", region="AMER")
    cases = [factories.case(owner=maya) for _ in range(12)]
    runs = [preview("next_steps", cases, maya, STEP), preview("next_steps", cases[::-1], manager, STEP)]
    at_once(*[lambda run=run: running.carry_out(run_id=run.pk, by=run.by, now=NOW) for run in runs])
    done = [set(run.rows.filter(verdict="goes").values_list("case", flat=True)) for run in runs]
    assert sorted(map(len, done)) == [0, 12]
    refused = {row.refusal for run in runs for row in run.rows.filter(verdict="refused")}
    assert refused == {"stale-case"}
    assert History.objects.filter(verb=Verb.NEXT_STEPS).count() == 12


def test_one_run_sent_twice(maya: Person) -> None:
    run = preview("pick_up", [factories.case(owner=maya) for _ in range(3)], maya, {})
    at_once(*[lambda: running.carry_out(run_id=run.pk, by=maya, now=NOW)] * 2)
    at_once(*[lambda: undoing.undo(run_id=run.pk, by=maya, now=NOW)] * 2)
    assert History.objects.filter(verb=Verb.PICKED_UP).count() == 3
    assert History.objects.filter(verb=Verb.UNDONE).count() == 3


def test_cases_of_one_opportunity_closed_by_two(maya: Person) -> None:
    """Each closes a case of both opportunities; each opportunity is closed once."""
    accounts = [factories.account() for _ in range(2)]
    deals = [factories.opportunity(account) for account in accounts]
    people = [maya, factories.person(name="Ben Adler")]
    given = {**RESOLVED, "opportunity": "lost", "lost_reason": "Too dear"}
    runs = []
    for person, kind in zip(people, ("duo_trial_started", "po_required"), strict=True):
        cases = [
            factories.case(
                owner=person,
                account=deal.account,
                case_type=kind,
                opportunity_id=deal.pk,
                contact_id=factories.contact(deal.account).pk,
            )
            for deal in deals
        ]
        running.at_once(
            act="pick_up", chosen=selecting.ticked([case.pk for case in cases], by=person), by=person, now=NOW
        )
        runs.append(preview("close", cases[:: 1 if person is maya else -1], person, given))
    at_once(*[lambda run=run: running.carry_out(run_id=run.pk, by=run.by, now=NOW) for run in runs])
    assert Case.objects.closed().count() == 4
    closed_by = [row.beside["opportunity"]["id"] for run in runs for row in run.rows.all() if row.beside]
    assert sorted(closed_by) == sorted(deal.pk for deal in deals)


def test_an_undo_while_another_case_opens_for_the_same_reason(maya: Person) -> None:
    case = factories.case(owner=maya)
    contact = factories.contact(case.account)
    Case.objects.filter(pk=case.pk).update(contact=contact)
    picked = preview("pick_up", [case], maya, {})
    running.carry_out(run_id=picked.pk, by=maya, now=NOW)
    run = preview("close", [case], maya, RESOLVED)
    running.carry_out(run_id=run.pk, by=maya, now=NOW)
    at_once(
        lambda: undoing.undo(run_id=run.pk, by=maya, now=NOW),
        lambda: factories.cases(1, account_id=case.account_id),
    )
    assert Case.objects.open().count() == 1, "the one or the other"
