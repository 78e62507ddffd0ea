"""GET /api/events: what became of them."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts import following
from accounts.following import NoSuchEvent, SeveralEvents
from routing.models import Evaluation, Trigger
from tests import factories
from tests.accounts.sending import NOW, bearer, event, record, take_in

pytestmark = pytest.mark.django_db


def get(client: Client, secret: str, address: str, **query: Any) -> Any:
    return client.get(address, query, headers=bearer(secret))


def trigger(key: str = "contact_sales_request", **fields: Any) -> Trigger:
    defaults: dict[str, Any] = {
        "playbook": "test",
        "name": "Contact Sales Request",
        "category": "inbound",
        "enabled": True,
        "asked_of": "account",
        "once_per": "event",
        "subject": "…",
        "context": "…",
        "cta": "…",
        "digest": "…",
    }
    return Trigger.objects.create(key=key, **{**defaults, **fields})


def test_an_event_that_was_applied(client: Client, secret: str) -> None:
    take_in(event(external_id="A", named="1", name="Acme"))
    told = get(client, secret, "/api/events/%2Fcrm/1").json()
    assert told["outcome"] == "applied"
    assert told["outcome_text"] == "Applied"
    assert told["account"] == "A"
    assert told["applied_at"] == "2026-03-03T15:00:00Z"
    assert told["evaluated_at"] is None
    assert told["data"] == {"external_id": "A", "name": "Acme"}
    assert told["triggers"] == []


def test_an_event_that_waits_says_for_what(client: Client, secret: str) -> None:
    take_in(record("contact", external_id="C", account="A", name="Ada", named="1"))
    told = get(client, secret, "/api/events/%2Fcrm/1").json()
    assert (told["outcome"], told["waits_for"], told["account"]) == ("waiting", "account:A", None)


def test_each_look_of_a_trigger_is_told_with_its_values_and_its_case(
    client: Client, secret: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    held = factories.account(external_id="A")
    (taken,) = take_in(event("sales.contact_requested", account="A", named="1"))
    case = factories.case(account=held)
    looked = {"event": taken, "account": held, "version": 3, "at": NOW}
    Evaluation.objects.create(trigger=trigger(), verdict="opened", case=case, values={"carr": 5000}, **looked)
    Evaluation.objects.create(
        trigger=trigger("other", name="Other"), verdict="tier", values={"tier": 3}, **looked
    )
    get(client, secret, "/api/events/%2Fcrm/1")  # notes that the key was used
    with django_assert_num_queries(3):
        told = get(client, secret, "/api/events/%2Fcrm/1").json()["triggers"]
    assert told == [
        {
            "trigger": "contact_sales_request",
            "name": "Contact Sales Request",
            "version": 3,
            "verdict": "opened",
            "verdict_text": "Opened a case",
            "values": {"carr": 5000},
            "case": case.number,
            "at": "2026-03-03T15:00:00Z",
        },
        {
            "trigger": "other",
            "name": "Other",
            "version": 3,
            "verdict": "tier",
            "verdict_text": "The account's tier does not get this case type",
            "values": {"tier": 3},
            "case": None,
            "at": "2026-03-03T15:00:00Z",
        },
    ]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/crm", "1"),
        ("https://crm.example/eu//x", "a/b"),
        ("crm", "50%/ü?&#"),
        ("a b", "/"),
        ("a/", "/b/"),
        ("a\n", "\nb\r\n"),
    ],
)
def test_any_source_and_id_can_be_followed(client: Client, secret: str, source: str, name: str) -> None:
    take_in(event(named=name) | {"source": source})
    told = get(client, secret, f"/api/events/{quote(source, safe='')}/{quote(name, safe='')}")
    assert told.status_code == 200
    assert (told.json()["source"], told.json()["id"]) == (source, name)


def test_an_address_that_means_two_events_says_so_unless_the_server_kept_it_as_sent() -> None:
    take_in(event(named="b/c") | {"source": "a"}, event(named="c") | {"source": "a/b"})
    with pytest.raises(SeveralEvents, match="source=…&id="):
        following.find("a/b/c")
    assert following.find("a/b/c", raw="a%2Fb/c").event_id == "c"
    assert following.find("a/b/c", raw="a/b%2Fc").event_id == "b/c"


def test_an_event_that_nobody_sent_is_not_there(client: Client, secret: str) -> None:
    for place in ("nobody/1", "1", "a%00/b", "/" * 500):
        answer = get(client, secret, f"/api/events/{place}")
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:smbcases:problem:no_such_event")
    with pytest.raises(NoSuchEvent):
        following.find("")


def test_the_list_is_newest_first_and_continues_where_it_ended(
    client: Client, secret: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    take_in(*(event(named=str(number)) for number in range(5)))
    get(client, secret, "/api/events")
    with django_assert_num_queries(2):
        page = get(client, secret, "/api/events", page_size=3).json()
    assert [line["id"] for line in page["results"]] == ["4", "3", "2"]
    assert "data" not in page["results"][0]
    rest = client.get(page["next"], headers=bearer(secret)).json()
    assert [line["id"] for line in rest["results"]] == ["1", "0"]
    assert rest["next"] is None


def test_the_list_can_be_asked_for_names_outcome_and_account(client: Client, secret: str) -> None:
    take_in(
        event(external_id="A", named="1"),
        record("contact", external_id="C", account="B", name="Ada", named="2"),
    )

    def ids(**query: Any) -> list[str]:
        return [line["id"] for line in get(client, secret, "/api/events", **query).json()["results"]]

    assert ids(source="/crm", id="2") == ["2"]
    assert ids(outcome="waiting") == ["2"]
    assert ids(account="A") == ["1"]
    assert ids(account="nobody") == []


@pytest.mark.parametrize("query", [{"outcome": "lost"}, {"source": "a\x00"}, {"cursor": "///"}])
def test_what_cannot_be_asked_is_refused(client: Client, secret: str, query: dict[str, str]) -> None:
    assert get(client, secret, "/api/events", **query).status_code in {400, 404}
