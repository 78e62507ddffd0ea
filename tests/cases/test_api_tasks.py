"""Tasks by API: one's own, by key or session, with ETags."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from accounts import keys
from accounts.models import Person
from accounts.models.keys import Scope
from cases import lifecycle
from cases.agenda import tasks
from cases.agenda.tasks import Plan
from cases.models import Task
from tests import factories

pytestmark = pytest.mark.django_db
JSON = "application/json"
TODAY = timezone.localdate()


@pytest.fixture
def maya() -> Person:
    return factories.person()


def client_of(person: Person | None, *scopes: str) -> Client:
    _, secret = keys.create(name="Reader", scopes=scopes or Scope.values, acts_for=person, now=timezone.now())
    return Client(headers={"Authorization": f"Bearer {secret}"})


def task(person: Person, what: str = "Ask Jonas") -> Task:
    return tasks.add(plan=Plan(what=what, due_on=TODAY), by=person, now=timezone.now())


ANY = {"If-Match": "*"}


def send(client: Client, method: str, url: str, body: Any = None, **headers: str) -> Any:
    return client.generic(method, url, _encoded(body), content_type=JSON, headers=headers)


def _encoded(body: Any) -> bytes:
    return b"" if body is None else orjson.dumps(body)


def test_one_is_kept_read_changed_ticked_and_deleted(maya: Person) -> None:
    client = client_of(maya)
    case = factories.case(owner=maya)
    made = send(client, "POST", "/api/tasks", {"what": "Call", "due_on": "2026-11-24", "case": case.number})
    assert made.status_code == 201
    url = f"/api/tasks/{made.json()['id']}"
    assert client.get(url).json()["case"] == case.number
    changed = send(client, "PATCH", url, {"due_on": "2026-12-01"}, **{"If-Match": made["ETag"]})
    assert (changed.json()["due_on"], changed.json()["what"]) == ("2026-12-01", "Call")
    assert send(client, "POST", f"{url}/done", {"done": True}, **ANY).json()["done_at"]
    assert send(client, "DELETE", url, **ANY).status_code == 204
    assert client.get(url).status_code == 404


def test_an_older_state_is_not_changed(maya: Person) -> None:
    client, kept = client_of(maya), task(maya)
    url = f"/api/tasks/{kept.pk}"
    seen = client.get(url)["ETag"]
    assert send(client, "PATCH", url, {"what": "Call"}, **ANY).status_code == 200
    stale = send(client, "PATCH", url, {"what": "Write"}, **{"If-Match": seen})
    assert (stale.status_code, stale.json()["title"]) == (412, "The task has changed since you read it")
    assert send(client, "DELETE", url, **{"If-Match": "that one"}).status_code == 400


def test_the_list_is_narrowed_and_continues_where_it_ended(maya: Person) -> None:
    client = client_of(maya)
    first, second, done = task(maya, "1"), task(maya, "2"), task(maya, "3")
    tasks.set_done(task_id=done.pk, done=True, by=maya, now=timezone.now())
    task(factories.person())
    page = client.get("/api/tasks", {"page_size": "1"}).json()
    assert [one["id"] for one in page["results"]] == [second.pk]
    assert [one["id"] for one in client.get(page["next"]).json()["results"]] == [first.pk]
    assert [one["id"] for one in client.get("/api/tasks?state=done").json()["results"]] == [done.pk]
    assert client.get("/api/tasks?state=mine").status_code == 400


def test_anothers_is_not_there(maya: Person) -> None:
    kept = task(maya)
    client = client_of(factories.person("ops"))
    for method, url in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/done")):
        answer = send(client, method, f"/api/tasks/{kept.pk}{url}", {"what": "x", "done": True}, **ANY)
        assert answer.status_code == 404, method


def test_who_changes_one_says_which_state_they_saw(maya: Person) -> None:
    client, kept = client_of(maya), task(maya)
    for method, url in (("PATCH", ""), ("DELETE", ""), ("POST", "/done")):
        answer = send(client, method, f"/api/tasks/{kept.pk}{url}", {"done": True})
        assert (answer.status_code, answer.json()["type"]) == (428, "urn:smbcases:problem:if-match-needed")
    kept.refresh_from_db()
    assert kept.is_open


def test_a_key_needs_the_scope_and_somebody_to_act_for(maya: Person) -> None:
    new = {"what": "Call", "due_on": "2026-11-24"}
    assert send(client_of(maya, Scope.CASES_READ), "POST", "/api/tasks", new).status_code == 403
    assert send(client_of(None), "POST", "/api/tasks", new).status_code == 403
    assert client_of(None).get("/api/tasks").status_code == 403


def test_sent_twice_with_a_key_it_is_kept_once(maya: Person) -> None:
    client = client_of(maya)
    for _ in range(2):
        sent = {"what": "Call", "due_on": "2026-11-24"}
        assert send(client, "POST", "/api/tasks", sent, **{"Idempotency-Key": "k1"}).status_code == 201
    assert Task.objects.count() == 1


def test_a_case_tells_its_cadence(maya: Person) -> None:
    case = factories.case(owner=maya)
    lifecycle.pick_up(case_id=case.pk, by=maya, now=factories.NOW)
    shown = client_of(maya).get(f"/api/cases/{case.number}").json()
    assert [(step["day"], step["kind"], step["state"]) for step in shown["cadence"]] == [
        (1, "email", "overdue"),
        (3, "call", "overdue"),
        (5, "email", "overdue"),
        (7, "email", "overdue"),
    ]
    assert shown["next_touch_on"] == "2026-03-03"
