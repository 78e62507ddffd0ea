"""The OpenAPI document of cases: what each operation says of itself, with examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from cases.serializers import CaseDetail
from smbcases.lib.problems import MEDIA_TYPE, Problem

View = TypeVar("View", bound=type[APIView])

NUMBER = OpenApiParameter(
    "number", str, OpenApiParameter.PATH, description="SMB-10471, or 10471 alone.", required=True
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the case as you read it, or * for any version.",
)
_REFUSALS = {
    401: "Nobody is signed in.",
    403: "The key lacks a scope or acts for nobody, or the case is not yours to change.",
    404: "There is no such case, or you may not see it.",
    409: "The playbook does not allow it from where the case is.",
    412: "The case has changed since: `changes` says what was done, `version` is the present one.",
    422: "What was sent breaks a rule; `errors` name the places.",
    428: "If-Match is missing.",
}


def _responses() -> dict[Any, Any]:
    case = {(200, "application/json"): OpenApiResponse(CaseDetail, "The case as it is now, with its ETag.")}
    return case | {(status, MEDIA_TYPE): OpenApiResponse(Problem, said) for status, said in _REFUSALS.items()}


listing = extend_schema(
    operation_id="cases_list",
    summary="List cases",
    description="Newest first, by cursor. Only cases that you may see; a filter that does not exist is refused.",
    tags=["cases"],
)
reading = extend_schema(
    operation_id="cases_read",
    summary="One case",
    description="With its history. The ETag is its version: send it as If-Match with every change.",
    tags=["cases"],
    parameters=[NUMBER],
    responses={
        (200, "application/json"): CaseDetail,
        (404, MEDIA_TYPE): OpenApiResponse(Problem, _REFUSALS[404]),
    },
)


def acting(
    summary: str, *, shape: type[Serializer[Any]], example: Mapping[str, Any] | None = None
) -> Callable[[View], View]:
    """Describe the POST of a view that changes one case."""
    examples = [OpenApiExample(summary, value=dict(example), request_only=True)] if example else []

    def describe(view: View) -> View:
        described = extend_schema(
            operation_id=f"cases_{_snake(view.__name__)}",
            summary=summary,
            tags=["cases"],
            parameters=[NUMBER, IF_MATCH],
            request=shape if shape().fields else None,
            responses=_responses(),
            examples=examples,
        )
        return extend_schema_view(post=described)(view)

    return describe


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
