"""Triggers, pools and time off in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Person
from routing.models import Trigger
from routing.triggers import catalogue
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("triggers")


@pytest.fixture
def somebody(db: None) -> Person:
    return factories.person("ops", name="Olu Ops")


@pytest.fixture
def ops(client: Client, somebody: Person) -> Client:
    client.force_login(somebody)
    return client


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def trigger() -> Trigger:
    return Trigger.objects.get(playbook="fy26", key="po_required")


def address(name: str, pk: int) -> str:
    return reverse(f"admin:routing_trigger_{name}", args=[pk])


_TEXTS = "name category asked_of condition window once_per subject context cta note".split()


def form(held: Trigger, **changes: Any) -> dict[str, Any]:
    sent = {name: getattr(held, name) for name in [*_TEXTS, "priority", "wakes_on"]}
    if held.enabled:
        sent["enabled"] = "on"
    if held.daily:
        sent["daily"] = "on"
    inline = {"versions-TOTAL_FORMS": 0, "versions-INITIAL_FORMS": 0}
    return {**sent, **inline, **changes}


def save(ops: Client, **changes: Any) -> Any:
    held = trigger()
    return ops.post(address("change", held.pk), form(held, **changes))


def test_an_edit_is_a_new_version_in_the_name_of_who_made_it(ops: Client, somebody: Person) -> None:
    response = save(ops, condition='kind = "renewal" and po_required = True', note="We look further")
    assert response.status_code == 302, response.context["errors"]
    held = trigger()
    assert (held.version, held.edited_by, held.note) == (2, somebody, "We look further")
    assert held.versions.get(number=2).by == somebody


def test_saving_without_a_change_is_no_version(ops: Client) -> None:
    assert save(ops).status_code == 302
    assert trigger().version == 1


def test_a_wrong_condition_is_refused_at_its_field_with_its_place(ops: Client) -> None:
    response = save(ops, condition='kind = "renewal"\nand password = 1')
    (said,) = response.context["adminform"].form.errors["condition"]
    assert said.startswith("Line 2, column 5: ")
    assert trigger().version == 1


def test_a_condition_of_another_kind_of_record_is_refused(ops: Client) -> None:
    assert "condition" in save(ops, asked_of="account").context["adminform"].form.errors


def test_a_brace_that_is_no_merge_field_is_refused(ops: Client) -> None:
    assert "subject" in save(ops, subject="{Account} renews").context["adminform"].form.errors


def test_switching_a_trigger_off_is_a_version_too(ops: Client) -> None:
    held = trigger()
    sent = form(held)
    del sent["enabled"]
    ops.post(address("change", held.pk), sent)
    assert (trigger().enabled, trigger().version) == (False, 2)


def test_which_events_wake_it_is_chosen_from_those_we_take(ops: Client) -> None:
    assert save(ops, wakes_on=["crm.account.upserted"]).status_code == 302
    assert trigger().wakes_on == ["crm.account.upserted"]
    assert "wakes_on" in save(ops, wakes_on=["crm.account.exploded"]).context["adminform"].form.errors


def test_its_page_shows_the_versions(ops: Client, somebody: Person) -> None:
    catalogue.edit(trigger=trigger(), changes={"condition": "amount > 77123"}, by=somebody, now=NOW)
    body = text(ops.get(address("change", trigger().pk)))
    assert "amount &gt; 77123" in body
    assert "Olu Ops" in body


def test_triggers_are_neither_added_nor_deleted(ops: Client) -> None:
    assert ops.get(reverse("admin:routing_trigger_add")).status_code == 403
    assert ops.post(address("delete", trigger().pk), {"post": "yes"}).status_code == 403


# Trying


def try_it(ops: Client, **asked: Any) -> Any:
    return ops.get(address("try", trigger().pk), asked)


def test_trying_counts_what_a_condition_finds_now_on_the_book_and_on_one_account(ops: Client) -> None:
    accounts = [factories.account() for _ in range(3)]
    for account in accounts:
        factories.opportunity(account, po_required=True, name=f"Renewal of {account.name}")
    everywhere = text(try_it(ops, condition="po_required = True"))
    assert "3 found" in everywhere
    assert f"Renewal of {accounts[2].name}" in everywhere
    assert "1 found" in text(try_it(ops, condition="po_required = True", account=accounts[0].external_id))
    assert "0 found" in text(try_it(ops, condition="po_required = True", as_of="2020-01-31"))


def test_it_begins_with_the_trigger_s_own_condition_and_asks_nothing(ops: Client) -> None:
    body = text(try_it(ops))
    assert "via_partner" in body
    assert " found</h2>" not in body


def test_trying_what_is_no_condition_says_where(ops: Client) -> None:
    assert "Line 1, column 1: " in text(try_it(ops, condition="password = 1"))


def test_trying_is_for_who_may_change_rules(client: Client) -> None:
    client.force_login(factories.person("manager"))
    assert client.get(address("try", trigger().pk), follow=True).status_code == 403


# Pools


def test_members_are_set_without_touching_the_count_of_turns(ops: Client) -> None:
    pool = factories.pool("amer")
    member = factories.member(pool)
    page = reverse("admin:routing_pool_change", args=[pool.pk])
    sent = {
        "name": "AMER",
        "members-TOTAL_FORMS": 1,
        "members-INITIAL_FORMS": 1,
        "members-0-id": member.pk,
        "members-0-pool": pool.pk,
        "members-0-person": member.person_id,
        "members-0-places": 30,
        "members-0-weight": 2,
        "members-0-takes_turns": "on",
    }
    with CaptureQueriesContext(connection) as queries:
        assert ops.post(page, sent).status_code == 302
    member.refresh_from_db()
    assert (member.places, member.weight) == (30, 2)
    updates = [query["sql"] for query in queries if query["sql"].startswith("UPDATE")]
    assert not [sql for sql in updates if "turn" in sql.partition("SET")[2].partition("WHERE")[0]]


def test_time_off_ends_after_it_starts(ops: Client) -> None:
    sent = {"person": factories.person().pk, "starts_on": "2026-03-09", "ends_on": "2026-03-01"}
    assert "The last day off lies before the first." in text(
        ops.post(reverse("admin:routing_timeoff_add"), sent)
    )


@pytest.mark.parametrize("model", ["evaluation", "assignment", "drain", "waiting", "bookpass"])
def test_what_was_decided_is_for_reading(ops: Client, model: str) -> None:
    assert ops.get(reverse(f"admin:routing_{model}_changelist")).status_code == 200
    assert ops.post(reverse(f"admin:routing_{model}_add"), {}).status_code == 403
