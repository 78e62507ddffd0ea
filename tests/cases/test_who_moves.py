"""Who may move a case where: the playbook says so, and page, API and menus keep to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from accounts import keys
from accounts.models import Person
from accounts.models.keys import Scope
from cases import case_facts, lifecycle, moves
from cases.closing import Closure
from cases.models import Case
from smbcases import playbook
from tests import factories
from tests.cases.desk import at_desk, text
from tests.factories import NOW

pytestmark = pytest.mark.django_db
NA = Closure(status="not_applicable", resolution_action="no_action_required")


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def manager() -> Person:
    return factories.person("manager", region="AMER")


@pytest.fixture
def owner(manager: Person) -> Person:
    return factories.person(manager=manager)


def test_only_its_owner_begins_the_work(owner: Person, manager: Person) -> None:
    case = factories.case(owner=owner)
    with pytest.raises(moves.NotYourMove, match="by its owner only"):
        lifecycle.set_status(case_id=case.pk, status="engaged", by=manager, now=NOW)
    with pytest.raises(lifecycle.NotYours):
        lifecycle.pick_up(case_id=case.pk, by=manager, now=NOW)
    lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)
    assert lifecycle.set_status(case_id=case.pk, status="blocked", by=manager, now=NOW).status == "blocked"


def test_who_has_no_part_in_the_case_moves_it_nowhere(owner: Person) -> None:
    case = factories.case(owner=owner)
    colleague = factories.person()
    with pytest.raises(PermissionDenied):
        lifecycle.set_status(case_id=case.pk, status="engaged", by=colleague, now=NOW)
    assert moves.open_to(colleague, case) == ()


def test_menus_offer_what_the_reader_may_do(owner: Person, manager: Person) -> None:
    case = factories.case(owner=owner)
    assert [move.key for move in case_facts.moves(case, by=manager)] == []
    assert [move.key for move in case_facts.moves(case, by=owner)] == [
        "attempting_contact",
        "blocked",
        "engaged",
    ]
    assert "move-engaged" not in text(at_desk(manager).open(case))


def test_a_team_lead_reopens_for_the_manager_and_no_more(owner: Person, manager: Person) -> None:
    lead = factories.person("team_lead", manager=manager)
    case = factories.case(owner=owner)
    lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)
    with pytest.raises(moves.NotYourMove, match="its owner, their manager or SMB Ops"):
        lifecycle.set_status(case_id=case.pk, status="blocked", by=lead, now=NOW)
    original = factories.case()
    ending = Closure(
        status="duplicate",
        resolution_action="no_action_required",
        feedback="NA",
        duplicate_of_id=original.pk,
    )
    lifecycle.close(case_id=case.pk, closure=ending, by=owner, now=NOW)
    case = Case.objects.get(pk=case.pk)
    page = text(at_desk(lead).open(case))
    assert "Reopen…" in page
    assert at_desk(lead).send(case, "reopen", reason="They rang again").status_code == 302
    case.refresh_from_db()
    assert case.is_open


def test_the_api_refuses_by_the_same_name(owner: Person, manager: Person, client: Any) -> None:
    case = factories.case(owner=owner)
    scopes = (Scope.CASES_READ, Scope.CASES_WRITE)
    _, secret = keys.create(name="Bot", scopes=scopes, acts_for=manager, now=NOW)
    answer = client.post(
        f"/api/cases/{case.number}/status",
        {"status": "engaged"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", "If-Match": "*"},
    )
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("not-your-move")


@pytest.mark.parametrize("key", playbook.keys())
def test_every_move_has_somebody_who_makes_it(key: str) -> None:
    for status in playbook.get(key).statuses.values():
        assert all(status.moves.values())
        assert all("owner" in movers for movers in status.moves.values())


def test_a_case_of_fy25_ends_as_not_applicable_and_one_of_fy26_does_not(owner: Person, settings: Any) -> None:
    settings.PLAYBOOK = "fy25"
    old = factories.case(owner=owner)
    settings.PLAYBOOK = "fy26"
    new = factories.case(owner=owner)
    assert lifecycle.close(case_id=old.pk, closure=NA, by=owner, now=NOW).status == "not_applicable"
    with pytest.raises(lifecycle.closing.NotReadyToClose):
        lifecycle.close(case_id=new.pk, closure=NA, by=owner, now=NOW)
