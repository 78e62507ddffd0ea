"""The admin of people, keys and the book: who enters, what a save does, and what a list costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Act
from accounts.administering import HouseAdmin
from accounts.models import Account, ApiKey, Event, Person, Role
from routing.models import Member
from smbcases.lib import bulk
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def ops(client: Client) -> Client:
    client.force_login(factories.person("ops"))
    return client


def page(model: str, name: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:{model}_{name}", args=args)


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OPS])
def test_no_other_role_enters(client: Client, role: str) -> None:
    client.force_login(factories.person(role))
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_a_superuser_enters_whatever_their_role(client: Client) -> None:
    client.force_login(factories.person("stakeholder", is_superuser=True))
    assert client.get(reverse("admin:index")).status_code == 200


def test_who_is_not_signed_in_is_asked_to(client: Client) -> None:
    response = client.get(page("accounts_account"), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("sign_in"))


def test_ops_opens_every_list_and_every_form_to_add(ops: Client) -> None:
    for model, model_admin in admin.site._registry.items():
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        assert ops.get(page(name)).status_code == 200, name
        may_add = getattr(model_admin, "may_add", False)
        assert ops.get(page(name, "add")).status_code == (200 if may_add else 403), name


def test_every_model_s_page_is_governed_by_an_act() -> None:
    for model, model_admin in admin.site._registry.items():
        assert isinstance(model_admin, HouseAdmin), (
            f"{model.__name__} is registered with a plain ModelAdmin, whose permissions nobody has decided. "
            "Derive it from accounts.administering.HouseAdmin."
        )
        assert isinstance(model_admin.act, Act)


# What a list costs


def many_accounts(number: int) -> list[int]:
    first = factories.account()
    row = {
        field.column: getattr(first, field.column)
        for field in Account._meta.concrete_fields
        if field.column != "id"
    }
    return bulk.insert(Account, [{**row, "external_id": f"M{n}", "name": f"Many {n}"} for n in range(number)])


def test_a_list_of_a_million_is_not_counted(ops: Client) -> None:
    many_accounts(1100)
    with CaptureQueriesContext(connection) as queries:
        body = text(ops.get(page("accounts_account")))
    assert "The first 1000. Search or filter to find others." in body
    assert not [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    reading = [query["sql"] for query in queries if 'FROM "accounts_account"' in query["sql"]]
    assert [sql for sql in reading if "LIMIT" not in sql] == []


@pytest.mark.parametrize(
    ("model", "most"),
    [("accounts_account", 6), ("accounts_contact", 6), ("accounts_opportunity", 6), ("cases_case", 6)],
)
def test_the_cost_of_a_list_does_not_grow_with_its_rows(ops: Client, model: str, most: int) -> None:
    def grow(number: int) -> None:
        for _ in range(number):
            account = factories.account()
            factories.contact(account)
            factories.case(account=account, opportunity_id=factories.opportunity(account).pk)

    grow(2)
    ops.get(page(model))
    with CaptureQueriesContext(connection) as few:
        ops.get(page(model))
    grow(12)
    with CaptureQueriesContext(connection) as many:
        ops.get(page(model))
    assert len(few) == len(many) <= most


def test_a_name_is_found_by_how_it_begins_and_by_its_id(ops: Client) -> None:
    factories.account(name="Blue Yonder Airlines", external_id="001B")
    factories.account(name="Yonder Blue")
    for term in ("blue yonder", "Blue", "001B"):
        body = text(ops.get(page("accounts_account"), {"q": term}))
        assert "Blue Yonder Airlines" in body
        assert "Yonder Blue<" not in body


def test_the_search_is_answered_by_the_index_of_beginnings(ops: Client) -> None:
    many_accounts(5)
    with CaptureQueriesContext(connection) as queries:
        ops.get(page("accounts_account"), {"q": "Many"})
    (asked, *_) = [query["sql"] for query in queries if "LIKE" in query["sql"]]
    assert 'UPPER("accounts_account"."name"::text) LIKE UPPER(' in asked


def test_fields_that_name_another_record_list_no_table(ops: Client) -> None:
    many_accounts(30)
    body = text(ops.get(page("accounts_contact", "add")))
    assert "Many 29" not in body
    found = ops.get(
        reverse("admin:autocomplete"),
        {"app_label": "accounts", "model_name": "contact", "field_name": "account", "term": "Many 2"},
    )
    assert {item["text"] for item in found.json()["results"]} >= {"Many 2", "Many 29"}


# People


PASSWORD = "wheel-lantern-42"
NEW = {
    "email": "maya@example.com",
    "usable_password": "true",
    "password1": PASSWORD,
    "password2": PASSWORD,
    "name": "Maya Stone",
    "initials": "ms",
    "role": "advocate",
    "department": "smb",
    "region": "EMEA",
    "languages": "en,de",
    "time_zone": "Europe/Berlin",
}


def test_a_new_advocate_can_sign_in_and_is_in_their_pools(ops: Client) -> None:
    pools = [factories.pool("emea-apj"), factories.pool("emea", playbook="fy25")]
    factories.pool("amer")
    response = ops.post(page("accounts_person", "add"), NEW)
    assert response.status_code == 302, response.context["errors"]
    made = Person.objects.get(email="maya@example.com")
    assert (made.initials, made.languages, made.time_zone) == ("MS", ["en", "de"], "Europe/Berlin")
    assert made.check_password(PASSWORD)
    assert {member.pool for member in Member.objects.filter(person=made)} == set(pools)


def test_a_place_that_is_no_time_zone_is_refused(ops: Client) -> None:
    body = text(ops.post(page("accounts_person", "add"), {**NEW, "time_zone": "Berlin"}))
    assert "is not a time zone" in body
    assert not Person.objects.filter(email="maya@example.com").exists()


def test_an_address_is_taken_whatever_its_capitals(ops: Client) -> None:
    factories.person(email="maya@example.com")
    assert "signs in with this address already" in text(
        ops.post(page("accounts_person", "add"), {**NEW, "email": "Maya@Example.com"})
    )


def change(person: Person, **changes: Any) -> dict[str, Any]:
    empty = {f"time_off-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return {
        "email": person.email,
        "name": person.name,
        "initials": person.initials,
        "role": person.role,
        "department": person.department,
        "region": person.region,
        "languages": ",".join(person.languages),
        "time_zone": person.time_zone,
        "is_active": "on",
        **empty,
        **changes,
    }


def test_a_change_writes_what_was_changed_and_nothing_else(ops: Client) -> None:
    person = factories.person("stakeholder")
    with CaptureQueriesContext(connection) as queries:
        response = ops.post(page("accounts_person", "change", person.pk), change(person, name="Other"))
    assert response.status_code == 302, response.context["errors"]
    (update,) = [query["sql"] for query in queries if query["sql"].startswith('UPDATE "accounts_person"')]
    assert '"name" =' in update
    assert '"email" =' not in update


def test_a_stakeholder_who_becomes_an_advocate_joins(ops: Client) -> None:
    person = factories.person("stakeholder")
    factories.pool("amer")
    ops.post(page("accounts_person", "change", person.pk), change(person, role="advocate"))
    assert Member.objects.filter(person=person).count() == 1


def test_nobody_is_deleted(ops: Client) -> None:
    person = factories.person()
    assert ops.post(page("accounts_person", "delete", person.pk), {"post": "yes"}).status_code == 403


# Keys


def make_key(ops: Client) -> str:
    sent = {"name": "CRM", "scopes": ["events:write", "events:read"]}
    body = text(ops.post(page("accounts_apikey", "add"), sent, follow=True))
    secret = body.partition("it is not shown again: ")[2].split("<")[0]
    return secret.strip()


def test_a_key_is_shown_once_and_works(ops: Client, client: Client) -> None:
    secret = make_key(ops)
    key = ApiKey.objects.get()
    assert secret.startswith("smb_")
    assert key.scopes == ["events:write", "events:read"]
    assert secret not in text(ops.get(page("accounts_apikey")))
    assert key.digest not in text(ops.get(page("accounts_apikey", "change", key.pk)))
    asked = Client().get(reverse("api_event", args=["crm/1"]), headers={"Authorization": f"Bearer {secret}"})
    assert asked.status_code == 404


def test_a_key_that_was_made_cannot_be_changed(ops: Client) -> None:
    make_key(ops)
    key = ApiKey.objects.get()
    response = ops.post(
        page("accounts_apikey", "change", key.pk), {"name": "Other", "scopes": ["cases:read"]}
    )
    assert response.status_code == 403
    assert ApiKey.objects.get().name == "CRM"


def test_a_revoked_key_opens_nothing(ops: Client) -> None:
    secret = make_key(ops)
    sent = {"action": "revoke", "_selected_action": [ApiKey.objects.get().pk]}
    assert "1 revoked" in text(ops.post(page("accounts_apikey"), sent, follow=True))
    asked = Client().get(reverse("api_event", args=["crm/1"]), headers={"Authorization": f"Bearer {secret}"})
    assert asked.status_code == 401
    assert "0 revoked" in text(ops.post(page("accounts_apikey"), sent, follow=True))


# The book


def test_a_changed_account_stands_where_the_playbook_puts_it(ops: Client) -> None:
    account = factories.account(carr=500, lam=1, tier=3, name="Acme")
    sent = {
        "external_id": account.external_id,
        "name": "Acme",
        "region": "AMER",
        "carr": "8000",
        "currency": "USD",
        "lam": "1",
    }
    response = ops.post(page("accounts_account", "change", account.pk), sent)
    assert response.status_code == 302, response.context["errors"]
    account.refresh_from_db()
    assert (account.tier, account.segment, account.as_of) == (1, "smb", NOW)


def test_an_event_is_for_reading_and_found_by_source_and_id(ops: Client) -> None:
    event = factories.event("mail.received")
    path = page("accounts_event", "change", event.pk)
    assert ops.get(path).status_code == 200
    assert ops.post(path, {"type": "other"}).status_code == 403
    assert ops.post(page("accounts_event", "delete", event.pk), {"post": "yes"}).status_code == 403
    assert event.event_id in text(ops.get(page("accounts_event"), {"q": f"crm {event.event_id}"}))
    assert "0 events" in text(ops.get(page("accounts_event"), {"q": "crm nothing"}))
    assert Event.objects.get().type == "mail.received"
