"""Search: what is found, by whom, and what is not."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person, Role
from cases import searching
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya() -> Person:
    return factories.person(name="Maya Stone", initials="MS")


@pytest.mark.parametrize("words", ["SMB-{}", "smb{}", "{}", "#{}"])
def test_a_number_goes_straight_to_its_case(client: Client, maya: Person, words: str) -> None:
    case = factories.case()
    client.force_login(maya)
    response = client.get("/search/", {"q": words.format(case.pk)})
    if words.startswith("#"):
        assert response.status_code == 200
    else:
        assert response["Location"] == f"/cases/{case.pk}/"


def test_finds_by_beginnings(maya: Person) -> None:
    account = factories.account(name="Northpeak Robotics", domain="northpeak.example")
    case = factories.case(account=account, subject="Northpeak Robotics: renewal")
    nora = factories.person(name="Nora North")
    found = searching.find("nor", by=maya)
    assert (found.cases, found.accounts, found.people) == ([case], [account], [nora])
    assert searching.find("NORTHPEAK.EX", by=maya).accounts == [account]
    assert searching.find("peak", by=maya).is_empty


@pytest.mark.parametrize("words", ["%", "_", "100%", "\\", "'", '"; DROP TABLE'])
def test_signs_of_patterns_are_letters(maya: Person, words: str) -> None:
    factories.case(subject="A Duo trial")
    assert searching.find(words, by=maya).is_empty


def test_shows_nobody_more_than_their_role_sees() -> None:
    account = factories.account(name="Northpeak")
    case = factories.case(account=account, subject="Northpeak: renewal")
    factories.person(name="Nora North")
    for role in (Role.STAKEHOLDER, Role.NEW_LOGO_AE):
        assert searching.find("nor", by=factories.person(role)).is_empty
        assert searching.find(case.number, by=factories.person(role)).is_empty


def test_sales_users_and_people_who_left_are_nobody(maya: Person) -> None:
    factories.person(Role.SALES_USER, name="Sales User AMER")
    factories.person(name="Sally Gone", is_active=False)
    assert searching.find("sal", by=maya).people == []


@pytest.mark.parametrize("words", ["", "   ", "\0", "x" * 5000, "9" * 30])
def test_odd_words_are_no_trouble(client: Client, maya: Person, words: str) -> None:
    client.force_login(maya)
    assert client.get("/search/", {"q": words}).status_code == 200


def test_costs_few_queries(
    client: Client, maya: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        factories.case(subject="Northpeak: renewal")
    client.force_login(maya)
    with django_assert_max_num_queries(11):
        page: Any = client.get("/search/", {"q": "nor"})
    assert len(page.context["found"].cases) == searching.MOST
