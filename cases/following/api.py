"""Following a case by API, and bringing one that nobody picked up to the manager."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import idempotency
from accounts.access import Act
from accounts.api import writer
from accounts.models.keys import Scope
from cases import api, api_docs
from cases.api import Acting, Call
from cases.following import follows, late
from cases.serializers import Given


class ToEscalate(Given):
    words = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=1000, help_text="For the manager."
    )


class FollowCase(APIView):
    """Being told of changes: on and off."""

    acts = {"POST": Act.SEE_CASES, "DELETE": Act.SEE_CASES}
    scopes = {"POST": Scope.CASES_WRITE, "DELETE": Scope.CASES_WRITE}

    @extend_schema(
        operation_id="cases_follow",
        summary="Follow a case",
        description="Who the key acts for is told of changes.",
        tags=["cases"],
        parameters=[api_docs.NUMBER],
        request=None,
        responses={204: None},
    )
    @idempotency.once
    def post(self, request: Request, number: int) -> Response:
        follows.follow(case_id=number, by=writer(request), now=timezone.now())
        return Response(status=204)

    @extend_schema(
        operation_id="cases_unfollow",
        summary="Follow a case no more",
        tags=["cases"],
        parameters=[api_docs.NUMBER],
        responses={204: None},
    )
    def delete(self, request: Request, number: int) -> Response:
        person = writer(request)
        api.find(request, number)
        follows.unfollow(case_id=number, by=person)
        return Response(status=204)


@api_docs.acting(
    "Bring an overdue pick-up to the manager",
    shape=ToEscalate,
    example={"words": "The customer wants to buy this week."},
)
class EscalateLate(Acting):
    acts = {"POST": Act.FILE_CASES}
    shape = ToEscalate

    def carry_out(self, given: Any, call: Call) -> None:
        late.escalate(**call, **given.validated_data)
