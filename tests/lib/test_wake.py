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


@pytest.fixture(autouse=True)
def rested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wake, "_rests_until", 0.0)
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


def test_a_broker_that_is_away_is_logged_and_no_more(away: None, caplog: pytest.LogCaptureFixture):
    began = time.monotonic()

    wake._send(TASK)

    assert time.monotonic() - began < 0.5
    assert f"No wake-up for {TASK}" in caplog.text


def test_a_broker_that_does_not_answer_is_not_waited_for(silent: None, caplog: pytest.LogCaptureFixture):
    began = time.monotonic()

    wake._send(TASK)

    assert time.monotonic() - began < 2.5
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
    broker.client_kill_filter(_type="normal", skipme=True)

    wake._send(TASK)

    assert broker.llen("celery") == 2
    assert caplog.text == ""
