"""POST /api/events: what is kept, and what the sender is told."""

from typing import Any

import orjson
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import Event
from smbcases.lib import bulk, wake
from tests.accounts.sending import bearer, event, push


def test_one_event_is_kept_and_can_be_followed(client: Client, secret: str) -> None:
    sent = event(name="Acme", named="a/b 1") | {"source": "https://crm.example/eu", "subject": "001"}
    answer = push(client, sent, secret=secret)
    assert answer.status_code == 202
    assert answer.json() == {
        "source": "https://crm.example/eu",
        "id": "a/b 1",
        "status": "accepted",
        "href": "/api/events/https%3A%2F%2Fcrm.example%2Feu/a%2Fb%201",
    }
    kept = Event.objects.get()
    assert (kept.source, kept.event_id, kept.subject) == ("https://crm.example/eu", "a/b 1", "001")
    assert kept.data == sent["data"]
    assert kept.outcome == "received"


def test_binary_mode(client: Client, secret: str) -> None:
    headers = {
        "ce-specversion": "1.0",
        "ce-id": "b1",
        "ce-source": "/crm",
        "ce-type": "sales.contact_requested",
        "ce-time": "2025-03-03T13:00:00Z",
        "ce-subject": "J%C3%BCrgen%20%25",
        **bearer(secret),
    }
    body = orjson.dumps({"account": "001A", "message": "Hi"})
    answer = client.post("/api/events", body, content_type="application/json", headers=headers)
    assert answer.status_code == 202
    kept = Event.objects.get()
    assert kept.subject == "Jürgen %"
    assert kept.data == {"account": "001A", "message": "Hi"}


def test_sent_again_it_answers_the_same_and_does_nothing(client: Client, secret: str) -> None:
    first = push(client, event(named="1", name="Acme"), secret=secret)
    again = push(client, event(named="1", name="Another"), secret=secret)
    assert (again.status_code, again.json()) == (202, first.json())
    assert Event.objects.get().data["name"] == "Acme"


def test_the_same_name_from_another_source_is_another_event(client: Client, secret: str) -> None:
    push(client, event(named="1"), secret=secret)
    push(client, event(named="1") | {"source": "/billing"}, secret=secret)
    assert Event.objects.count() == 2


def test_a_bad_event_is_refused_with_pointers(client: Client, secret: str) -> None:
    answer = push(client, event(carr="much") | {"time": "today"}, secret=secret)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:smbcases:problem:unfit_events"
    assert [fault["pointer"] for fault in problem["errors"]] == ["/time", "/data/carr"]
    assert not Event.objects.exists()


def test_a_batch_keeps_its_good_events_and_names_its_bad_ones(client: Client, secret: str) -> None:
    sent = [event(named="a"), event(named="b", carr="much"), 7, event(named="a", name="Twin")]
    answer = push(client, sent, secret=secret)
    assert answer.status_code == 202
    told = answer.json()
    assert (told["accepted"], told["refused"]) == (2, 2)
    assert [result["status"] for result in told["results"]] == ["accepted", "refused", "refused", "accepted"]
    assert told["results"][1] == {
        "source": "/crm",
        "id": "b",
        "status": "refused",
        "errors": [{"pointer": "/1/data/carr", "detail": 'Expected a number, not "much".'}],
    }
    assert told["results"][2]["errors"][0]["pointer"] == "/2"
    assert told["results"][0] == told["results"][3]
    assert Event.objects.get().data["name"] == "Acme"


def test_a_batch_without_one_good_event_is_refused(client: Client, secret: str) -> None:
    answer = push(client, [event(pte=9), event(ptc=0)], secret=secret)
    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/0/data/pte", "/1/data/ptc"]


def test_a_batch_of_which_all_is_known_is_accepted(client: Client, secret: str) -> None:
    sent = [event(), event()]
    first, again = push(client, sent, secret=secret), push(client, sent, secret=secret)
    assert (again.status_code, again.json()) == (202, first.json())
    assert Event.objects.count() == 2


def test_an_empty_batch_is_none_too_few(client: Client, secret: str) -> None:
    answer = push(client, [], secret=secret)
    assert (answer.status_code, answer.json()) == (202, {"accepted": 0, "refused": 0, "results": []})


def test_a_batch_over_the_limit_is_refused_whole(client: Client, secret: str, settings: Settings) -> None:
    settings.EVENT_BATCH_LIMIT = 2
    answer = push(client, [event(), event(), event()], secret=secret)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:smbcases:problem:batch_too_long")
    assert not Event.objects.exists()


def test_a_body_over_the_limit_is_refused(client: Client, secret: str, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = push(client, event(), secret=secret)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:smbcases:problem:body_too_large")


@pytest.mark.parametrize(("media_type", "status"), [("application/json", 415), ("text/xml", 415)])
def test_other_media_types_are_refused(client: Client, secret: str, media_type: str, status: int) -> None:
    answer = push(client, event(), secret=secret, media_type=media_type)
    assert answer.status_code == status
    assert "application/cloudevents-batch+json" in answer.json()["detail"]


@pytest.mark.parametrize("body", [b"{", b'{"id": "\xff"}', b"[[[[" * 2000])
def test_what_is_not_json_is_refused(client: Client, secret: str, body: bytes) -> None:
    answer = client.post(
        "/api/events", body, content_type="application/cloudevents+json", headers=bearer(secret)
    )
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:smbcases:problem:not_json")


def test_odd_but_legal_text_is_kept_as_it_came(client: Client, secret: str) -> None:
    odd = "\u202e\ufffe\U0001f9ff \\u0000 'x' %s {}\n"
    details = {odd: [1e20, -0.0, 0.1, None, True]}
    push(client, event("billing.overage_found", account="A", message=odd, details=details), secret=secret)
    assert Event.objects.get().data == {"account": "A", "message": odd, "details": details}


def test_ids_follow_the_order_of_the_batch(client: Client, secret: str) -> None:
    push(client, [event(named=name) for name in "zay"], secret=secret)
    assert list(Event.objects.order_by("id").values_list("event_id", flat=True)) == ["z", "a", "y"]


@pytest.mark.parametrize("size", [1, 300])
def test_a_batch_costs_as_many_queries_as_one_event(
    client: Client, secret: str, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    push(client, event(), secret=secret)
    with django_assert_num_queries(5):  # the key; savepoint, ids, rows, release
        push(client, [event() for _ in range(size)], secret=secret)


def test_whoever_applies_them_is_woken_after_the_commit(
    client: Client,
    secret: str,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    woken: list[Any] = []
    monkeypatch.setattr(wake, "_send", woken.append)
    with django_capture_on_commit_callbacks(execute=True):
        push(client, [event(), event()], secret=secret)
        assert woken == []
    assert woken == ["accounts.tasks.apply_events"]


def test_nothing_is_acknowledged_that_could_not_be_stored(
    client: Client, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(bulk, "insert", fail)
    with pytest.raises(OSError, match="disk"):
        push(client, event(), secret=secret)
