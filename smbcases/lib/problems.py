"""Errors of the API as `application/problem+json` (RFC 9457), each with a name of its own.

A domain refusal is an exception that derives from `Refusal`: a sentence for a person, a name for a program, a
status. Pages show the sentence, the API sends the whole; nothing else needs to know of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from smbcases.lib.pointer import pointer
from smbcases.lib.refusal import Refusal

MEDIA_TYPE = "application/problem+json"


class Place(serializers.Serializer[Mapping[str, str]]):
    """What is wrong at one place of what was sent."""

    pointer = serializers.CharField(help_text="JSON pointer, such as /3/data/carr.")
    detail = serializers.CharField()


class Problem(serializers.Serializer[Mapping[str, Any]]):
    """What went wrong, as RFC 9457 says it; `type` names the kind of problem and is no address."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(allow_blank=True)
    errors = Place(many=True, required=False)  # type: ignore[assignment]  # a field, which DRF takes out of the class


def body(*, name: str, title: str, status: int, detail: str = "", **more: Any) -> dict[str, Any]:
    """The problem document. `type` is a name, not an address to fetch: `urn:smbcases:problem:NAME`."""
    document = {"type": f"urn:smbcases:problem:{name}", "title": title, "status": status, "detail": detail}
    return {**document, **more}


def nothing_here(request: HttpRequest) -> HttpResponse:
    """Any address that the API does not have."""
    detail = f"The API has no {request.path}. GET /api/docs shows what it has."
    document = body(name="not_found", title="Not found.", status=404, detail=detail)
    return JsonResponse(document, status=404, content_type=MEDIA_TYPE)


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler: every failure becomes a problem document; an unforeseen one stays a 500."""
    if isinstance(error, Refusal):
        return _response(
            body(name=error.name, title=error.title, status=error.status, detail=error.detail, **error.more)
        )
    if isinstance(error, ValidationError):
        error = exceptions.ValidationError(error.messages)
    error = _as_api_error(error)
    response = exception_handler(error, dict(context))
    if response is None or not isinstance(error, exceptions.APIException):
        return None
    problem = _response(_of_api_error(error, status=response.status_code))
    for header in ("WWW-Authenticate", "Retry-After"):
        if header in response:
            problem[header] = response[header]
    return problem


def _as_api_error(error: Exception) -> Exception:
    if isinstance(error, Http404):
        return exceptions.NotFound("There is nothing here, or nothing that you may see.")
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(str(error) or None)
    return error


def _of_api_error(error: exceptions.APIException, *, status: int) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        return body(
            name="invalid",
            title="Some of what was sent cannot be used",
            status=status,
            detail="See errors: each names its place and what is expected there.",
            errors=list(_pointed(error.detail, ())),
        )
    return body(
        name=error.default_code,
        title=str(error.default_detail),
        status=status,
        detail=str(error.detail),
    )


def _pointed(detail: Any, at: tuple[str | int, ...]) -> Iterator[dict[str, str]]:
    """Flatten DRF's nested messages into JSON pointers with a sentence each."""
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            yield from _pointed(inner, at if key == api_settings.NON_FIELD_ERRORS_KEY else (*at, key))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list)
            yield from _pointed(inner, (*at, index) if nested else at)
    else:
        yield {"pointer": pointer(at), "detail": str(detail)}


def _response(document: dict[str, Any]) -> Response:
    return Response(document, status=document["status"], content_type=MEDIA_TYPE)
