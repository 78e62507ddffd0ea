"""Events by API: push them, and follow what became of them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import api_docs, envelopes, following, receiving
from accounts.access import Act
from accounts.api_shapes import EventDetail, EventLine, EventQuery
from accounts.models import Event
from accounts.models.keys import Scope
from accounts.receiving import Answer
from smbcases.lib.refusal import Refusal


class BodyTooLarge(Refusal):
    name = "body_too_large"
    status = 413
    title = "The body is too large"


class Unfit(Refusal):
    name = "unfit_events"
    status = 400
    title = "Nothing of this could be kept"


class Events(ListAPIView[Event]):
    acts = {"GET": Act.SEE_EVENTS, "POST": Act.PUSH_EVENTS}
    scopes = {"GET": Scope.EVENTS_READ, "POST": Scope.EVENTS_WRITE}
    serializer_class = EventLine
    queryset = Event.objects.none()

    @api_docs.pushing
    def post(self, request: Request) -> Response:
        sent = envelopes.read(
            headers=request.headers, body=_body(request), at_most=settings.EVENT_BATCH_LIMIT
        )
        answers = receiving.receive(sent.events, now=timezone.now())
        return _answer_batch(answers) if sent.is_batch else _answer_one(answers[0])

    @extend_schema(summary="List events", tags=["events"], parameters=[EventQuery])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Event]:
        asked = EventQuery(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        columns = {"id": "event_id", "account": "account__external_id"}
        filters = {columns.get(name, name): value for name, value in asked.validated_data.items()}
        return following.followed().filter(**filters)


class OneEvent(APIView):
    acts = {"GET": Act.SEE_EVENTS}
    scopes = {"GET": Scope.EVENTS_READ}

    @api_docs.following
    def get(self, request: Request, place: str) -> Response:
        return Response(EventDetail(following.find(place, raw=_raw(request))).data)


def _body(request: Request) -> bytes:
    try:
        return bytes(request.body)
    except RequestDataTooBig as error:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024
        raise BodyTooLarge(f"A request may have {most} MiB; send the events in smaller batches.") from error


def _raw(request: Request) -> str:
    """The address's last part as it was sent, where the server hands it on (gunicorn does)."""
    path, _, _ = str(request.META.get("RAW_URI", "")).partition("?")
    return path.partition("/api/events/")[2]


def _answer_one(answer: Answer) -> Response:
    if not answer.is_kept:
        raise Unfit(
            "See errors: each names its place and what is expected there.", errors=_told(answer.faults)
        )
    return Response(_kept(answer), status=202)


def _answer_batch(answers: list[Answer]) -> Response:
    """202 where one was kept, or none was sent: each event is then answered by itself."""
    refused = sum(not answer.is_kept for answer in answers)
    faults = [[fault.inside(index) for fault in answer.faults] for index, answer in enumerate(answers)]
    if answers and refused == len(answers):
        told = _told(fault for listed in faults for fault in listed)
        raise Unfit("See errors: each names its event, its place and what is expected there.", errors=told)
    results = [
        _kept(answer) if answer.is_kept else _refused(answer, listed)
        for answer, listed in zip(answers, faults, strict=True)
    ]
    return Response({"accepted": len(answers) - refused, "refused": refused, "results": results}, status=202)


def _kept(answer: Answer) -> dict[str, Any]:
    return {"source": answer.source, "id": answer.id, "status": "accepted", "href": answer.href}


def _refused(answer: Answer, faults: Any) -> dict[str, Any]:
    return {"source": answer.source, "id": answer.id, "status": "refused", "errors": _told(faults)}


def _told(faults: Any) -> list[dict[str, str]]:
    return [{"pointer": fault.pointer, "detail": fault.detail} for fault in faults]
