"""Routing by API: why a case is whose it is, handing it over, and taking the next one from a queue."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import idempotency
from accounts.access import Act
from accounts.api import writer
from accounts.models.keys import Scope
from cases import api_docs
from cases.api import Acting, Call, answer, find
from cases.serializers import CaseDetail
from routing import by_hand, why
from routing.shapes import ToHandOver
from smbcases.lib.problems import MEDIA_TYPE, Problem


class WhyLine(serializers.Serializer[Any]):
    """One member of the team as they stood at that moment."""

    name = serializers.CharField(source="candidate.name")
    load = serializers.IntegerField(source="candidate.load")
    places = serializers.IntegerField(source="candidate.places")
    verdict = serializers.CharField()
    turn = serializers.IntegerField(allow_null=True, help_text="1 was next; null was passed over.")


class Why(serializers.Serializer[Any]):
    """The stored decision: why a case is whose it is, or why it waits."""

    kind = serializers.ChoiceField(["assigned", "by_hand", "waiting", "none"])
    at = serializers.DateTimeField(allow_null=True)
    rule = serializers.CharField()
    sentence = serializers.CharField()
    reason = serializers.CharField(help_text="Given by whoever chose by hand.")
    over_capacity = serializers.BooleanField()
    ahead = serializers.IntegerField(help_text="For a case that waits: how many go out before it.")
    rows = WhyLine(many=True)


class Opened(serializers.Serializer[Any]):
    """What opened the case: the trigger as it was then, and the values that its condition saw."""

    trigger = serializers.CharField()
    version = serializers.IntegerField()
    condition = serializers.CharField()
    values = serializers.JSONField()
    event = serializers.CharField(source="event.event_id", default=None, allow_null=True)
    at = serializers.DateTimeField()


class Explained(serializers.Serializer[Any]):
    owner = Why()
    opened = Opened(allow_null=True)


class WhyCase(APIView):
    acts = {"GET": Act.SEE_CASES}
    scopes = {"GET": Scope.CASES_READ}

    @extend_schema(
        operation_id="cases_why",
        summary="Why a case is whose it is, and what opened it",
        tags=["cases"],
        parameters=[api_docs.NUMBER],
        responses={(200, "application/json"): Explained, (404, MEDIA_TYPE): Problem},
    )
    def get(self, request: Request, number: int) -> Response:
        case = find(request, number)
        told = {"owner": why.explain(case), "opened": why.explain_opening(case)}
        return Response(Explained(told).data)


@api_docs.acting(
    "Hand a case over",
    shape=ToHandOver,
    example={"to": "theo.brandt@example.com", "reason": "Speaks German #languagebarrier"},
)
class HandOver(Acting):
    acts = {"POST": Act.HAND_OVER_CASES}
    shape = ToHandOver

    def carry_out(self, given: Any, call: Call) -> None:
        by_hand.hand_over(**call, **given.validated_data)


class TakeNext(APIView):
    acts = {"POST": Act.TAKE_CASES}
    scopes = {"POST": Scope.CASES_WRITE}

    @extend_schema(
        operation_id="cases_take_next",
        summary="Take the next case of your queue",
        description="Under a playbook whose cases are pulled. Two who ask at once get one case each.",
        tags=["cases"],
        request=None,
        responses={
            (200, "application/json"): CaseDetail,
            (409, MEDIA_TYPE): OpenApiResponse(
                Problem, "Nothing waits, no place is free, or cases are pushed."
            ),
        },
    )
    @idempotency.once
    def post(self, request: Request) -> Response:
        case = by_hand.take_next(by=writer(request), now=timezone.now())
        return answer(request, case.pk)
