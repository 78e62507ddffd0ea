"""The book by API, to read."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Role
from accounts.models.keys import Scope
from tests import factories
from tests.accounts.sending import bearer, secret_of

pytestmark = pytest.mark.django_db


def test_an_account_with_what_hangs_on_it(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    headers = bearer(secret_of(Scope.ACCOUNTS_READ))
    held = factories.account(external_id="001/A", name="Acme", carr="8200.50")
    factories.contact(held, external_id="C")
    factories.opportunity(held, external_id="O")
    factories.subscription(held, external_id="S")
    client.get("/api/accounts", headers=headers)
    with django_assert_num_queries(5):
        told = client.get("/api/accounts/001%2FA", headers=headers).json()
    assert (told["external_id"], told["name"], told["carr"], told["owner"]) == (
        "001/A",
        "Acme",
        "8200.50",
        None,
    )
    assert [told[kind][0]["external_id"] for kind in ("contacts", "opportunities", "subscriptions")] == [
        "C",
        "O",
        "S",
    ]


def test_the_list_costs_the_same_for_any_number(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    headers = bearer(secret_of(Scope.ACCOUNTS_READ))
    for number in range(3):
        factories.account(external_id=str(number), region="EMEA", name=f"Acme {number}")
    factories.account(region="AMER", name="Other")
    client.get("/api/accounts", headers=headers)
    with django_assert_num_queries(2):
        page = client.get("/api/accounts", {"region": "EMEA", "name": "acme"}, headers=headers).json()
    assert [line["external_id"] for line in page["results"]] == ["2", "1", "0"]


def test_a_renewals_manager_sees_the_accounts_of_their_renewals(client: Client) -> None:
    manager = factories.person(Role.RENEWALS_MANAGER)
    theirs, other = factories.account(external_id="T"), factories.account(external_id="O")
    factories.opportunity(theirs, renewals_manager=manager)
    factories.opportunity(other)
    client.force_login(manager)
    assert [line["external_id"] for line in client.get("/api/accounts").json()["results"]] == ["T"]
    assert client.get("/api/accounts/T").status_code == 200
    assert client.get("/api/accounts/O").status_code == 404


@pytest.mark.parametrize(("role", "status"), [(Role.ADVOCATE, 200), (Role.STAKEHOLDER, 403), (Role.BDR, 403)])
def test_roles_that_see_the_book_see_it(client: Client, role: Role, status: int) -> None:
    client.force_login(factories.person(role))
    assert client.get("/api/accounts").status_code == status


def test_nothing_is_changed_here(client: Client) -> None:
    headers = bearer(secret_of(Scope.ACCOUNTS_READ))
    assert (
        client.post("/api/accounts", {}, content_type="application/json", headers=headers).status_code == 405
    )
