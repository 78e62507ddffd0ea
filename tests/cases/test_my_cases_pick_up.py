"""Picking up what is selected."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from cases.models import Case
from tests import factories

pytestmark = pytest.mark.django_db
ADDRESS = "/cases/mine/pick-up/"


@pytest.fixture
def maya(client: Client) -> Person:
    person = factories.person()
    client.force_login(person)
    return person


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_picks_up_all_that_is_selected(client: Client, maya: Person) -> None:
    cases = [factories.case(owner=maya, now=timezone.now()) for _ in range(3)]
    response = client.post(ADDRESS, {"case": [case.pk for case in cases[:2]]})
    assert said(response) == ["2 cases are picked up."]
    picked = Case.objects.filter(picked_up_at__isnull=False)
    assert set(picked) == set(cases[:2])


def test_says_of_each_case_that_could_not_be_why(client: Client, maya: Person) -> None:
    ben = factories.person(name="Ben Adler")
    own, theirs = (
        factories.case(owner=maya, now=timezone.now()),
        factories.case(owner=ben, now=timezone.now()),
    )
    response = client.post(ADDRESS, {"case": [own.pk, theirs.pk, 999999]})
    assert said(response)[0] == f"{own.number} is picked up."
    assert "Ben Adler has" in said(response)[1]
    assert "There is no such case" in said(response)[2]
    theirs.refresh_from_db()
    assert theirs.picked_up_at is None


def test_asks_for_a_selection(client: Client, maya: Person) -> None:
    assert said(client.post(ADDRESS, {"case": ["x", ""]})) == ["Choose the cases to pick up first."]


def test_comes_back_to_the_view_it_was_done_in(client: Client, maya: Person) -> None:
    response = client.post(ADDRESS, {"back": "/cases/mine/?tab=to_pick_up"})
    assert response["Location"] == "/cases/mine/?tab=to_pick_up"


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_never_leads_elsewhere(client: Client, maya: Person, back: str) -> None:
    assert client.post(ADDRESS, {"back": back})["Location"] == "/cases/mine/"


def test_refuses_get_and_other_roles(client: Client, maya: Person) -> None:
    assert client.get(ADDRESS).status_code == 405
    client.force_login(factories.person("stakeholder"))
    assert client.post(ADDRESS).status_code == 403
