"""Two people who name the same account or opportunity at the same moment, or reopen what was about it: one does, the
other is told why not."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.models import Person
from cases import details, lifecycle, moves
from cases.models import Case
from cases.moves import IllegalMove
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)

CLOSED = {"status": "resolved", "resolution_action": "answered_question", "closed_at": NOW}


@pytest.fixture
def ops() -> Person:
    return factories.person("ops")


@pytest.fixture(autouse=True)
def _both_look_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody writes before both have looked and found nothing."""
    both, look = Barrier(2, timeout=60), moves.check_no_other_open
    looked: set[int] = set()

    def look_and_wait(case: Case, **there: Any) -> None:
        look(case, **there)
        if case.pk not in looked:
            looked.add(case.pk)
            both.wait()

    monkeypatch.setattr(moves, "check_no_other_open", look_and_wait)


def at_once(cases: list[Case], act: Callable[[Case], Case]) -> list[str]:
    """What became of each: named, or the words of the refusal."""

    def tried(case: Case) -> str:
        try:
            act(case)
        except IllegalMove as refusal:
            return refusal.detail
        finally:
            connection.close()
        return "named"

    with ThreadPoolExecutor(2) as threads:
        return sorted(threads.map(tried, cases))


def test_naming_the_same_account(ops: Person) -> None:
    account = factories.account()
    cases = factories.cases(2, region="")

    def name(case: Case) -> Case:
        return details.set_account(case_id=case.pk, account=account, by=ops, now=NOW)

    refusal, named = at_once(cases, name)
    assert named == "named"
    assert refusal.endswith("is open for the same reason; work that one.")
    assert Case.objects.filter(account=account).count() == 1


def test_linking_the_same_opportunity(ops: Person) -> None:
    account = factories.account()
    opportunity, others = factories.opportunity(account), [factories.opportunity(account) for _ in range(2)]
    cases = [factories.case(account=account, opportunity_id=other.pk) for other in others]

    def link(case: Case) -> Case:
        return details.link_opportunity(case_id=case.pk, opportunity=opportunity, by=ops, now=NOW)

    refusal, named = at_once(cases, link)
    assert named == "named"
    assert refusal.endswith("is open for the same reason; work that one.")
    assert Case.objects.filter(opportunity=opportunity).count() == 1


def test_reopening_two_that_were_about_the_same(ops: Person) -> None:
    account, cases = factories.account(), []
    for _ in range(2):
        cases.append(factories.case(account=account))
        Case.objects.filter(pk=cases[-1].pk).update(**CLOSED)

    def reopen(case: Case) -> Case:
        return lifecycle.reopen(case_id=case.pk, reason="They asked again", by=ops, now=NOW)

    refusal, done = at_once(cases, reopen)
    assert done == "named"
    assert refusal.startswith("SMB-")
    assert refusal.endswith("is open for the same reason; work that one.")
    assert Case.objects.open().filter(account=account).count() == 1
