"""Somebody at their desk: opens a case's page and sends its forms, with or without htmx."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from cases.models import Case


@dataclass(frozen=True)
class Desk:
    client: Client
    person: Person

    def open(self, case: Case, form: str = "", *, htmx: bool = False, **query: Any) -> HttpResponse:
        """The page of the case, or of one of its forms: `close`, `later`."""
        return self.client.get(self.address(case, form), query, headers=_headers(htmx=htmx))

    def send(
        self, case: Case, form: str, *, htmx: bool = False, version: int | None = None, **fields: Any
    ) -> HttpResponse:
        """Send a form; `version` is the one that was seen, the present one if not given."""
        case.refresh_from_db()
        data = {"version": version or case.version, **fields}
        return self.client.post(self.address(case, form), data, headers=_headers(htmx=htmx))

    @staticmethod
    def address(case: Case, form: str) -> str:
        return reverse(f"case_{form}" if form else "case", args=[case.pk])


def at_desk(person: Person) -> Desk:
    client = Client()
    client.force_login(person)
    return Desk(client, person)


def text(response: HttpResponse) -> str:
    """What the page says, in one line, with its tags."""
    return " ".join(response.content.decode().split())


def _headers(*, htmx: bool) -> dict[str, str]:
    return {"HX-Request": "true"} if htmx else {}
