"""Files on cases by API: list, upload as multipart, download, take away."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import idempotency
from accounts.access import Act
from accounts.api import writer
from accounts.models.keys import Scope
from cases import api_docs, preconditions
from cases.api import find, telling_changes
from cases.files import attaching, serving
from cases.models import Attachment
from cases.serializers import Given
from smbcases.lib.problems import MEDIA_TYPE, Problem


class FileShape(serializers.ModelSerializer[Attachment]):
    """A file of a case. `content_type` is what is in it, whatever was said."""

    by = serializers.EmailField(source="by.email", allow_null=True, help_text="Empty: it came with a mail.")

    class Meta:
        model = Attachment
        fields = ("id", "name", "size", "content_type", "sha256", "by", "attached_at")


class ToAttach(Given):
    file = serializers.FileField(allow_empty_file=True, max_length=10_000)


_REFUSED = {
    (404, MEDIA_TYPE): OpenApiResponse(Problem, "There is no such case or file, or you may not see it."),
}

_STALE = {
    (412, MEDIA_TYPE): OpenApiResponse(Problem, "The case has changed since: `changes` says what was done."),
    (428, MEDIA_TYPE): OpenApiResponse(Problem, "If-Match is missing."),
}


class Files(APIView):
    acts = {"GET": Act.SEE_CASES, "POST": Act.SEE_CASES}
    scopes = {"GET": Scope.CASES_READ, "POST": Scope.CASES_WRITE}
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="cases_files",
        summary="The files of a case",
        tags=["cases"],
        parameters=[api_docs.NUMBER],
        responses={(200, "application/json"): FileShape(many=True), **_REFUSED},
    )
    def get(self, request: Request, number: int) -> Response:
        kept = Attachment.objects.there().filter(case=find(request, number)).select_related("by")
        return Response(FileShape(list(kept.order_by("id")), many=True).data)

    @extend_schema(
        operation_id="cases_attach",
        summary="Attach a file",
        description="One file a request. The same content twice on one case is refused with 409. The answer's ETag is"
        " that of the case, for the next one.",
        tags=["cases"],
        parameters=[api_docs.NUMBER, api_docs.IF_MATCH],
        request={"multipart/form-data": ToAttach},
        examples=[
            OpenApiExample(
                "A text", value={"file": "notes.txt"}, media_type="multipart/form-data", request_only=True
            )
        ],
        responses={
            (201, "application/json"): FileShape,
            **_REFUSED,
            **_STALE,
            (409, MEDIA_TYPE): OpenApiResponse(Problem, "The case has it already, or has no room."),
            (413, MEDIA_TYPE): OpenApiResponse(Problem, "The file is too large."),
            (422, MEDIA_TYPE): OpenApiResponse(Problem, "It is empty, or of a kind that is not taken."),
        },
    )
    @idempotency.once
    def post(self, request: Request, number: int) -> Response:
        person = writer(request)
        find(request, number)
        given = ToAttach(data=request.data)
        given.is_valid(raise_exception=True)
        file = given.validated_data["file"]
        with telling_changes():
            kept = attaching.attach(
                case_id=number,
                file=file,
                name=file.name,
                by=person,
                now=timezone.now(),
                version=preconditions.seen_version(request),
            )
        return Response(FileShape(kept).data, status=201, headers=_tag(request, number))


class OneFile(APIView):
    acts = {"GET": Act.SEE_CASES, "DELETE": Act.SEE_CASES}
    scopes = {"GET": Scope.CASES_READ, "DELETE": Scope.CASES_WRITE}

    @extend_schema(
        operation_id="cases_file",
        summary="Download a file",
        tags=["cases"],
        parameters=[api_docs.NUMBER],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, **_REFUSED},
    )
    def get(self, request: Request, number: int, attachment: int) -> HttpResponseBase:
        return serving.answer(_kept(request, number, attachment))

    @extend_schema(
        operation_id="cases_detach",
        summary="Take a file away",
        tags=["cases"],
        parameters=[api_docs.NUMBER, api_docs.IF_MATCH],
        responses={204: None, **_REFUSED, **_STALE},
    )
    def delete(self, request: Request, number: int, attachment: int) -> Response:
        person = writer(request)
        kept = _kept(request, number, attachment)
        seen = preconditions.seen_version(request)
        with telling_changes():
            attaching.detach(
                case_id=number, attachment_id=kept.pk, by=person, now=timezone.now(), version=seen
            )
        return Response(status=204, headers=_tag(request, number))


def _tag(request: Request, number: int) -> dict[str, str]:
    return {"ETag": preconditions.tag(find(request, number))}


def _kept(request: Request, number: int, attachment: int) -> Any:
    kept = Attachment.objects.there().filter(case=find(request, number), pk=attachment).first()
    if kept is None:
        raise Http404
    return kept
