"""However the events of a story arrive, in whatever sets, the book says the same in the end."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Account, Activity, Contact, Event, Lead, Opportunity, Role, Subscription
from tests import factories
from tests.accounts.sending import NOW, event, record, take_in

_ADA, _BOB = "ada@example.com", "bob@example.com"


def story() -> list[dict[str, Any]]:
    """Two accounts and what hangs on them, in several states each; everything refers to something."""
    opportunity = {"external_id": "O", "name": "Renewal", "kind": "renewal"}
    subscription = {"external_id": "S", "account": "A", "starts_on": "2025-07-01", "renews_on": "2026-07-01"}
    touch = {"kind": "call", "happened_at": NOW.isoformat()}
    return [
        event(external_id="A", name="A1", region="AMER", carr=900, gitlab_admin="C", minute=1),
        event(external_id="A", name="A2", region="EMEA", carr=9_000, gitlab_admin="D", minute=8),
        event(external_id="A", name="A3", region="APJ", carr=2_000, gitlab_admin="C", minute=15),
        event(external_id="B", name="B1", owner=_ADA, minute=3),
        event(external_id="B", name="B2", region="EMEA", employees=7, minute=12),
        record("contact", external_id="C", account="A", name="C1", minute=2),
        record("contact", external_id="C", account="B", name="C2", minute=9),
        record("contact", external_id="D", name="D1", minute=4),
        record("lead", external_id="L", name="L1", matched_account="A", minute=5),
        record("lead", external_id="L", name="L2", converted_contact="C", status="converted", minute=11),
        record("opportunity", **opportunity, account="A", stage="1_discovery", minute=6),
        record("opportunity", **opportunity, account="B", owner=_BOB, minute=10),
        record("opportunity", **opportunity, account="A", stage="closed_won", minute=14),
        record("subscription", **subscription, seats=5, minute=7),
        record("subscription", **subscription, seats=9, minute=13),
        record("activity", external_id="T", account="A", opportunity="O", contact="D", **touch, minute=16),
        event("sales.contact_requested", lead="L", opportunity="O", minute=17),
    ]


def book() -> dict[str, list[Any]]:
    """What is held, by the CRM's own ids."""
    refers: dict[Any, tuple[str, ...]] = {
        Account: (
            "owner__email",
            "gitlab_admin__external_id",
            "gitlab_admin_awaited",
            "region",
            "tier",
            "carr",
        ),
        Contact: ("account__external_id",),
        Lead: ("matched_account__external_id", "converted_contact__external_id", "status"),
        Opportunity: ("account__external_id", "owner__email", "stage"),
        Subscription: ("account__external_id", "seats"),
        Activity: ("account__external_id", "contact__external_id", "opportunity__external_id"),
    }
    return {
        model.__name__: list(
            model.objects.order_by("external_id").values_list("external_id", "as_of", *fields)
        )
        for model, fields in refers.items()
    }


def book_of(batches: list[list[dict[str, Any]]]) -> dict[str, list[Any]]:
    for batch in batches:
        take_in(*batch)
    assert not Event.objects.filter(outcome__in=["received", "waiting", "refused"]).exists()
    return book()


def arrivals() -> st.SearchStrategy[list[list[dict[str, Any]]]]:
    """The story in any order, cut at any places."""
    cuts = st.lists(st.integers(0, len(story())), max_size=6).map(sorted)
    return st.tuples(st.permutations(story()), cuts).map(lambda drawn: cut(*drawn))


def cut(events: list[dict[str, Any]], places: list[int]) -> list[list[dict[str, Any]]]:
    ends = [*places, len(events)]
    return [batch for start, end in zip([0, *ends], ends, strict=False) if (batch := events[start:end])]


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=arrivals())
def test_any_order_of_arrival_gives_the_same_book(batches: list[list[dict[str, Any]]]) -> None:
    books = []
    for arriving in ([story()], batches):
        with transaction.atomic():
            factories.person(email=_ADA)
            factories.person(email=_BOB)
            for region in ("AMER", "EMEA", "APJ"):
                factories.person(Role.SALES_USER, email=f"{region}@example.com", region=region)
            books.append(book_of(arriving))
            transaction.set_rollback(True)
    assert books[0] == books[1]
