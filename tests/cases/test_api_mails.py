"""Mails by API: the same domain calls as the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts import keys
from accounts.models import Person
from accounts.models.keys import Scope
from cases.mail import catalogue, outbox
from cases.models import Case, Mail
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya() -> Person:
    return factories.person(name="Maya Stone")


@pytest.fixture
def key(maya: Person) -> Client:
    return by_key(maya)


@pytest.fixture
def case(maya: Person) -> Case:
    catalogue.load(now=NOW)
    account = factories.account(name="Northpeak")
    zoe = factories.contact(account, name="Zoë Ångström", email="zoe@northpeak.example", external_id="003Z")
    factories.contact(account, name="Ana Lima", email="ana@northpeak.example", external_id="003A")
    return factories.case(owner=maya, account=account, contact_id=zoe.pk)


def by_key(acts_for: Person | None) -> Client:
    scopes = (Scope.CASES_READ, Scope.CASES_WRITE)
    _, secret = keys.create(name="Bot", scopes=scopes, acts_for=acts_for, now=timezone.now())
    return Client(headers={"Authorization": f"Bearer {secret}"})


def post(client: Client, case: Case, act: str, *, match: str = "*", **body: Any) -> HttpResponse:
    address = f"/api/cases/{case.number}/{act}"
    return client.post(address, body, content_type="application/json", headers={"If-Match": match})


def test_it_begins_with_what_is_known(key: Client, case: Case) -> None:
    begun = key.get(f"/api/cases/{case.number}/mail").json()
    assert begun["to"] == {"name": "Zoë Ångström", "address": "zoe@northpeak.example"}
    assert begun["template"] == case.case_type
    assert begun["body"].startswith("Hi Zoë,")
    assert {"key": "po_required", "name": "PO Required", "group": "case_type"} in begun["templates"]


def test_another_template_and_contact_can_be_named(key: Client, case: Case) -> None:
    asked = {"template": "handover_saas_welcome", "to": "003A"}
    begun = key.get(f"/api/cases/{case.number}/mail", asked).json()
    assert begun["body"].startswith("Hi Ana,")
    assert "expand_ae" in begun["unfilled"]
    assert key.get(f"/api/cases/{case.number}/mail", {"template": "nowhere"}).status_code == 422


def test_it_is_sent_and_listed(key: Client, case: Case) -> None:
    answer = post(key, case, "mail/send", to="003A", subject="Your quote", body="Hi Ana,\n\nhere it is.")
    assert answer.status_code == 200, answer.content
    assert answer.json()["history"][0]["sentence"] == "Maya Stone wrote a mail to Ana Lima."
    outbox.send_waiting(clock=timezone.now)
    (line,) = key.get(f"/api/cases/{case.number}/mails").json()["results"]
    assert (line["to"]["address"], line["state"]) == ("ana@northpeak.example", "sent")
    assert line["body"] == "Hi Ana,\n\nhere it is."


@pytest.mark.parametrize(
    ("body", "pointer", "said"),
    [
        ({"subject": "Hi\nBcc: x@y.example"}, "/subject", "The subject is one line."),
        ({"body": "You have {seats}"}, "/body", "Fill in or remove {seats} in the text."),
        ({"cc": ["nobody"]}, "/cc", "“nobody” is not an e-mail address."),
        ({"to": "not-there"}, "/to", "There is no such contact."),
    ],
)
def test_what_is_wrong_is_named(
    key: Client, case: Case, body: dict[str, Any], pointer: str, said: str
) -> None:
    answer = post(key, case, "mail/send", **{"subject": "Hi", "body": "Hi", **body})
    assert answer.status_code == (400 if pointer == "/to" else 422)
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["detail"]) == (pointer, said)
    assert not Mail.objects.exists()


def test_a_contact_of_another_account_is_refused(key: Client, case: Case) -> None:
    factories.contact(factories.account(), external_id="003X", email="x@elsewhere.example")
    assert post(key, case, "mail/send", to="003X", subject="Hi", body="Hi").status_code == 422


def test_a_stale_version_and_a_key_for_nobody_send_nothing(key: Client, case: Case) -> None:
    said = {"subject": "Hi", "body": "Hi"}
    assert post(key, case, "mail/send", match='"99"', **said).status_code == 412
    assert post(by_key(None), case, "mail/send", **said).status_code == 403
    assert post(by_key(factories.person()), case, "mail/send", **said).status_code == 403
    assert not Mail.objects.exists()


def test_the_same_request_twice_sends_one_mail(key: Client, case: Case) -> None:
    case.refresh_from_db()
    headers = {"If-Match": f'"{case.version}"', "Idempotency-Key": "mail-1"}
    for _ in range(2):
        answer = key.post(
            f"/api/cases/{case.number}/mail/send",
            {"subject": "Hi", "body": "Hi"},
            content_type="application/json",
            headers=headers,
        )
        assert answer.status_code == 200, answer.content
    assert Mail.objects.count() == 1


def test_one_that_did_not_go_out_is_decided_about(key: Client, case: Case) -> None:
    post(key, case, "mail/send", subject="Hi", body="Hi")
    mail = Mail.objects.get()
    assert post(key, case, "mail/again", mail=mail.pk).status_code == 409
    Mail.objects.update(state="unclear", try_at=None)
    assert post(key, case, "mail/settle", mail=mail.pk).status_code == 200
    assert post(key, case, "mail/again", mail=mail.pk).status_code == 409
    assert post(key, case, "mail/again", mail=987654321).status_code == 404
