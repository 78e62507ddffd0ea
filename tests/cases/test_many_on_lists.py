"""Acts on many cases from every list: search results, an account's cases, what waits for a team."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import Person, Role
from cases.models import BulkRun, Case
from routing.models import Waiting, WaitingReason
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya() -> Person:
    return factories.person(name="Maya Stone", initials="MS")


def picks(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'name="case" value="(\d+)"', page)]


def acts(page: str) -> list[str]:
    return re.findall(r'name="act" value="(\w+)"', page)


def choose_all(client: Client, page: str, act: str) -> BulkRun:
    """Tick every box and press the act's button, with the fields that the form itself sends."""
    back = re.search(r'name="back" value="([^"]*)"', page)
    assert back
    client.post("/cases/many/", {"act": act, "case": picks(page), "back": back[1].replace("&amp;", "&")})
    return BulkRun.objects.get()


def test_search_results(client: Client, maya: Person) -> None:
    cases = [factories.case(owner=maya, subject="Northpeak: renewal") for _ in range(2)]
    client.force_login(maya)
    page = client.get("/search/", {"q": "northpeak", "x": "1"}).content.decode()
    assert set(picks(page)) == {case.pk for case in cases}
    assert acts(page) == ["pick_up", "next_steps", "status", "later", "hand_over", "close"]
    run = choose_all(client, page, "pick_up")
    assert run.rows.count() == 2
    assert run.back == "/search/?q=northpeak&x=1"


def test_an_accounts_cases(client: Client, maya: Person) -> None:
    account = factories.account()
    case = factories.case(owner=maya, account=account)
    factories.case(owner=maya)
    client.force_login(maya)
    page = client.get(f"/accounts/{account.pk}/").content.decode()
    assert picks(page) == [case.pk]
    run = choose_all(client, page, "pick_up")
    assert run.back == f"/accounts/{account.pk}/#cases"
    client.post(f"/cases/many/{run.pk}/do/")
    again = client.get(f"/accounts/{account.pk}/").content.decode()
    assert f"{case.number} is picked up." in again
    client.post(f"/cases/many/{run.pk}/undo/", {"back": run.back})
    assert Case.objects.get(pk=case.pk).picked_up_at is None


def test_what_waits_for_a_team_is_handed_over_by_who_runs_it(client: Client, maya: Person) -> None:
    pool = factories.pool("amer")
    factories.member(pool, person=maya)
    manager = factories.person(Role.MANAGER, region="AMER")
    elsewhere = factories.person(Role.MANAGER, region="EMEA")
    case = factories.case()
    Waiting.objects.create(case=case, pool=pool, since=case.opened_at, reason=WaitingReason.NOBODY_FREE)
    offered = {}
    for person in (maya, manager, elsewhere, factories.person(Role.OPS)):
        client.force_login(person)
        page = client.get("/team/amer/").content.decode()
        offered[person.role, person.region] = (picks(page), acts(page))
    assert offered[Role.ADVOCATE, "AMER"] == ([], [])
    assert offered[Role.MANAGER, "AMER"] == ([case.pk], ["hand_over"])
    assert offered[Role.MANAGER, "EMEA"] == ([], [])
    client.force_login(manager)
    run = choose_all(client, client.get("/team/amer/").content.decode(), "hand_over")
    given = {"to": maya.email, "reason": "Nobody is free, and it is urgent"}
    client.post(f"/cases/many/{run.pk}/preview/", given)
    client.post(f"/cases/many/{run.pk}/do/")
    assert Case.objects.get(pk=case.pk).owner == maya
    client.post(f"/cases/many/{run.pk}/undo/")
    assert Case.objects.waiting().get() == case


@pytest.mark.parametrize("role", [Role.STAKEHOLDER, Role.RENEWALS_MANAGER])
def test_who_works_no_cases_is_offered_nothing(client: Client, role: Role) -> None:
    person = factories.person(role, department="support")
    factories.case(subject="Northpeak: renewal", filed_by_id=person.pk, department="support")
    client.force_login(person)
    page = client.get("/search/", {"q": "northpeak"}).content.decode()
    assert "Northpeak: renewal" in page
    assert (picks(page), acts(page)) == ([], [])
