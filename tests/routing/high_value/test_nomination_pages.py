"""Nominating, withdrawing and deciding on their pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Person, Role
from cases.models import Case
from routing.models import Nomination, State
from tests import factories
from tests.cases.desk import text
from tests.factories import NOW
from tests.routing.high_value import stage

pytestmark = [pytest.mark.usefixtures("triggers")]


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def maya(db: None) -> Person:
    return stage.advocate(name="Maya Stone")


@pytest.fixture
def ana(db: None) -> Person:
    return stage.manager(name="Ana Ruiz")


@pytest.fixture
def account(db: None) -> Account:
    return factories.account(name="Northpeak")


def get(person: Person, address: str, *, htmx: bool = False) -> HttpResponse:
    return _client(person).get(address, headers={"HX-Request": "true"} if htmx else {})


def post(person: Person, address: str, *, htmx: bool = False, **data: Any) -> HttpResponse:
    return _client(person).post(address, data, headers={"HX-Request": "true"} if htmx else {})


def _client(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_an_advocate_nominates_from_the_account(maya: Person, account: Account) -> None:
    assert "Nominate as High Value…" in text(get(maya, f"/accounts/{account.pk}/"))
    form = text(get(maya, f"/accounts/{account.pk}/nominate/"))
    assert "You have 50 of 50 nominations left" in form
    assert "Licence growth potential" in form
    given = {"criteria": ["license_growth", "top_50"], "why": "Two more teams join."}
    response = post(maya, f"/accounts/{account.pk}/nominate/", **given)
    assert (response.status_code, response.url) == (302, f"/accounts/{account.pk}/")
    assert Nomination.objects.get().criteria == ["license_growth", "top_50"]
    page = text(get(maya, f"/accounts/{account.pk}/"))
    assert "nominated it for FY27; it waits for a" in page
    assert "Nominate as High Value…" not in page


def test_in_a_sheet_it_leads_back_to_where_it_was_opened(maya: Person, account: Account) -> None:
    case = factories.case(owner=maya, account=account)
    address = f"/accounts/{account.pk}/nominate/"
    assert f"{address}?back=/cases/{case.pk}/" in text(get(maya, f"/cases/{case.pk}/"))
    sheet = text(get(maya, f"{address}?back=/cases/{case.pk}/", htmx=True))
    assert "<html" not in sheet
    assert f'value="/cases/{case.pk}/"' in sheet
    given = {"criteria": ["top_50"], "why": "Growing fast.", "back": f"/cases/{case.pk}/"}
    assert post(maya, address, htmx=True, **given).headers["HX-Redirect"] == f"/cases/{case.pk}/"
    Nomination.objects.all().delete()
    away = {**given, "back": "https://elsewhere.example/"}
    assert post(maya, address, htmx=True, **away).headers["HX-Redirect"] == f"/accounts/{account.pk}/"


@pytest.mark.parametrize("htmx", [False, True])
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    maya: Person, account: Account, htmx: bool
) -> None:
    response = post(maya, f"/accounts/{account.pk}/nominate/", htmx=htmx, why="Two more teams join.")
    assert response.status_code == 422
    assert "Choose at least one criterion" in text(response)
    assert "Two more teams join." in text(response)


def test_what_cannot_be_nominated_says_why(maya: Person) -> None:
    stopped = factories.account(high_value_stopped=True)
    assert "because the customer will leave" in text(get(maya, f"/accounts/{stopped.pk}/nominate/"))
    given = {"criteria": ["top_50"], "why": "All the same."}
    response = post(maya, f"/accounts/{stopped.pk}/nominate/", **given)
    assert response.status_code == 422
    assert "because the customer will leave" in text(response)


def test_the_advocate_s_own_list_counts_and_withdraws(maya: Person, account: Account) -> None:
    nomination = stage.nominate(account, maya)
    stage.nominate(factories.account(name="Elsewhere"), stage.advocate())
    page = text(get(maya, "/high-value/nominations/"))
    assert "<b>1</b> of 50" in page
    assert "Northpeak" in page
    assert "Elsewhere" not in page
    assert post(maya, f"/high-value/nominations/{nomination.pk}/withdraw/").status_code == 302
    assert Nomination.objects.get(pk=nomination.pk).state == State.WITHDRAWN
    assert "Withdrawn" in text(get(maya, "/high-value/nominations/"))


def test_another_s_is_not_there_to_withdraw(maya: Person, account: Account) -> None:
    nomination = stage.nominate(account, maya)
    assert post(stage.advocate(), f"/high-value/nominations/{nomination.pk}/withdraw/").status_code == 404
    assert get(maya, f"/high-value/nominations/{nomination.pk}/withdraw/").status_code == 405


def test_a_manager_approves(maya: Person, ana: Person, account: Account) -> None:
    nomination = stage.nominate(account, maya)
    page = text(get(ana, "/high-value/nominations/"))
    assert "Northpeak" in page
    assert "Licence growth potential" in page
    address = f"/high-value/nominations/{nomination.pk}/decide/"
    assert "Two more teams join." in text(get(ana, address, htmx=True))
    response = post(ana, address, decision="approve", reason="")
    assert (response.status_code, response.url) == (302, "/high-value/nominations/")
    assert Case.objects.get().case_type == "high_value_account"
    assert "Approved" in text(get(ana, "/high-value/nominations/"))


def test_declining_asks_for_a_reason(maya: Person, ana: Person, account: Account) -> None:
    address = f"/high-value/nominations/{stage.nominate(account, maya).pk}/decide/"
    assert "Say why it is declined" in text(post(ana, address, htmx=True, decision="decline"))
    assert post(ana, address, htmx=True, decision="decline", reason="Too small.").status_code == 200
    assert "Too small." in text(get(maya, "/high-value/nominations/"))


def test_a_refusal_is_said_in_the_form(maya: Person, ana: Person, account: Account) -> None:
    nomination = stage.nominate(account, maya)
    stage.approve(nomination, ana)
    response = post(ana, f"/high-value/nominations/{nomination.pk}/decide/", decision="approve")
    assert response.status_code == 422
    assert "Ana Ruiz has approved Northpeak" in text(response)


def test_a_manager_of_another_territory_sees_none(maya: Person, account: Account) -> None:
    nomination, far = stage.nominate(account, maya), stage.manager(region="EMEA")
    assert "Northpeak" not in text(get(far, "/high-value/nominations/"))
    assert get(far, f"/high-value/nominations/{nomination.pk}/decide/").status_code == 404


@pytest.mark.parametrize("role", [Role.STAKEHOLDER, Role.RENEWALS_MANAGER, Role.BDR])
def test_other_roles_are_refused(role: str, account: Account) -> None:
    person = factories.person(role)
    assert get(person, "/high-value/nominations/").status_code == 403
    assert get(person, "/high-value/").status_code == 403
    assert get(person, f"/accounts/{account.pk}/nominate/").status_code == 403


def test_the_list_costs_the_same_however_long(maya: Person, ana: Person) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            get(ana, "/high-value/nominations/")
        return len(queries)

    stage.nominate(factories.account(), maya)
    count()
    few = count()
    for _ in range(6):
        stage.nominate(factories.account(), maya)
        stage.approve(stage.nominate(factories.account(), maya), ana)
    assert count() <= few


# One's High Value Accounts


def test_the_desk_shows_what_is_next_in_each(maya: Person, account: Account) -> None:
    stage.high_value_case(account, maya)
    factories.activity(account)
    factories.subscription(account)
    page = text(get(maya, "/high-value/"))
    for said in ("1 account, FY27", "Northpeak", "none agreed", "No plan yet", "1 Sep 2026"):
        assert said in page, said
    assert "Northpeak" not in text(get(stage.advocate(), "/high-value/"))
    assert "Maya Stone" in text(get(stage.manager(), "/high-value/"))
    assert "Northpeak" not in text(get(stage.manager(region="EMEA"), "/high-value/"))


def test_the_desk_costs_the_same_however_many(maya: Person) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            get(maya, "/high-value/")
        return len(queries)

    stage.high_value_case(factories.account(), maya)
    count()
    few = count()
    for _ in range(4):
        stage.high_value_case(factories.account(), maya)
    assert count() <= few
