"""The official SDK of CloudEvents as the client, over HTTP."""

from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from cloudevents.core.bindings.http import HTTPMessage, to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent
from pytest_django.live_server_helper import LiveServer

from accounts import applying
from accounts.envelopes import BATCH
from accounts.models import Account, Event
from tests.accounts.sending import NOW, bearer, secret_of

pytestmark = pytest.mark.django_db(transaction=True)


def account(name: str, **attributes: Any) -> CloudEvent:
    return CloudEvent(
        {
            "type": "crm.account.upserted",
            "source": "https://crm.example/org/7",
            "time": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
            "datacontenttype": "application/json",
            **attributes,
        },
        {"external_id": name, "name": f"{name} Ltd"},
    )


def post(server: LiveServer, message: HTTPMessage, secret: str) -> requests.Response:
    headers = {**message.headers, **bearer(secret)}
    return requests.post(f"{server.url}/api/events", data=message.body, headers=headers, timeout=60)


@pytest.mark.parametrize("to_message", [to_structured_event, to_binary_event])
def test_an_event_of_the_sdk_reaches_the_book(live_server: LiveServer, to_message: Any) -> None:
    secret = secret_of()
    sent = account("001A", id="größe/1 %", subject="Zürich “1”")
    answer = post(live_server, to_message(sent), secret)
    assert answer.status_code == 202, answer.text
    assert answer.json()["id"] == "größe/1 %"
    assert Event.objects.get().subject == "Zürich “1”"
    applying.apply_pending(now=NOW)
    assert Account.objects.get().as_of == sent.get_time()
    followed = requests.get(live_server.url + answer.json()["href"], headers=bearer(secret), timeout=60)
    assert followed.status_code == 200, followed.text
    assert followed.json()["outcome"] == "applied"
    assert post(live_server, to_message(sent), secret).json() == answer.json()


def test_a_batch_of_the_sdk(live_server: LiveServer) -> None:
    written = [to_structured_event(account(name)).body for name in ("001A", "001B")]
    message = HTTPMessage(headers={"content-type": BATCH}, body=b"[" + b",".join(written) + b"]")
    answer = post(live_server, message, secret_of())
    assert (answer.status_code, answer.json()["accepted"]) == (202, 2)
