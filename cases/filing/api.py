"""Filing a case by API: the same domain call as the form's."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import idempotency
from accounts.access import Act
from accounts.api import writer
from accounts.models.keys import Scope
from cases import api, api_docs
from cases.filing import filing
from cases.filing.shapes import ToFile
from cases.serializers import CaseDetail
from smbcases.lib.problems import MEDIA_TYPE, Problem

_SUPPORT = {
    "case_type": "support_ticket",
    "description": "They ask for 20 more seats before the term ends.",
    "account": "001A000001",
    "contact": "003A000001",
    "link": "https://support.example/tickets/40411",
    "anyway": True,
}


class Cases(api.CaseList):
    acts = {"GET": Act.SEE_CASES, "POST": Act.FILE_CASES}
    scopes = {"GET": Scope.CASES_READ, "POST": Scope.CASES_WRITE}

    @api_docs.listing
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="cases_create",
        summary="File a case",
        description="In the name of who the key acts for, with the subjects of their department. It is routed at "
        "once, as all others. Files are attached afterwards.",
        tags=["cases"],
        request=ToFile,
        responses={
            (201, "application/json"): OpenApiResponse(CaseDetail, "The case, with its ETag."),
            (403, MEDIA_TYPE): OpenApiResponse(
                Problem, "The key acts for nobody, or for somebody who files none."
            ),
            (409, MEDIA_TYPE): OpenApiResponse(
                Problem, "The account has an open case: `open_cases` names it. Add to it, or send `anyway`."
            ),
            (422, MEDIA_TYPE): OpenApiResponse(Problem, "Something is missing; `errors` name the places."),
        },
        examples=[OpenApiExample("From a support ticket", value=_SUPPORT, request_only=True)],
    )
    @idempotency.once
    def post(self, request: Request) -> Response:
        person = writer(request)
        given = ToFile(data=request.data)
        given.is_valid(raise_exception=True)
        case = filing.file_case(
            asked=given.asked(),
            by=person,
            now=timezone.now(),
            anyway=given.validated_data["anyway"],
            follow=given.validated_data["follow"],
        )
        response = api.answer(request, case.pk, status=201)
        response["Location"] = f"{request.path}/{case.number}"
        return response
