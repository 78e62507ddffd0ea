"""Routing by API: why, hand over, take next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from accounts.models import Person
from cases.models import Case
from routing import draining
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_why_tells_the_stored_decision() -> None:
    pool = factories.pool()
    maya, theo = factories.team(pool, 2)
    case = factories.case()
    draining.drain_all(now=NOW)
    told = signed_in(maya).get(f"/api/cases/{case.number}/why").json()
    assert told["owner"]["kind"] == "assigned"
    assert [(row["name"], row["turn"]) for row in told["owner"]["rows"]] == [(maya.name, 1), (theo.name, 2)]
    assert told["opened"] is None


def test_why_tells_what_a_waiting_case_waits_for() -> None:
    factories.member(factories.pool(), places=0)
    case = factories.case()
    draining.drain_all(now=NOW)
    told = signed_in(factories.person()).get(f"/api/cases/{case.pk}/why").json()["owner"]
    assert (told["kind"], told["rule"], told["ahead"]) == ("waiting", "nobody_free", 0)


def test_a_case_is_handed_over_by_address() -> None:
    maya, theo = factories.team(factories.pool(), 2)
    case = factories.case(owner=maya)
    response = signed_in(maya).post(
        f"/api/cases/{case.number}/hand-over",
        {"to": theo.email.upper(), "reason": "Speaks German"},
        content_type="application/json",
        headers={"If-Match": f'"{case.version}"'},
    )
    assert response.status_code == 200
    assert response.json()["owner"]["email"] == theo.email
    case.refresh_from_db()
    assert response.headers["ETag"] == f'"{case.version}"'


def test_to_nobody_known_it_is_not() -> None:
    maya = factories.person()
    case = factories.case(owner=maya)
    response = signed_in(maya).post(
        f"/api/cases/{case.number}/hand-over",
        {"to": "nobody@example.com", "reason": "Why"},
        content_type="application/json",
        headers={"If-Match": "*"},
    )
    assert response.status_code == 400
    assert response.json()["errors"] == [{"pointer": "/to", "detail": "Nobody has this address."}]


def test_where_cases_are_pushed_nothing_is_taken() -> None:
    response = signed_in(factories.person()).post("/api/cases/take-next")
    assert response.status_code == 409
    assert response.json()["type"] == "urn:smbcases:problem:cases-are-assigned"


@pytest.mark.usefixtures("_fy25")
class TestPull:
    @pytest.fixture
    def waiting(self) -> Case:
        return factories.case()

    @pytest.fixture
    def maya(self) -> Person:
        return factories.member(factories.pool("amer-apj", playbook="fy25")).person

    def test_the_next_one_is_taken(self, maya: Person, waiting: Case) -> None:
        response = signed_in(maya).post("/api/cases/take-next")
        assert response.status_code == 200
        assert response.json()["number"] == waiting.number
        assert response.headers["ETag"]

    def test_then_nothing_waits(self, maya: Person) -> None:
        assert signed_in(maya).post("/api/cases/take-next").json()["title"] == "Nothing waits in your queue"

    def test_the_page_opens_the_case_that_was_taken(self, maya: Person, waiting: Case) -> None:
        response = signed_in(maya).post("/cases/take-next/")
        assert response.status_code == 302
        assert response.url == f"/cases/{waiting.pk}/"
        again = signed_in(maya).post("/cases/take-next/", follow=True)
        assert "Nothing waits." in again.content.decode()
