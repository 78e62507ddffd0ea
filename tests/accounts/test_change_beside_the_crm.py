"""Changes made at the desk beside those that the CRM tells of: each field has the latest word, whoever said it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from itertools import permutations
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts import gitlab_admins, leads, opportunities
from accounts.models import Account, Contact, Event, Lead, Opportunity, Person
from accounts.models.book import LeadStatus, Risk
from tests import factories
from tests.accounts.sending import NOW, bearer, event, record, take_in

TOLD_AT = NOW - timedelta(days=1)  # minute 0 of an event


def minute(number: int) -> Any:
    return TOLD_AT + timedelta(minutes=number)


def opportunity_event(number: int, **said: Any) -> dict[str, Any]:
    told = {"external_id": "O", "account": "A", "name": f"Renewal {number}", "kind": "renewal", **said}
    return record("opportunity", named=f"told-{number}", minute=number, **told)


@pytest.fixture
def account() -> Account:
    return factories.account(external_id="A", as_of=minute(0))


@pytest.fixture
def maya() -> Person:
    return factories.person(name="Maya Stone")


def word(told: Sequence[int]) -> tuple[str, str, int]:
    """The risk, the name and the amount that hold after these events and a change of the risk in minute 5."""
    last = max(told)
    return ("high" if last < 5 else "low", f"Renewal {last}", last)


@pytest.mark.django_db
@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("order", list(permutations((2, 4, 5, 6))))
def test_in_any_order_of_arrival_each_field_has_the_latest_word(
    order: tuple[int, ...], together: bool, account: Account, maya: Person
) -> None:
    """5 is the change at the desk; what the CRM tells of minute 6 it cannot have told before."""
    held = factories.opportunity(account, external_id="O", as_of=minute(0))
    ahead = order.index(6) < order.index(5)
    for batch in batches(order, together=together):
        if batch == (5,):
            opportunities.set_risk(opportunity=held, risk=Risk.HIGH, now=minute(5))
        else:
            take_in(*(opportunity_event(one, risk="low", amount=one) for one in batch))
    after = Opportunity.objects.get()
    assert (after.risk, after.name, after.amount) == ("high" if ahead else "low", "Renewal 6", 6)
    assert after.as_of == minute(6)


def batches(order: tuple[int, ...], *, together: bool) -> list[tuple[int, ...]]:
    if not together:
        return [(one,) for one in order]
    at = order.index(5)
    return [batch for batch in (order[:at], (5,), order[at + 1 :]) if batch]


@pytest.mark.django_db
@pytest.mark.parametrize("told", [told for size in (1, 2, 3) for told in permutations((1, 4, 9), size)])
def test_what_arrives_after_the_change_adds_what_was_not_changed(
    told: tuple[int, ...], account: Account, maya: Person
) -> None:
    held = factories.opportunity(account, external_id="O", as_of=minute(0))
    opportunities.set_risk(opportunity=held, risk=Risk.HIGH, now=minute(5))
    for one in told:
        take_in(opportunity_event(one, risk="low", amount=one))
    held.refresh_from_db()
    assert (held.risk, held.name, held.amount) == word(told)


@pytest.mark.django_db
class TestEachKind:
    def test_an_account_keeps_the_gitlab_admin_that_was_named_here(self, account: Account) -> None:
        ada, other = factories.contact(account, external_id="C"), factories.contact(account, external_id="D")
        gitlab_admins.name_admin(account=account, contact=ada, now=minute(5))
        (taken,) = take_in(event(external_id="A", name="Renamed", gitlab_admin="D", carr=900, minute=4))
        account.refresh_from_db()
        assert (account.gitlab_admin, account.name, account.tier) == (ada, "Renamed", 3)
        assert (taken.outcome, taken.reason) == (
            "applied",
            "Changed here later, so left as it is: gitlab_admin.",
        )
        take_in(event(external_id="A", name="Renamed", gitlab_admin="D", minute=6))
        account.refresh_from_db()
        assert account.gitlab_admin == other

    def test_nor_does_it_wait_for_one_that_the_crm_named_before(self, account: Account) -> None:
        ada = factories.contact(account, external_id="C")
        gitlab_admins.name_admin(account=account, contact=ada, now=minute(5))
        take_in(event(external_id="A", gitlab_admin="D", minute=4))
        take_in(record("contact", external_id="D", account="A", name="Late", minute=7))
        account.refresh_from_db()
        assert (account.gitlab_admin, account.gitlab_admin_awaited) == (ada, "")

    def test_a_lead_that_was_turned_away_takes_its_new_address(self, account: Account) -> None:
        lead = factories.lead(account, external_id="L", as_of=minute(0))
        leads.disqualify(lead=lead, reason="A student", now=minute(5))
        take_in(record("lead", external_id="L", name="Jo", email="jo@new.example", status="new", minute=4))
        lead.refresh_from_db()
        assert (lead.status, lead.email) == (LeadStatus.DISQUALIFIED, "jo@new.example")

    def test_a_converted_one_and_its_contact_stay_together(self, account: Account) -> None:
        lead = factories.lead(external_id="L", email="jo@acme.example", as_of=minute(0))
        factories.contact(None, external_id="C", email="jo@acme.example", as_of=minute(0))
        made = leads.convert(lead=lead, account=account, now=minute(5))
        take_in(
            record("lead", external_id="L", name="Jo", email="jo@acme.example", minute=4),
            record("contact", external_id="C", name="Jo Ann", minute=4),
        )
        lead, contact = Lead.objects.get(), Contact.objects.get()
        assert (lead.status, lead.converted_contact, lead.matched_account) == ("converted", made, account)
        assert (contact.account, contact.name) == (account, "Jo Ann")


@pytest.mark.django_db
def test_following_an_event_says_what_it_left_alone(
    client: Client, secret: str, account: Account, maya: Person
) -> None:
    held = factories.opportunity(account, external_id="O", as_of=minute(0))
    opportunities.close_lost(opportunity=held, reason="They merge.", by=maya, now=minute(5))
    take_in(opportunity_event(4, stage="4_proposal", owner="nobody@example.com"))
    told = client.get("/api/events/%2Fcrm/told-4", headers=bearer(secret)).json()
    assert told["outcome"] == "applied"
    assert told["reason"] == (
        "Nobody here is known as “nobody@example.com”, so owner was left out."
        " Changed here later, so left as it is: stage, close_on."
    )


@pytest.mark.django_db(transaction=True)
def test_a_change_in_the_middle_of_applying_is_kept(account: Account, maya: Person) -> None:
    """Whichever of the two comes first by a hair, the event tells of an earlier time."""
    held = factories.opportunity(account, external_id="O", as_of=minute(0))
    start = Barrier(2)

    def at_once(act: Callable[[], object]) -> None:
        start.wait()
        act()
        connection.close()

    def change() -> None:
        opportunities.set_risk(opportunity=held, risk=Risk.HIGH, now=minute(5))

    acts = [change, partial(take_in, opportunity_event(4, risk="low", amount=4))]
    threads = [Thread(target=at_once, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = Opportunity.objects.get()
    assert (after.risk, after.amount) == (Risk.HIGH, 4)
    assert Event.objects.get().outcome == "applied"
