"""Every failure of the API is a problem document."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import Client
from rest_framework import exceptions

from smbcases.lib import problems
from smbcases.lib.refusal import Refusal


class OutOfMilk(Refusal):
    name = "out_of_milk"
    status = 410
    title = "There is no milk"


def document(error: Exception) -> dict[str, Any]:
    answer = problems.handle(error, {})
    assert answer is not None
    assert answer.status_code == answer.data["status"]
    assert answer.content_type == "application/problem+json"
    return dict(answer.data)


def test_a_refusal_says_its_name_its_sentence_and_more() -> None:
    assert document(OutOfMilk("Buy some.", litres=2)) == {
        "type": "urn:smbcases:problem:out_of_milk",
        "title": "There is no milk",
        "status": 410,
        "detail": "Buy some.",
        "litres": 2,
    }


@pytest.mark.parametrize(
    ("error", "name", "status", "detail"),
    [
        (Http404("row 7"), "not_found", 404, "There is nothing here, or nothing that you may see."),
        (PermissionDenied("Ask your manager."), "permission_denied", 403, "Ask your manager."),
        (PermissionDenied(), "permission_denied", 403, "You do not have permission to perform this action."),
        (exceptions.MethodNotAllowed("PUT"), "method_not_allowed", 405, 'Method "PUT" not allowed.'),
    ],
)
def test_what_the_frameworks_raise_becomes_one_too(
    error: Exception, name: str, status: int, detail: str
) -> None:
    told = document(error)
    assert (told["type"], told["status"], told["detail"]) == (f"urn:smbcases:problem:{name}", status, detail)


def test_headers_that_tell_what_to_do_stay() -> None:
    answer = problems.handle(exceptions.Throttled(wait=42), {})
    assert answer is not None
    assert answer["Retry-After"] == "42"


@pytest.mark.parametrize(
    ("error", "errors"),
    [
        (ValidationError("Too late."), [("", "Too late.")]),
        (exceptions.ValidationError({"due": ["No.", "Never."]}), [("/due", "No."), ("/due", "Never.")]),
        (exceptions.ValidationError({"non_field_errors": ["Both or none."]}), [("", "Both or none.")]),
        (exceptions.ValidationError({"lines": [{}, {"seats": ["Few."]}]}), [("/lines/1/seats", "Few.")]),
        (exceptions.ValidationError({"a/b": {"c~d": ["No."]}}), [("/a~1b/c~0d", "No.")]),
    ],
)
def test_what_does_not_validate_is_pointed_at(error: Exception, errors: list[tuple[str, str]]) -> None:
    told = document(error)
    assert told["type"] == "urn:smbcases:problem:invalid"
    assert [(each["pointer"], each["detail"]) for each in told["errors"]] == errors


def test_what_nobody_foresaw_is_left_alone() -> None:
    assert problems.handle(RuntimeError("bug"), {}) is None


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_address_that_the_api_does_not_have_is_a_problem_too(client: Client, method: str) -> None:
    answer = getattr(client, method)("/api/no/such/place")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["type"] == "urn:smbcases:problem:not_found"
    assert "/api/no/such/place" in answer.json()["detail"]
