"""All cases: each role sees its own part of them, narrowed by owner, territory and the queue."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person, Role
from cases.models import Case
from tests import factories

pytestmark = pytest.mark.django_db


def listed(client: Client, person: Person, query: str = "") -> list[Case]:
    client.force_login(person)
    return list(client.get(f"/cases/?{query}").context["listing"].rows)


def test_newest_come_first(client: Client) -> None:
    cases = [factories.case() for _ in range(3)]
    assert listed(client, factories.person()) == cases[::-1]
    assert listed(client, factories.person(), "sort=oldest") == cases


def test_a_stakeholder_sees_what_their_department_filed(client: Client) -> None:
    sam = factories.person(Role.STAKEHOLDER, department="support")
    own = factories.case(filed_by_id=sam.pk)
    ours = factories.case(department="support")
    factories.case(department="partner"), factories.case()
    assert set(listed(client, sam)) == {own, ours}
    assert "Cases we filed" in client.get("/cases/").content.decode()


def test_a_renewals_manager_sees_the_renewals(client: Client) -> None:
    account = factories.account()
    renewal = factories.case(account=account, opportunity_id=factories.opportunity(account).pk)
    factories.case()
    assert listed(client, factories.person(Role.RENEWALS_MANAGER)) == [renewal]


def test_a_manager_narrows_by_owner_territory_and_queue(client: Client) -> None:
    boss, maya = factories.person(Role.MANAGER), factories.person(name="Maya Stone")
    hers, waiting, far = factories.case(owner=maya), factories.case(), factories.case(region="EMEA")
    lost = factories.case(region="")
    assert listed(client, boss, f"owner={maya.pk}") == [hers]
    assert listed(client, boss, "territory=emea-apj") == [far]
    assert listed(client, boss, "territory=unknown") == [lost]
    assert set(listed(client, boss, "tab=waiting&territory=amer")) == {waiting}


@pytest.mark.parametrize("owner", ["x", "0", "-1", "9" * 40])
def test_an_owner_that_nobody_is_is_left_out(client: Client, owner: str) -> None:
    case = factories.case()
    assert listed(client, factories.person(), f"owner={owner}") == [case]


def test_nobody_is_named_who_works_no_cases(client: Client) -> None:
    factories.case(department="support")
    client.force_login(factories.person("stakeholder", department="support"))
    rep = factories.person("bdr", name="Ben Hunter")
    for name in ("owner", "team", "handed_by", "handed_to"):
        page = client.get("/cases/", {name: str(rep.pk)})
        assert len(page.context["listing"].notes) == 1
        assert "Ben Hunter" not in page.content.decode()


def test_who_had_cases_and_changed_roles_can_still_be_asked_for(client: Client) -> None:
    rep = factories.person("bdr")
    case = factories.case(owner=rep)
    assert listed(client, factories.person(), f"owner={rep.pk}") == [case]


@pytest.mark.parametrize(
    "query",
    ["resolution=no_action_required", "closed_as=resolved", "idle=yes", "target=kept", "origin=trigger"],
)
def test_a_filter_that_no_index_answers_leaves_out_what_was_closed_long_ago(
    client: Client, query: str
) -> None:
    now = timezone.now()
    old, new = (factories.case(now=now - timedelta(days=days)) for days in (500, 20))
    for case, days in ((old, 400), (new, 15)):
        Case.objects.filter(pk=case.pk).update(
            closed_at=now - timedelta(days=days), status="resolved", resolution_action="no_action_required"
        )
    boss = factories.person("manager")
    Case.objects.update(target_at=now + timedelta(days=1))
    long_ago = "closed_from=2020-01-01T00:00:00Z"
    for tab in ("closed", "all"):
        assert listed(client, boss, f"tab={tab}&{query}") == [new]
        page = client.get(f"/cases/?tab={tab}&{query}")
        assert page.context["listing"].notes == [
            "Where no days are named, these are open cases and those closed in the last 12 months."
        ]
        assert set(listed(client, boss, f"tab={tab}&{query}&{long_ago}")) == {old, new}
        assert set(listed(client, boss, f"tab={tab}")) == {old, new}


@pytest.mark.parametrize("role", [Role.NEW_LOGO_AE, Role.BDR, Role.NEW_LOGO_ASM])
def test_other_roles_stay_outside(client: Client, role: str) -> None:
    client.force_login(factories.person(role))
    assert client.get("/cases/").status_code == 403


@pytest.mark.parametrize("cases", [1, 30])
def test_costs_the_same_queries_for_any_number(
    client: Client, cases: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    maya = factories.person()
    client.force_login(maya)
    for _ in range(cases):
        factories.case(owner=maya)
    with django_assert_max_num_queries(10):
        client.get("/cases/")


def test_the_list_picks_nothing_up_at_once(client: Client, settings: Any) -> None:
    factories.case()
    client.force_login(factories.person())
    assert "data-pick-up" not in client.get("/cases/").content.decode()
