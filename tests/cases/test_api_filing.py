"""Filing by API: the same call as the form's, its refusals as problem documents, sent again done once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts import keys
from accounts.models import Account, Person, Role
from accounts.models.keys import Scope
from cases.models import Case, Follow
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def noor() -> Person:
    return factories.person(Role.STAKEHOLDER, department="support")


@pytest.fixture
def adler() -> Account:
    account = factories.account(name="Adler Optik", external_id="001A")
    factories.contact(account, external_id="003A")
    return account


WHOLE = {"case_type": "support_ticket", "description": "20 more seats", "account": "001A", "contact": "003A"}


def post(by: Person | None, body: dict[str, Any], path: str = "/api/cases", **headers: str) -> Any:
    _, secret = keys.create(name="CRM", scopes=Scope.values, acts_for=by, now=NOW)
    sent = {"Authorization": f"Bearer {secret}", **headers}
    return Client().post(path, body, content_type="application/json", headers=sent)


def test_a_case_is_filed(noor: Person, adler: Account) -> None:
    response = post(noor, WHOLE)
    assert response.status_code == 201
    case = Case.objects.get()
    assert response.json()["number"] == case.number
    assert response["Location"] == f"/api/cases/{case.number}"
    assert response["ETag"]
    assert (case.filed_by, case.origin) == (noor, "form")


def test_sent_again_with_its_key_it_is_filed_once(noor: Person, adler: Account) -> None:
    _, secret = keys.create(name="CRM", scopes=Scope.values, acts_for=noor, now=NOW)
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "ticket-40"}
    first, again = (
        Client().post("/api/cases", WHOLE, content_type="application/json", headers=headers) for _ in range(2)
    )
    assert first.content == again.content
    assert again["Idempotency-Replayed"] == "true"
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "status", "name", "pointer"),
    [
        ({"case_type": "ar_request"}, 422, "not-ready-to-file", "/case_type"),
        ({"contact": ""}, 400, "invalid", "/contact"),
        ({"contact": "003NOBODY"}, 400, "invalid", "/contact"),
        ({"description": ""}, 400, "invalid", "/description"),
        (
            {"meeting": {"advocate": "nobody@example.com", "at": "2026-03-05T10:00:00Z"}},
            400,
            "invalid",
            "/meeting",
        ),
    ],
)
def test_what_is_wrong_is_named(
    noor: Person, adler: Account, changes: dict[str, Any], status: int, name: str, pointer: str
) -> None:
    response = post(noor, {**WHOLE, **changes})
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == f"urn:smbcases:problem:{name}"
    assert pointer in [place["pointer"] for place in problem["errors"]]


def test_an_open_case_is_named_before_another_is_filed(noor: Person, adler: Account) -> None:
    first = post(noor, WHOLE).json()["number"]
    refused = post(noor, WHOLE)
    assert refused.status_code == 409
    assert refused.json()["open_cases"] == [first]
    assert post(noor, {**WHOLE, "anyway": True}).status_code == 201


def test_a_first_order_says_who_meets_the_customer_and_where_the_bill_goes(adler: Account) -> None:
    ida = factories.person(Role.STAKEHOLDER, department="sdr")
    maya = factories.person(email="maya@example.com")
    refused = post(ida, {**WHOLE, "case_type": "fo_opp"})
    assert {place["pointer"] for place in refused.json()["errors"]} == {
        *("/billing_street", "/billing_city", "/billing_postal_code", "/billing_country"),
        *("/iqm_with", "/iqm_at"),
    }
    address = {"street": "Gartenstr. 4", "city": "Köln", "postal_code": "50667", "country": "DE"}
    meeting = {"advocate": "MAYA@example.com", "at": "2026-03-05T10:00:00Z"}
    given = {**WHOLE, "case_type": "fo_opp", "billing_address": address, "meeting": meeting}
    assert post(ida, given).status_code == 201
    assert Case.objects.get().meant_for == maya


def test_it_needs_somebody_to_file_for(adler: Account) -> None:
    assert post(None, WHOLE).status_code == 403
    assert post(factories.person(Role.BDR), WHOLE).status_code == 403
    assert not Case.objects.exists()


def test_following_goes_on_and_off(noor: Person, adler: Account) -> None:
    number = post(noor, {**WHOLE, "follow": False}).json()["number"]
    assert post(noor, {}, f"/api/cases/{number}/follow").status_code == 204
    assert Follow.objects.count() == 1
    _, secret = keys.create(name="CRM", scopes=Scope.values, acts_for=noor, now=NOW)
    Client().delete(f"/api/cases/{number}/follow", headers={"Authorization": f"Bearer {secret}"})
    assert not Follow.objects.exists()
    other = factories.person(Role.STAKEHOLDER, department="partner")
    assert post(other, {}, f"/api/cases/{number}/follow").status_code == 404


def test_what_is_not_late_is_refused_as_a_problem(noor: Person, adler: Account) -> None:
    number = post(noor, WHOLE).json()["number"]
    refused = post(noor, {}, f"/api/cases/{number}/late", **{"If-Match": "*"})
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:smbcases:problem:not-late"
