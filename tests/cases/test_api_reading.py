"""Cases by API, to read: the list, its filters, one case with its version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import keys
from accounts.models import Person, Role
from accounts.models.keys import Scope
from cases import lifecycle, writing
from cases.models import Priority
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def by_key(*scopes: str, acts_for: Person | None = None) -> Client:
    _, secret = keys.create(name="CRM", scopes=scopes, acts_for=acts_for, now=timezone.now())
    return Client(headers={"Authorization": f"Bearer {secret}"})


def reader() -> Client:
    return by_key(Scope.CASES_READ)


def numbers(client: Client, **query: Any) -> list[str]:
    response = client.get("/api/cases", query)
    assert response.status_code == 200, response.content
    return [case["number"] for case in response.json()["results"]]


def test_a_key_lists_cases_newest_first() -> None:
    first, second = factories.case(), factories.case()
    assert numbers(reader()) == [second.number, first.number]


def test_a_key_without_the_scope_is_refused() -> None:
    response = by_key(Scope.EVENTS_WRITE).get("/api/cases")
    assert response.status_code == 403
    assert response.headers["Content-Type"] == "application/problem+json"


def test_nobody_is_refused() -> None:
    assert Client().get("/api/cases").status_code == 401


def test_a_person_sees_what_their_pages_show(client: Client) -> None:
    ours = factories.case(department="support")
    factories.case()
    client.force_login(factories.person(Role.STAKEHOLDER, department="support"))
    assert numbers(client) == [ours.number]


def test_a_key_that_acts_for_somebody_sees_what_they_see() -> None:
    ours = factories.case(department="support")
    other = factories.case()
    key = by_key(Scope.CASES_READ, acts_for=factories.person(Role.STAKEHOLDER, department="support"))
    assert numbers(key) == [ours.number]
    assert key.get(f"/api/cases/{other.number}").status_code == 404


def test_it_continues_where_the_page_ended() -> None:
    made = [factories.case().number for _ in range(5)]
    client, seen = reader(), []
    url: str | None = "/api/cases?page_size=2"
    while url:
        page = client.get(url).json()
        seen += [case["number"] for case in page["results"]]
        url = page["next"]
    assert seen == made[::-1]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "blocked"},
        {"category": "churn"},
        {"case_type": "po_required"},
        {"priority": "high"},
        {"owner": "MAYA@example.com"},
        {"account": "A-wanted"},
        {"territory": "emea-apj"},
        {"state": "open", "status": "blocked"},
        {"opened_after": "2026-03-04T00:00:00Z"},
        {"due_before": "2026-03-03T15:00:01Z", "status": "blocked"},
    ],
)
def test_each_filter_narrows(query: dict[str, str]) -> None:
    maya = factories.person(email="maya@example.com")
    wanted = factories.case(
        owner=maya,
        account=factories.account(external_id="A-wanted"),
        case_type="po_required",
        category="churn",
        priority=Priority.HIGH,
        region="EMEA",
    )
    lifecycle.set_status(case_id=wanted.pk, status="blocked", by=maya, now=NOW)
    wanted.refresh_from_db()
    type(wanted).objects.filter(pk=wanted.pk).update(opened_at="2026-03-05T00:00:00Z", due_at=NOW)
    factories.case(owner=factories.person())
    factories.case()
    assert numbers(reader(), **query) == [wanted.number]


def test_open_closed_and_waiting_are_told_apart() -> None:
    waiting, held = factories.case(), factories.case(owner=factories.person())
    ended = {"status": "resolved", "closed_at": NOW, "resolution_action": "answered_question"}
    closed = factories.case(owner=factories.person(), columns=ended)
    assert numbers(reader(), state="open") == [held.number, waiting.number]
    assert numbers(reader(), state="waiting") == [waiting.number]
    assert numbers(reader(), state="closed") == [closed.number]


@pytest.mark.parametrize("query", [{"status": "nowhere"}, {"owner__password": "a"}, {"opened_after": "soon"}])
def test_what_is_no_filter_is_refused_and_not_ignored(query: dict[str, str]) -> None:
    response = reader().get("/api/cases", query)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["errors"][0]["pointer"].startswith(f"/{next(iter(query))}")


def test_a_case_is_found_by_number_and_by_id_with_its_version_as_etag() -> None:
    case = factories.case(context="Because")
    for name in (case.number, case.number.lower(), str(case.pk)):
        response = reader().get(f"/api/cases/{name}")
        assert response.status_code == 200, name
        assert response.headers["ETag"] == f'"{case.version}"'
        assert response.json()["context"] == "Because"


def test_it_tells_history_moves_and_what_is_missing() -> None:
    maya = factories.person(name="Maya Stone")
    case = factories.case(owner=maya)
    lifecycle.pick_up(case_id=case.pk, by=maya, now=NOW)
    told = reader().get(f"/api/cases/{case.pk}").json()
    assert told["history"][0]["sentence"] == "Maya Stone picked it up."
    assert "engaged" in told["moves"]
    contact = next(line for line in told["required_ten"] if line["key"] == "contact")
    assert (contact["done"], contact["due"]) == (False, True)


def test_a_case_that_is_not_there_is_a_problem_document() -> None:
    response = reader().get("/api/cases/SMB-999999")
    assert response.status_code == 404
    assert response.json()["type"] == "urn:smbcases:problem:not_found"


def test_the_list_takes_as_many_queries_for_fifty_as_for_one() -> None:
    client = reader()
    factories.case(owner=factories.person())
    client.get("/api/cases")
    with CaptureQueriesContext(connection) as one:
        client.get("/api/cases")
    for _ in range(10):
        factories.case(owner=factories.person())
    with CaptureQueriesContext(connection) as many:
        client.get("/api/cases")
    assert len(many) == len(one)


def test_cases_whose_touch_is_due_or_overdue() -> None:
    today = timezone.localdate()
    days = {
        "due": today,
        "overdue": today - timedelta(days=1),
        "later": today + timedelta(days=1),
        "no": None,
    }
    for name, day in days.items():
        case = factories.case(subject=name)
        writing.set_next_touches({case.pk: day})

    def subjects(**query: Any) -> list[str]:
        return sorted(case["subject"] for case in reader().get("/api/cases", query).json()["results"])

    assert subjects(touch="due") == ["due", "overdue"]
    assert subjects(touch="overdue") == ["overdue"]
    assert reader().get("/api/cases", {"touch": "soon"}).status_code == 400


def test_one_case_is_read_with_each_of_its_parts_once() -> None:
    maya = factories.person()
    case = factories.case(owner=maya)
    lifecycle.pick_up(case_id=case.pk, by=maya, now=NOW)
    client = reader()
    client.get(f"/api/cases/{case.pk}")
    with CaptureQueriesContext(connection) as asked:
        read = client.get(f"/api/cases/{case.pk}").json()
    assert (read["required_ten_share"]["due"], len(read["cadence"])) == (6, 4)
    histories = [one["sql"] for one in asked if '"cases_history"."case_id"' in one["sql"]]
    assert len(histories) == 2, "what was logged since the pick-up, and the last rows"
    assert len(asked) <= 6, [one["sql"] for one in asked]
