"""Picking up what is selected."""

import re
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
    response = client.post(ADDRESS, {"case": [case.pk for case in cases[:2]]}, follow=True)
    assert "2 cases are picked up." in response.content.decode()
    picked = Case.objects.filter(picked_up_at__isnull=False)
    assert set(picked) == set(cases[:2])


def test_says_of_each_case_that_could_not_be_why(client: Client, maya: Person) -> None:
    ben = factories.person(name="Ben Adler")
    own, theirs = (
        factories.case(owner=maya, now=timezone.now()),
        factories.case(owner=ben, now=timezone.now()),
    )
    response = client.post(ADDRESS, {"case": [own.pk, theirs.pk, 999999]})
    assert f"{own.number} is picked up." in client.get("/cases/mine/").content.decode()
    assert "Ben Adler has" in said(response)[0]
    assert said(response)[1] == "Not there, or not yours to see: 1 of those selected."
    theirs.refresh_from_db()
    assert theirs.picked_up_at is None


def test_undoes_it_where_it_was_done(client: Client, maya: Person) -> None:
    case = factories.case(owner=maya, now=timezone.now())
    client.post(ADDRESS, {"case": [case.pk], "back": "/cases/mine/?tab=to_pick_up"})
    page = client.get("/cases/mine/?tab=to_pick_up").content.decode()
    address = re.search(r'action="(/cases/many/[^"]+/undo/)"', page)
    assert address, "it is offered though the list is empty now"
    response = client.post(address[1], {"back": "/cases/mine/?tab=to_pick_up"})
    assert response["Location"] == "/cases/mine/?tab=to_pick_up"
    assert said(response) == ["1 of 1 is as before."]
    assert Case.objects.get().picked_up_at is None
    assert "/undo/" not in client.get("/cases/mine/").content.decode()


def test_says_that_it_was_picked_up_before(client: Client, maya: Person) -> None:
    case = factories.case(owner=maya, now=timezone.now())
    client.post(ADDRESS, {"case": [case.pk]})
    assert said(client.post(ADDRESS, {"case": [case.pk]})) == ["What is in hand already stays so."]


def test_many_refusals_are_summed_up(client: Client, maya: Person) -> None:
    theirs = [factories.case(owner=factories.person(), now=timezone.now()) for _ in range(7)]
    told = said(client.post(ADDRESS, {"case": [case.pk for case in theirs]}))
    assert len(told) == 6
    assert told[-1] == "So it is with 2 more."


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
