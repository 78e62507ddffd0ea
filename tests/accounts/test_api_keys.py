"""Keys: made once, kept as a digest, scoped, revoked, throttled."""

import re
from datetime import timedelta
from typing import Any

import pytest
import redis
import time_machine
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts import keys
from accounts.models import ApiKey, Person
from accounts.models.keys import Scope
from tests import factories
from tests.accounts.sending import NOW, bearer, event, push, secret_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_count() -> None:
    cache.clear()


def follow(client: Client, secret: str) -> Any:
    return client.get("/api/events", headers=bearer(secret))


def test_a_key_is_shown_once_and_kept_as_a_digest() -> None:
    key, secret = keys.create(name="CRM", scopes=["events:write"], acts_for=None, now=NOW)
    assert re.fullmatch(r"smb_[\w-]{43}", secret)
    assert key.prefix == secret[:12]
    assert key.digest == keys.digest(secret)
    assert secret not in {str(value) for value in vars(key).values()}


@pytest.mark.parametrize("scopes", [[], ["events:eat"]])
def test_a_key_needs_scopes_that_there_are(scopes: list[str]) -> None:
    with pytest.raises(keys.UnknownScope, match=r"There are events:write, events:read"):
        keys.create(name="CRM", scopes=scopes, acts_for=None, now=NOW)


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer smb_wrong", "Basic YTpi", "Token x", "Bearer \xff", "bearer  "]
)
def test_without_a_key_that_we_know_nobody_gets_in(client: Client, authorization: str) -> None:
    headers = {"authorization": authorization} if authorization else {}
    answer = client.get("/api/events", headers=headers)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="smbcases"'
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 401


def test_a_key_opens_what_its_scopes_say(client: Client) -> None:
    reads = secret_of(Scope.EVENTS_READ)
    assert follow(client, reads).status_code == 200
    answer = push(client, event(), secret=reads)
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "This API key lacks the scope events:write.",
    )
    answer = client.get("/api/accounts", headers=bearer(reads))
    assert answer.json()["detail"] == "This API key lacks the scope accounts:read."


def test_a_revoked_key_opens_nothing(client: Client, secret: str) -> None:
    keys.revoke(prefix=secret[:12], now=NOW)
    answer = follow(client, secret)
    assert (answer.status_code, answer.json()["detail"]) == (401, "This API key was revoked.")
    with pytest.raises(keys.NoSuchKey):
        keys.revoke(prefix=secret[:12], now=NOW)


def test_a_key_that_acts_for_a_person_may_do_no_more_than_they_may(client: Client) -> None:
    advocate, ops = factories.person(), factories.person("ops")
    for person, status in ((advocate, 403), (ops, 202)):
        assert push(client, event(), secret=secret_of(acts_for=person)).status_code == status
    Person.objects.update(is_active=False)
    assert push(client, event(), secret=secret_of(acts_for=ops)).status_code == 401


def test_that_a_key_is_used_is_noted_at_most_once_a_minute(
    client: Client, secret: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        with django_assert_num_queries(3):
            follow(client, secret)
        clock.shift(timedelta(seconds=59))
        with django_assert_num_queries(2):
            follow(client, secret)
        assert ApiKey.objects.get().last_used_at == NOW
        clock.shift(timedelta(seconds=2))
        follow(client, secret)
        assert ApiKey.objects.get().last_used_at == timezone.now()


def test_a_key_may_ask_so_often_a_minute(client: Client, secret: str, settings: Settings) -> None:
    settings.API_KEY_REQUESTS_PER_MINUTE = 2
    other = secret_of()
    with time_machine.travel(NOW + timedelta(seconds=18), tick=False) as clock:
        assert [follow(client, secret).status_code for _ in range(3)] == [200, 200, 429]
        answer = follow(client, secret)
        assert answer["Retry-After"] == "42"
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:smbcases:problem:throttled"
        assert follow(client, other).status_code == 200
        clock.shift(timedelta(seconds=42))
        assert follow(client, secret).status_code == 200


def test_without_a_cache_nobody_is_turned_away(
    client: Client, secret: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: Any, **__: Any) -> None:
        raise redis.ConnectionError("no cache")

    settings.API_KEY_REQUESTS_PER_MINUTE = 0
    monkeypatch.setattr(cache, "incr", lost)
    assert follow(client, secret).status_code == 200


def test_the_command_makes_lists_and_revokes(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    factories.person(email="ops@example.com", role="ops")
    call_command(
        "api_key",
        "create",
        "The CRM",
        "--scope",
        "events:write",
        "--scope",
        "events:read",
        "--for",
        "OPS@example.com",
    )
    secret = capsys.readouterr().out.strip()
    assert push(client, event(), secret=secret).status_code == 202
    call_command("api_key", "list")
    listed = capsys.readouterr().out
    assert "The CRM  events:write events:read, for ops@example.com  in force, last used" in listed
    assert secret not in listed
    call_command("api_key", "revoke", secret[:12])
    assert capsys.readouterr().out == f"Revoked The CRM ({secret[:12]}…).\n"
    assert push(client, event(), secret=secret).status_code == 401
    call_command("api_key", "list")
    assert "revoked 20" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("create", "x", "--scope", "everything"), "is not a scope"),
        (("create", "x", "--scope", "events:read", "--for", "no@one.example"), "Nobody here has the address"),
        (("revoke", "smb_nothing"), "No key in force begins with"),
    ],
)
def test_the_command_says_what_is_wrong(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("api_key", *arguments)
