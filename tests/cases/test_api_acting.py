"""Cases by API, to work: the same domain calls as the pages, with the version that was seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts import keys
from accounts.management.commands import api_key
from accounts.models import Activity, Person
from accounts.models.keys import Scope
from cases.models import Case, Verb
from cases.talk import commenting
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def maya() -> Person:
    return factories.person(name="Maya Stone", initials="MS")


@pytest.fixture
def key(maya: Person) -> Client:
    return by_key(maya)


@pytest.fixture
def case(maya: Person) -> Case:
    return factories.case(owner=maya)


def by_key(acts_for: Person | None, *scopes: str) -> Client:
    scopes = scopes or (Scope.CASES_READ, Scope.CASES_WRITE)
    _, secret = keys.create(name="Bot", scopes=scopes, acts_for=acts_for, now=timezone.now())
    return Client(headers={"Authorization": f"Bearer {secret}"})


def post(client: Client, case: Case, act: str, *, match: str | None = "now", **body: Any) -> HttpResponse:
    case.refresh_from_db()
    headers = {} if match is None else {"If-Match": f'"{case.version}"' if match == "now" else match}
    return client.post(
        f"/api/cases/{case.number}/{act}", body, content_type="application/json", headers=headers
    )


def test_each_act_does_what_the_page_does(key: Client, case: Case, maya: Person) -> None:
    contact = factories.contact(case.account)
    opportunity = factories.opportunity(case.account, stage="closed_won")
    for act, body in [
        ("pick-up", {}),
        ("status", {"status": "engaged"}),
        ("next-steps", {"what": "Send quote to customer", "on": "2026-03-03"}),
        ("contact", {"contact": contact.external_id}),
        ("opportunity", {"opportunity": opportunity.external_id}),
        ("activities", {"kind": "call", "what": "Agreed on 40 seats"}),
        ("comment", {"text": "The invoice goes to Jonas."}),
        (
            "close",
            {"status": "resolved", "resolution_action": "answered_question", "feedback": "NA"},
        ),
        ("reopen", {"reason": "The order was cancelled"}),
    ]:
        response = post(key, case, act, **body)
        assert response.status_code == 200, (act, response.content)
        case.refresh_from_db()
        assert response.headers["ETag"] == f'"{case.version}"', act
    assert case.next_steps == "2026-03-03 MS Send quote to customer"
    assert (case.contact, case.opportunity) == (contact, opportunity)
    assert Activity.objects.get().person == maya
    assert set(case.history.filter(person=maya).values_list("verb", flat=True)) >= {
        Verb.PICKED_UP,
        Verb.STATUS,
        Verb.LOGGED,
        Verb.NOTE,
        Verb.CLOSED,
        Verb.REOPENED,
    }


def test_a_case_is_put_off(key: Client, case: Case) -> None:
    assert post(key, case, "put-off", until="2026-09-03", what="Ask about the budget").status_code == 200
    case.refresh_from_db()
    assert case.deferred_until is not None


def test_without_a_version_nothing_is_done(key: Client, case: Case) -> None:
    response = post(key, case, "pick-up", match=None)
    assert response.status_code == 428
    assert response.json()["type"] == "urn:smbcases:problem:if-match-needed"
    assert response.headers["Content-Type"] == "application/problem+json"
    case.refresh_from_db()
    assert case.picked_up_at is None


def test_a_stale_version_is_told_what_changed(key: Client, case: Case, maya: Person) -> None:
    seen = case.version
    commenting.comment(case_id=case.pk, text="Wait", by=maya, now=NOW)
    response = post(key, case, "status", match=f'"{seen}"', status="engaged")
    assert response.status_code == 412
    told = response.json()
    assert told["version"] == seen + 1
    assert [change["sentence"] for change in told["changes"]] == ["Maya Stone commented."]


@pytest.mark.parametrize(("match", "status"), [("*", 200), ('W/"2"', 200), ("2", 400), ('"1", "2"', 400)])
def test_if_match_takes_one_tag_or_any(key: Client, case: Case, match: str, status: int) -> None:
    assert post(key, case, "pick-up", match=match).status_code == status


def test_a_key_that_acts_for_nobody_writes_nothing(case: Case) -> None:
    response = post(by_key(None), case, "comment", text="Hello")
    assert response.status_code == 403
    said = response.json()["detail"]
    assert "acts for nobody" in said
    (option,) = re.findall(r"--[\w-]+", said)
    command = api_key.Command().create_parser("manage.py", "api_key")
    made = command.parse_args(["create", "x", "--scope", "cases:write", option, "maya@example.com"])
    assert made.person == "maya@example.com", "the option that it names is there"
    assert not case.history.filter(verb=Verb.NOTE).exists()


def test_a_key_without_the_scope_writes_nothing(case: Case, maya: Person) -> None:
    response = post(by_key(maya, Scope.CASES_READ), case, "pick-up")
    assert response.status_code == 403
    assert "cases:write" in response.json()["detail"]


def test_a_person_works_only_their_own(client: Client, case: Case) -> None:
    client.force_login(factories.person())
    response = post(client, case, "status", status="engaged")
    assert response.status_code == 403
    assert "not yours to change" in response.json()["detail"]


def test_what_is_missing_for_a_closing_is_named_by_pointer(key: Client, case: Case) -> None:
    post(key, case, "pick-up")
    response = post(key, case, "close", status="resolved")
    assert response.status_code == 422
    pointers = {error["pointer"] for error in response.json()["errors"]}
    assert pointers >= {"/resolution_action", "/feedback", "/contact"}


def test_an_illegal_move_is_a_conflict(key: Client, case: Case) -> None:
    response = post(key, case, "status", status="resolved")
    assert response.status_code == 409
    assert response.json()["type"] == "urn:smbcases:problem:illegal-move"


@pytest.mark.parametrize(
    ("act", "body", "pointer"),
    [
        ("next-steps", {"what": "Send quote to customer"}, "/on"),
        ("contact", {"contact": "nobody"}, "/contact"),
        ("opportunity", {"opportunity": "none"}, "/opportunity"),
        ("activities", {"kind": "fax", "what": "Sent"}, "/kind"),
        ("close", {"status": "duplicate", "duplicate_of": "that one"}, "/duplicate_of"),
    ],
)
def test_what_cannot_be_read_is_named(
    key: Client, case: Case, act: str, body: dict[str, Any], pointer: str
) -> None:
    response = post(key, case, act, **body)
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == pointer


def test_a_closing_by_api_closes_the_opportunity_too_and_names_what_is_missing(
    key: Client, case: Case, maya: Person
) -> None:
    deal = factories.opportunity(case.account)
    post(key, case, "pick-up")
    post(key, case, "contact", contact=factories.contact(case.account).external_id)
    post(key, case, "opportunity", opportunity=deal.external_id)
    ending = {"status": "resolved", "resolution_action": "no_action_required", "feedback": "NA"}
    refused = post(key, case, "close", **ending, opportunity="lost")
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/lost_reason"]
    assert post(key, case, "close", **ending, opportunity="lost", lost_reason="Too dear").status_code == 200
    deal.refresh_from_db()
    assert deal.stage == "closed_lost"


def test_the_original_of_a_duplicate_is_named_and_seen(key: Client, case: Case) -> None:
    ending = {"status": "duplicate", "resolution_action": "no_action_required", "feedback": "NA"}
    for original, said in (("SMB-99999999", "does not exist"), (case.number, "duplicate of itself")):
        refused = post(key, case, "close", **ending, duplicate_of=original)
        assert refused.status_code == 422
        assert said in refused.json()["detail"]


def test_a_case_without_an_account_is_given_one(key: Client, maya: Person) -> None:
    (case,) = factories.cases(1, region="")
    factories.give([case], maya)
    account = factories.account(region="EMEA")
    missing = post(key, case, "account", account="nobody")
    assert missing.json()["errors"] == [{"pointer": "/account", "detail": "There is no such account."}]
    named = post(key, case, "account", account=account.external_id).json()
    assert (named["account"]["external_id"], named["territory"]) == (account.external_id, "emea-apj")
    assert post(key, case, "account", account=factories.account().external_id).status_code == 422
