"""A wake-up goes out after the commit, and a broker that is away keeps nobody waiting."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
import redis
from django.conf import LazySettings
from django.core.cache import cache
from django.db import transaction

from smbcases.lib import wake

TASK = "accounts.tasks.apply_events"
AN_HOUR = 3600


@pytest.fixture(autouse=True)
def rested(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks and rests last as long as a test, however slow it is; those that are about their end, end them."""
    monkeypatch.setattr(wake, "_rests_until", 0.0)
    monkeypatch.setattr(wake, "KNOCKED_FOR", AN_HOUR)
    monkeypatch.setattr(wake, "REST", AN_HOUR)
    cache.clear()


@pytest.fixture
def broker(settings: LazySettings) -> Iterator[redis.Redis]:
    """The broker of this test process, empty; no worker takes from it."""
    with redis.Redis.from_url(settings.CELERY_BROKER_URL) as client:
        client.delete("celery")
        yield client
        client.delete("celery")


@pytest.fixture
def silent(settings: LazySettings) -> Iterator[None]:
    """A broker that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        yield


@pytest.fixture
def away(settings: LazySettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.mark.django_db(transaction=True)
def test_sends_once_the_work_is_committed(broker: redis.Redis):
    with transaction.atomic():
        wake.wake("events")
        assert broker.llen("celery") == 0

    assert broker.llen("celery") == 1


@pytest.mark.django_db(transaction=True)
def test_sends_nothing_for_what_was_rolled_back(broker: redis.Redis):
    with transaction.atomic():
        wake.wake("events")
        transaction.set_rollback(True)

    assert broker.llen("celery") == 0


def test_knocks_once_until_it_is_heard(broker: redis.Redis):
    for _ in range(3):
        wake._knock("events")
    assert broker.llen("celery") == 1

    wake.heard("events")
    wake._knock("events")
    assert broker.llen("celery") == 2


def test_one_idea_does_not_keep_another_quiet(broker: redis.Redis):
    wake._knock("events")
    wake._knock("applied")
    assert broker.llen("celery") == 2


def sends_within(seconds: float) -> bool:
    """In one of three tries: a busy machine is slow at times, who waits for a broker is so each time."""

    def send() -> float:
        wake._rests_until = 0.0
        began = time.monotonic()
        wake._send(TASK)
        return time.monotonic() - began

    return any(send() < seconds for _ in range(3))


def test_a_broker_that_is_away_is_logged_and_no_more(away: None, caplog: pytest.LogCaptureFixture):
    assert sends_within(0.5)
    assert f"No wake-up for {TASK}" in caplog.text


def test_a_broker_that_does_not_answer_is_not_waited_for(silent: None, caplog: pytest.LogCaptureFixture):
    assert sends_within(3)
    assert f"No wake-up for {TASK}" in caplog.text


def test_after_a_failure_it_rests(away: None, caplog: pytest.LogCaptureFixture):
    for _ in range(3):
        wake._send(TASK)

    assert caplog.text.count("No wake-up") == 1


def test_after_the_rest_it_sends_again(
    broker: redis.Redis, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
):
    url = settings.CELERY_BROKER_URL
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    wake._send(TASK)
    settings.CELERY_BROKER_URL = url
    monkeypatch.setattr(wake, "_rests_until", time.monotonic())

    wake._send(TASK)

    assert broker.llen("celery") == 1


def test_a_connection_that_broke_meanwhile_is_made_anew(
    broker: redis.Redis, caplog: pytest.LogCaptureFixture
):
    wake._send(TASK)
    _kill_clients_of_ours(broker)

    wake._send(TASK)

    assert broker.llen("celery") == 2
    assert caplog.text == ""


def _kill_clients_of_ours(broker: redis.Redis) -> None:
    """Those of this test process: each has a database of its own, and another one's are in use."""
    ours = broker.connection_pool.connection_kwargs["db"]
    for client in broker.client_list(_type="normal"):
        if int(client["db"]) == ours and int(client["id"]) != broker.client_id():
            broker.client_kill_filter(_id=client["id"])
