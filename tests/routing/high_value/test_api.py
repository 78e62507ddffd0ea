"""Nominations and plans by API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts import keys
from accounts.models import Account, AccountPlan, Person
from accounts.models.keys import Scope
from cases.models import Case
from routing.models import Nomination, State
from tests import factories
from tests.factories import NOW
from tests.routing.high_value import stage

PLAN = {
    "goals": "Ship weekly",
    "growth": {"license_growth": "40 more seats"},
    "touchpoints": [{"on": "2026-04-09", "what": "Review of usage"}],
}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def maya(triggers: None) -> Person:
    return stage.advocate(name="Maya Stone")


@pytest.fixture
def account(maya: Person) -> Account:
    return factories.account(name="Northpeak")


def by_key(acts_for: Person | None, *scopes: str) -> Client:
    scopes = scopes or (Scope.CASES_READ, Scope.CASES_WRITE, Scope.ACCOUNTS_READ)
    _, secret = keys.create(name="Bot", scopes=scopes, acts_for=acts_for, now=timezone.now())
    return Client(headers={"Authorization": f"Bearer {secret}"})


def send(client: Client, path: str, *, method: str = "post", match: str = "", **body: Any) -> HttpResponse:
    headers = {"If-Match": match} if match else {}
    call: Callable[..., HttpResponse] = getattr(client, method)
    return call(f"/api/{path}", body, content_type="application/json", headers=headers)


def nominate(client: Client, account: Account, **more: Any) -> HttpResponse:
    body = {"account": account.external_id, "criteria": ["license_growth"], "why": "Two more teams join."}
    return send(client, "nominations", **{**body, **more})


def test_it_is_made_listed_and_decided(maya: Person, account: Account) -> None:
    made = nominate(by_key(maya), account)
    assert made.status_code == 201
    assert made.headers["ETag"] == '"1"'
    pk = made.json()["id"]
    assert made.json()["state"] == "proposed"
    ana = by_key(stage.manager(name="Ana Ruiz"))
    (listed,) = ana.get("/api/nominations", {"state": "proposed"}).json()["results"]
    assert (listed["account"]["name"], listed["advocate"]["name"]) == ("Northpeak", "Maya Stone")
    decided = send(ana, f"nominations/{pk}/decide", match='"1"', decision="approve")
    assert decided.status_code == 200
    assert (decided.headers["ETag"], decided.json()["decided_by"]["name"]) == ('"2"', "Ana Ruiz")
    assert decided.json()["case"] == Case.objects.get().number


def test_the_list_is_filtered_and_one_s_own(maya: Person, account: Account) -> None:
    stage.nominate(account, maya)
    stage.nominate(factories.account(), stage.advocate())
    client = by_key(maya)
    assert len(client.get("/api/nominations").json()["results"]) == 1
    assert client.get("/api/nominations", {"fiscal_year": "FY26"}).json()["results"] == []
    assert client.get("/api/nominations", {"account": account.external_id}).json()["results"] != []
    assert client.get("/api/nominations", {"state": "perhaps"}).status_code == 400


def test_a_request_sent_again_nominates_once(maya: Person, account: Account) -> None:
    client = by_key(maya)
    body = {"account": account.external_id, "criteria": ["top_50"], "why": "Growing fast."}
    twice = [
        client.post(
            "/api/nominations", body, content_type="application/json", headers={"Idempotency-Key": "k1"}
        )
        for _ in range(2)
    ]
    assert [one.status_code for one in twice] == [201, 201]
    assert twice[0].json() == twice[1].json()
    assert Nomination.objects.count() == 1


def test_refusals_are_named(maya: Person, account: Account) -> None:
    client = by_key(maya)
    assert nominate(client, account).status_code == 201
    again = nominate(client, account)
    assert (again.status_code, again.json()["type"]) == (409, "urn:smbcases:problem:already-nominated")
    stopped = nominate(client, factories.account(high_value_stopped=True))
    assert stopped.json()["type"] == "urn:smbcases:problem:high-value-stopped"
    assert nominate(client, factories.account(), criteria=["size"]).status_code == 422
    assert nominate(client, Account(external_id="nowhere")).json()["errors"][0]["pointer"] == "/account"


def test_withdrawing_names_the_version(maya: Person, account: Account) -> None:
    nomination = stage.nominate(account, maya)
    client, path = by_key(maya), f"nominations/{nomination.pk}/withdraw"
    assert send(client, path).status_code == 428
    assert send(client, path, match='"9"').status_code == 412
    assert send(client, path, match='"1"').status_code == 200
    assert Nomination.objects.get().state == State.WITHDRAWN
    assert send(client, path, match="*").status_code == 409


def test_only_deciders_decide(maya: Person, account: Account) -> None:
    nomination = stage.nominate(account, maya)
    path = f"nominations/{nomination.pk}/decide"
    assert send(by_key(maya), path, match="*", decision="approve").status_code == 403
    far = by_key(stage.manager(region="EMEA"))
    assert send(far, path, match="*", decision="approve").status_code == 404
    near = by_key(stage.manager())
    assert send(near, path, match="*", decision="decline").status_code == 422
    assert send(near, path, match="*", decision="decline", reason="Too small").status_code == 200


def test_a_key_that_acts_for_nobody_reads_and_does_not_write(maya: Person, account: Account) -> None:
    stage.nominate(account, maya)
    client = by_key(None)
    assert len(client.get("/api/nominations").json()["results"]) == 1
    assert nominate(client, factories.account()).status_code == 403
    assert client.get(f"/api/accounts/{account.external_id}/plan").status_code == 200
    assert send(client, f"accounts/{account.external_id}/plan", method="put", **PLAN).status_code == 403


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        (Scope.CASES_READ, "post", "nominations"),
        (Scope.CASES_WRITE, "get", "nominations"),
        (Scope.CASES_WRITE, "get", "accounts/A/plan"),
        (Scope.ACCOUNTS_READ, "put", "accounts/A/plan"),
    ],
)
def test_each_needs_its_scope(maya: Person, scope: str, method: str, path: str) -> None:
    response = getattr(by_key(maya, scope), method)(f"/api/{path}")
    assert response.status_code == 403


# Plans


def test_a_plan_is_written_and_read(maya: Person, account: Account) -> None:
    stage.high_value_case(account, maya)
    client, path = by_key(maya), f"accounts/{account.external_id}/plan"
    empty = client.get(f"/api/{path}")
    assert (empty.headers["ETag"], empty.json()["version"], empty.json()["goals"]) == ('"0"', 0, "")
    assert send(client, path, method="put", **PLAN).status_code == 428
    written = send(client, path, method="put", match='"0"', **PLAN)
    assert written.status_code == 200
    assert written.headers["ETag"] == '"1"'
    assert written.json() == client.get(f"/api/{path}").json()
    assert written.json()["touchpoints"] == [
        {"on": "2026-04-09", "what": "Review of usage", "state": "planned"}
    ]
    assert (written.json()["next_touchpoint_on"], written.json()["updated_by"]["name"]) == (
        "2026-04-09",
        "Maya Stone",
    )


def test_a_stale_write_is_told_what_changed(maya: Person, account: Account) -> None:
    stage.high_value_case(account, maya)
    client, path = by_key(maya), f"accounts/{account.external_id}/plan"
    send(client, path, method="put", match='"0"', **PLAN)
    stale = send(client, path, method="put", match='"0"', goals="Mine")
    assert stale.status_code == 412
    assert stale.json()["version"] == 1
    assert stale.json()["changes"][0]["changes"]["Goals"] == ["+ Ship weekly"]
    assert AccountPlan.objects.get().content["goals"] == "Ship weekly"


def test_who_may_not_write_it_is_refused(account: Account) -> None:
    client = by_key(stage.advocate())
    response = send(client, f"accounts/{account.external_id}/plan", method="put", match="*", **PLAN)
    assert response.status_code == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"touchpoints": [{"on": "soon", "what": "x"}]}, 400),
        ({"touchpoints": [{"on": "2026-04-09", "what": "x", "state": "perhaps"}]}, 400),
        ({"deciders": ["nobody"]}, 422),
        ({"growth": {"size": "much"}}, 422),
    ],
)
def test_what_cannot_be_kept_is_named(
    maya: Person, account: Account, body: dict[str, Any], status: int
) -> None:
    stage.high_value_case(account, maya)
    path = f"accounts/{account.external_id}/plan"
    assert send(by_key(maya), path, method="put", match="*", **body).status_code == status


def test_an_account_that_is_not_there(maya: Person) -> None:
    assert by_key(maya).get("/api/accounts/nowhere/plan").status_code == 404
