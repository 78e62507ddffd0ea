"""Asking for help on a case by API, handing it on, and answering: the same domain calls as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Act
from accounts.api import actor
from accounts.models.keys import Scope
from cases import api_docs
from cases.api import Acting, Call, find
from cases.escalating import asking, handing_on, reach, shapes, ticket
from cases.models import Escalation, EscalationState
from cases.serializers import Nothing


class Requests(ListAPIView[Escalation]):
    acts = {"GET": Act.ANSWER_REQUESTS}
    scopes = {"GET": Scope.CASES_READ}
    serializer_class = shapes.RequestLine
    queryset = Escalation.objects.none()

    @extend_schema(operation_id="requests_list", summary="Requests that wait for your answer", tags=["cases"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Escalation]:
        person = actor(self.request)
        if person is not None:
            return reach.to_answer(person)
        asked = Escalation.objects.filter(state=EscalationState.ASKED)
        return asked.select_related("case", "asked_by")


@api_docs.acting(
    "Ask for a Solutions Architect, or for a move to Mid-Market or Enterprise",
    shape=shapes.ToAskForHelp,
    example={"kind": "solutions_architect", "reason": "They want to see runners on their own hardware."},
)
class AskForHelp(Acting):
    acts = {"GET": Act.SEE_CASES, "POST": Act.WORK_CASES}
    scopes = {"GET": Scope.CASES_READ, "POST": Scope.CASES_WRITE}
    shape = shapes.ToAskForHelp

    @extend_schema(
        operation_id="cases_requests",
        summary="Requests of a case",
        tags=["cases"],
        parameters=[api_docs.NUMBER],
        responses=shapes.RequestLine(many=True),
    )
    def get(self, request: Request, number: int) -> Response:
        asked = find(request, number).escalations.select_related("case", "asked_by").order_by("id")
        return Response(shapes.RequestLine(asked, many=True).data)

    def carry_out(self, given: Any, call: Call) -> None:
        asking.ask(**call, **given.domain())


@api_docs.acting(
    "Grant or decline a request",
    shape=shapes.ToAnswerHelp,
    example={"request_id": 7, "granted": True, "words": "Noor has time on Thursday."},
)
class AnswerRequest(Acting):
    acts = {"POST": Act.ANSWER_REQUESTS}
    shape = shapes.ToAnswerHelp

    def carry_out(self, given: Any, call: Call) -> None:
        asking.answer(**call, **given.validated_data)


@api_docs.acting(
    "Say what came of a request that was granted",
    shape=shapes.ToFinish,
    example={"request_id": 7, "words": "The evaluation is set up."},
)
class FinishRequest(Acting):
    shape = shapes.ToFinish

    def carry_out(self, given: Any, call: Call) -> None:
        asking.finish(**call, **given.validated_data)


@api_docs.acting(
    "Hand a technical question to Support",
    shape=shapes.ToSupport,
    example={"words": "Their runners lose the connection since the upgrade.", "close": False},
)
class HandToSupport(Acting):
    shape = shapes.ToSupport

    def carry_out(self, given: Any, call: Call) -> None:
        handing_on.transfer_to_support(**call, **given.domain())


@api_docs.acting(
    "Close a first order that is Mid-Market's",
    shape=shapes.ToMidMarket,
    example={"executive": "Ida Nilsen", "note": "They hire to 180 people.", "feedback": "NA"},
)
class HandToMidMarket(Acting):
    shape = shapes.ToMidMarket

    def carry_out(self, given: Any, call: Call) -> None:
        handing_on.hand_to_mid_market(**call, **given.domain())


@api_docs.acting("Say that the support ticket knows who has the case", shape=Nothing)
class TellTicket(Acting):
    def carry_out(self, given: Any, call: Call) -> None:
        ticket.say_told(**call)
