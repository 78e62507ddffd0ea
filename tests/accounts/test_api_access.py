"""What a view does not declare is denied; a session counts as well as a key, and is protected against
forgery.
"""

from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import Act
from accounts.api import actor
from accounts.envelopes import STRUCTURED
from accounts.models import Role
from accounts.models.keys import Scope
from tests import factories
from tests.accounts.sending import bearer, event, push, secret_of

pytestmark = pytest.mark.django_db


class Undeclared(APIView):
    def get(self, request: Any) -> Response:
        return Response("seen")


class ForPeople(Undeclared):
    acts = {"GET": Act.SIGNED_IN}


class ForMachines(Undeclared):
    scopes = {"GET": Scope.CASES_READ}


def request(**headers: str) -> HttpRequest:
    return RequestFactory().get("/", headers=headers)


def test_what_is_not_declared_is_denied() -> None:
    asked = request(**bearer(secret_of(*Scope)))
    for view in (Undeclared, ForPeople):
        answer = view.as_view()(asked)
        assert answer.status_code == 403
        assert answer.data["detail"] == "This cannot be done with an API key."
    asked = request()
    asked.user = factories.person(Role.OPS)
    for view in (Undeclared, ForMachines):
        answer = view.as_view()(asked)
        assert (answer.status_code, answer.data["detail"]) == (403, "Nobody may do this.")


def test_what_is_declared_is_let_in() -> None:
    assert ForMachines.as_view()(request(**bearer(secret_of(Scope.CASES_READ)))).data == "seen"
    asked = request()
    asked.user = factories.person(Role.BDR)
    assert ForPeople.as_view()(asked).data == "seen"


def test_a_method_that_a_view_has_not_is_no_secret(client: Client, secret: str) -> None:
    answer = client.put("/api/events", headers=bearer(secret))
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert "POST" in answer["Allow"]
    assert client.head("/api/events", headers=bearer(secret)).status_code == 200
    assert client.options("/api/events", headers=bearer(secret)).status_code == 403


def test_a_person_who_is_signed_in_may_do_what_their_role_says(client: Client) -> None:
    client.force_login(factories.person(Role.ADVOCATE))
    assert client.get("/api/events").status_code == 200
    answer = client.post("/api/events", event(), content_type=STRUCTURED)
    assert (answer.status_code, answer.json()["detail"]) == (403, "Your role does not include this.")
    client.force_login(factories.person(Role.STAKEHOLDER))
    assert client.get("/api/events").status_code == 403


def test_a_session_cannot_be_used_from_elsewhere() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.person(Role.OPS))
    answer = client.post("/api/events", event(), content_type=STRUCTURED)
    assert answer.status_code == 403
    assert "CSRF" in answer.json()["detail"]
    assert push(client, event(), secret=secret_of()).status_code == 202


def test_writes_are_in_the_name_of_the_person_or_of_whom_the_key_acts_for() -> None:
    ops = factories.person(Role.OPS)

    class Who(APIView):
        acts = {"GET": Act.SIGNED_IN}
        scopes = {"GET": Scope.CASES_WRITE}

        def get(self, request: Any) -> Response:
            return Response(getattr(actor(request), "pk", None))

    asked = request()
    asked.user = ops
    assert Who.as_view()(asked).data == ops.pk
    assert Who.as_view()(request(**bearer(secret_of(Scope.CASES_WRITE, acts_for=ops)))).data == ops.pk
    assert Who.as_view()(request(**bearer(secret_of(Scope.CASES_WRITE)))).data is None
