"""While PostgreSQL is away, everybody is told so in their own way, and asked to come again."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from socket import socket

import pytest
from django.db import InterfaceError, OperationalError, connection, connections
from django.http import HttpResponse
from django.test import Client

from smbcases.outage import is_outage
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], HttpResponse]], HttpResponse]:
    """Ask from a thread whose connection is still to be made, to a port where nobody listens."""

    def ask(question: Callable[[], HttpResponse]) -> HttpResponse:
        with socket() as nobody, monkeypatch.context() as elsewhere:
            nobody.bind(("127.0.0.1", 0))
            elsewhere.setitem(connections.settings["default"], "HOST", "127.0.0.1")
            elsewhere.setitem(connections.settings["default"], "PORT", nobody.getsockname()[1])
            with ThreadPoolExecutor(1) as thread:
                return thread.submit(question).result()

    return ask


@pytest.fixture
def signed_in() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(factories.person("ops"))
    return client


@pytest.mark.parametrize("path", ["/cases/mine/", "/sign-in/", "/admin/"])
def test_pages_say_that_they_are_back_in_a_moment(
    away: Callable[[Callable[[], HttpResponse]], HttpResponse], signed_in: Client, path: str
) -> None:
    response = away(lambda: signed_in.get(path))
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert "Back in a moment" in response.content.decode()


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer smb_x"}])
def test_the_api_says_it_as_a_problem(
    away: Callable[[Callable[[], HttpResponse]], HttpResponse], signed_in: Client, headers: dict[str, str]
) -> None:
    response = away(lambda: signed_in.get("/api/cases", headers=headers))
    assert response.status_code == 503
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Retry-After"] == "5"
    assert response.json()["type"] == "urn:smbcases:problem:database-unavailable"


def test_with_the_database_back_all_is_as_before(signed_in: Client) -> None:
    assert signed_in.get("/api/cases").status_code == 200


def test_what_the_database_refuses_is_no_outage() -> None:
    with pytest.raises(OperationalError) as caught, connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 1; SELECT pg_sleep(1)")
    assert not is_outage(caught.value)
    assert not is_outage(ValueError())
    assert is_outage(InterfaceError("connection already closed"))
