"""The account's page and the list of accounts."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Person, Role
from tests import factories
from tests.cases.desk import text

pytestmark = pytest.mark.django_db


def get(person: Person, address: str, *, htmx: bool = False) -> HttpResponse:
    client = Client()
    client.force_login(person)
    return client.get(address, headers={"HX-Request": "true"} if htmx else {})


@pytest.fixture
def maya() -> Person:
    return factories.person()


def test_it_tells_the_facts_in_words(maya: Person) -> None:
    account = factories.account(
        name="Northpeak", region="EMEA", country="DE", carr=11900, currency="EUR", lam=40, pte=4, tier=1
    )
    factories.subscription(account, seats=42, seats_used=39, auto_renew=False)
    page = text(get(maya, f"/accounts/{account.pk}/"))
    for said in (
        "EMEA, DE",
        "€11,900",
        "40 developers",
        "4 of 5, likely",
        "No score",
        "Tier 1",
        "<b>39</b> of 42",
        "auto-renew off",
    ):
        assert said in page


def test_its_cases_stand_open_first_and_only_those_the_reader_sees(maya: Person) -> None:
    account = factories.account()
    ended = {"status": "resolved", "closed_at": factories.NOW, "resolution_action": "answered_question"}
    closed = factories.case(owner=maya, account=account, columns=ended)
    opened = factories.case(owner=maya, account=account, case_type="customer_mql")
    page = text(get(maya, f"/accounts/{account.pk}/"))
    assert page.index(opened.number) < page.index(closed.number)


def test_events_tell_what_became_of_them(maya: Person) -> None:
    account = factories.account()
    factories.event("sales.contact_requested", account)
    page = text(get(maya, f"/accounts/{account.pk}/"))
    assert "sales.contact_requested" in page
    assert "Looked at by the triggers" in page


def test_high_value_is_said(maya: Person) -> None:
    assert "High Value Account" in text(get(maya, f"/accounts/{factories.account(high_value=True).pk}/"))
    stopped = factories.account(high_value_stopped=True)
    assert "High Value stopped" in text(get(maya, f"/accounts/{stopped.pk}/"))


def test_long_lists_go_on(maya: Person) -> None:
    account = factories.account()
    contacts = [factories.contact(account, name=f"Contact no {number:02}") for number in range(12)]
    page = text(get(maya, f"/accounts/{account.pk}/"))
    assert "Contact no 11" in page
    assert "Contact no 01" not in page
    more = f"/accounts/{account.pk}/contacts/?before={contacts[2].pk}"
    assert more.rpartition("/")[0] in page
    rows = text(get(maya, more, htmx=True))
    assert "Contact no 01" in rows
    assert "<html" not in rows
    assert "<html" in text(get(maya, more))


@pytest.mark.parametrize("key", ["secrets", "cases"])
def test_lists_that_are_not_there_are_not_found(maya: Person, key: str) -> None:
    assert get(maya, f"/accounts/{factories.account().pk}/{key}/").status_code == 404


def test_a_renewals_manager_sees_the_accounts_of_their_renewals() -> None:
    manager = factories.person(Role.RENEWALS_MANAGER)
    theirs, other = factories.account(), factories.account()
    factories.opportunity(theirs, renewals_manager=manager)
    assert get(manager, f"/accounts/{theirs.pk}/").status_code == 200
    assert get(manager, f"/accounts/{other.pk}/").status_code == 404
    page = text(get(manager, "/accounts/"))
    assert theirs.name in page
    assert other.name not in page


@pytest.mark.parametrize("role", [Role.STAKEHOLDER, Role.BDR])
def test_roles_without_the_book_are_refused(role: str) -> None:
    person = factories.person(role)
    assert get(person, "/accounts/").status_code == 403
    assert get(person, f"/accounts/{factories.account().pk}/").status_code == 403


def test_the_list_is_found_by_beginnings(maya: Person) -> None:
    factories.account(name="Northpeak Robotics", domain="northpeak.example")
    factories.account(name="Tidewater Labs", domain="tide.example")
    for words in ("north", "NORTHPEAK", "northpeak.ex"):
        page = text(get(maya, f"/accounts/?q={words}"))
        assert "Northpeak Robotics" in page, words
        assert "Tidewater Labs" not in page
    assert "No account begins so." in text(get(maya, "/accounts/?q=robotics"))


def test_the_list_goes_on_in_the_order_of_names_however_many_share_one(maya: Person) -> None:
    for number in range(60):
        factories.account(name=f"Same {number // 20}")
    seen: list[str] = []
    address = "/accounts/"
    for _ in range(3):
        page = get(maya, address).content.decode()
        seen += [part.split('"')[0] for part in page.split('class="row-name" href="')[1:]]
        if "?after=" not in page:
            break
        address = "/accounts/?after=" + page.split("?after=")[1].split('"')[0].split("&")[0]
    assert len(seen) == len(set(seen)) == 60


def test_its_queries_do_not_grow(maya: Person) -> None:
    account = factories.account()
    address = f"/accounts/{account.pk}/"
    factories.event("sales.contact_requested", account)
    factories.case(account=account, owner=maya)
    get(maya, address)
    with CaptureQueriesContext(connection) as small:
        get(maya, address)
    for number in range(8):
        factories.event("sales.contact_requested", account)
        factories.contact(account)
        factories.opportunity(account)
        factories.lead(account)
        factories.case(account=account, owner=maya, case_type=f"type{number}")
    with CaptureQueriesContext(connection) as large:
        get(maya, address)
    assert len(large) <= len(small) + 1
