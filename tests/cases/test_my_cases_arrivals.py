"""What an open page is told every two seconds."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from cases import lifecycle
from cases.models import Case
from tests import factories

pytestmark = pytest.mark.django_db
Get = Callable[..., Any]


@pytest.fixture
def maya() -> Person:
    return factories.person()


@pytest.fixture
def get(client: Client, maya: Person) -> Get:
    client.force_login(maya)
    return client.get


def mine(maya: Person, **fields: Any) -> Case:
    return factories.case(owner=maya, now=timezone.now() - timedelta(minutes=1), **fields)


def test_nothing_new_is_an_empty_answer_in_one_query_beside_the_session(
    get: Get, maya: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    mine(maya)
    poll = get("/cases/mine/").context["poll"]
    with django_assert_num_queries(3):  # the session, its person, the counts
        response = get(poll)
    assert (response.status_code, response.content) == (204, b"")


def test_a_new_case_comes_as_a_row_with_the_counts(get: Get, maya: Person) -> None:
    mine(maya)
    poll = get("/cases/mine/").context["poll"]
    fresh = factories.case(owner=maya, now=timezone.now())
    response = get(poll)
    assert response.context["fresh"] == [fresh]
    assert "Just in" in response.content.decode()
    assert get(response.context["poll"]).status_code == 204


def test_a_change_without_a_new_case_moves_the_counts_alone(get: Get, maya: Person) -> None:
    case = mine(maya)
    poll = get("/cases/mine/").context["poll"]
    lifecycle.pick_up(case_id=case.pk, by=maya, now=timezone.now())
    response = get(poll)
    assert response.status_code == 200
    assert response.context["fresh"] == []


def test_a_case_outside_the_view_is_counted_and_not_shown(get: Get, maya: Person) -> None:
    mine(maya, priority=3)
    poll = get("/cases/mine/?priority=high").context["poll"]
    factories.case(owner=maya, now=timezone.now(), priority=1)
    assert get(poll).context["fresh"] == []


def test_a_later_page_gets_no_rows(get: Get, maya: Person) -> None:
    factories.give(factories.cases(30), maya, now=timezone.now())
    later = get("/cases/mine/").context["listing"].next
    poll = get(later).context["poll"]
    factories.case(owner=maya, now=timezone.now() + timedelta(seconds=1))
    response = get(poll)
    assert response.context["fresh"] == []


def test_an_empty_page_gets_the_whole_list(get: Get, maya: Person) -> None:
    poll = get("/cases/mine/").context["poll"]
    fresh = factories.case(owner=maya, now=timezone.now())
    response = get(poll)
    assert response["HX-Retarget"] == "#case-list"
    assert fresh.number in response.content.decode()


@pytest.mark.parametrize("query", ["", "?mark=x&since=x&rows=x", "?rows=first&since=2026-99-99T00:00:00Z"])
def test_a_poll_of_ones_own_making_does_no_harm(get: Get, maya: Person, query: str) -> None:
    mine(maya)
    assert get(f"/cases/mine/arrivals/{query}").status_code == 200


def test_who_is_signed_out_is_sent_to_sign_in(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/cases/mine/?tab=later"}
    response = client.get("/cases/mine/arrivals/", headers=headers, follow=True)
    assert response["HX-Redirect"].startswith("/sign-in/?next=http")
