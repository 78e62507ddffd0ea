"""Comments, questions, answers and notices by API, by the same domain calls as their pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import idempotency
from accounts.access import Act
from accounts.api import writer
from accounts.models.keys import Scope
from cases import api_docs
from cases.api import Acting, Call, find
from cases.models import History, Notice, Question
from cases.serializers import ToNote
from cases.talk import audience, commenting, questions, reading, shapes, told


class Comments(ListAPIView[History]):
    acts = {"GET": Act.SEE_CASES}
    scopes = {"GET": Scope.CASES_READ}
    serializer_class = shapes.Comment
    queryset = History.objects.none()

    @extend_schema(
        operation_id="cases_comments",
        summary="List what was said on a case",
        description="Comments, questions and answers, newest first, by cursor.",
        tags=["cases"],
        parameters=[api_docs.NUMBER],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[History]:
        case = find(self.request, self.kwargs["number"])
        return History.objects.filter(case=case, verb__in=audience.SAID).select_related("person")


class Questions(ListAPIView[Question]):
    acts = {"GET": Act.SEE_CASES}
    scopes = {"GET": Scope.CASES_READ}
    serializer_class = shapes.QuestionLine
    queryset = Question.objects.none()

    @extend_schema(
        operation_id="cases_questions",
        summary="List the questions on a case",
        description="Newest first, by cursor; open ones have no `answered_at`.",
        tags=["cases"],
        parameters=[api_docs.NUMBER],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Question]:
        case = find(self.request, self.kwargs["number"])
        return Question.objects.filter(case=case).select_related("by", "answered_by")


@api_docs.acting("Ask a question", shape=shapes.ToAsk, example={"text": "Has the quote gone out?"})
class Ask(Acting):
    acts = {"POST": Act.SEE_CASES}
    shape = shapes.ToAsk

    def carry_out(self, given: Any, call: Call) -> None:
        questions.ask(**call, **given.validated_data)


@api_docs.acting(
    "Answer a question", shape=shapes.ToAnswer, example={"question": 17, "text": "Yes, on Monday."}
)
class Answer(Acting):
    shape = shapes.ToAnswer

    def carry_out(self, given: Any, call: Call) -> None:
        said = given.validated_data
        questions.answer(**call, question_id=said["question"], text=said["text"])


@api_docs.acting("Comment on a case", shape=ToNote, example={"text": "The invoice goes to Jonas."})
class Comment(Acting):
    acts = {"POST": Act.SEE_CASES}
    shape = ToNote

    def carry_out(self, given: Any, call: Call) -> None:
        commenting.comment(**call, **given.validated_data)


class Notices(ListAPIView[Notice]):
    """Those of the person that the key acts for, or who is signed in."""

    acts = {"GET": Act.SEE_CASES}
    scopes = {"GET": Scope.CASES_READ}
    serializer_class = shapes.NoticeLine
    queryset = Notice.objects.none()

    @extend_schema(
        operation_id="notices_list",
        summary="List your notices",
        description="Newest first, by cursor; only your own.",
        tags=["notices"],
        parameters=[OpenApiParameter("unread", bool, description="Only those that are not read yet.")],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        person = writer(request)
        mine = reading.unread(person) if request.query_params.get("unread") == "true" else reading.of(person)
        page = self.paginate_queryset(mine)
        rows = told.tell(page or [], reader=person)
        return self.get_paginated_response(shapes.NoticeLine(rows, many=True).data)


class ReadNotices(APIView):
    acts = {"POST": Act.SEE_CASES}
    scopes = {"POST": Scope.CASES_WRITE}

    @extend_schema(
        operation_id="notices_read",
        summary="Mark your notices read",
        tags=["notices"],
        request=shapes.ToRead,
        responses={200: shapes.Marked},
        examples=[OpenApiExample("All of them", value={}, request_only=True)],
    )
    @idempotency.once
    def post(self, request: Request) -> Response:
        person = writer(request)
        given = shapes.ToRead(data=request.data)
        given.is_valid(raise_exception=True)
        ids = given.validated_data["notices"]
        return Response({"marked": reading.mark_read(person, now=timezone.now(), ids=ids)})
