"""Nominations by API: listed, made, withdrawn and decided by the calls that the pages make."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import idempotency, visibility
from accounts.access import Act
from accounts.api import actor, writer
from accounts.models import Account, Person
from accounts.models.keys import Scope
from cases import preconditions
from routing.high_value import deciding, nominating, reach
from routing.high_value.shapes import NominationLine, NominationQuery, ToDecide, ToNominate
from routing.models import Nomination
from routing.models.nominations import Nominations
from smbcases.lib.problems import MEDIA_TYPE, Problem

BESIDE = ("account", "advocate", "decided_by", "case")
NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH, description="The nomination's id.")
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of what you read, or * for any version.",
)
REFUSED = {
    404: "There is none, or you may not see it.",
    409: "A rule stands against it; `type` and `detail` say which.",
    412: "It has changed since you read it.",
    422: "What was sent breaks a rule.",
    428: "If-Match is missing.",
}


def answers(shape: Any, *statuses: int, done: int = 200, said: str = "") -> dict[Any, Any]:
    """The responses of an operation: what it sends, and the problems it may answer."""
    good = {(done, "application/json"): OpenApiResponse(shape, said)}
    return good | {(one, MEDIA_TYPE): OpenApiResponse(Problem, REFUSED[one]) for one in statuses}


class NominationList(ListAPIView[Nomination]):
    acts = {"GET": Act.SEE_NOMINATIONS, "POST": Act.NOMINATE}
    scopes = {"GET": Scope.CASES_READ, "POST": Scope.CASES_WRITE}
    serializer_class = NominationLine
    queryset = Nomination.objects.none()

    @extend_schema(
        operation_id="nominations_list",
        summary="List nominations",
        description="Your own, those of your region, or all: as your role goes. Newest first.",
        tags=["high value"],
        parameters=[NominationQuery],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> Nominations:
        asked = NominationQuery(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        filters = dict(asked.validated_data)
        if account := filters.pop("account", ""):
            filters["account__external_id"] = account
        person = actor(self.request)
        seen = reach.visible(person) if person else Nomination.objects.all()
        return seen.select_related(*BESIDE).filter(**filters)

    @extend_schema(
        operation_id="nominations_create",
        summary="Nominate an account as High Value",
        description="In the name of an advocate, who looks after it once a manager approves.",
        tags=["high value"],
        request=ToNominate,
        responses=answers(NominationLine, 409, 422, done=201),
        examples=[
            OpenApiExample(
                "Nominate",
                value={
                    "account": "001A000001",
                    "criteria": ["license_growth"],
                    "why": "Two more teams join in spring, about 40 developers.",
                },
                request_only=True,
            )
        ],
    )
    @idempotency.once
    def post(self, request: Request) -> Response:
        person = writer(request)
        given = ToNominate(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = dict(given.validated_data)
        account = account_named(wanted.pop("account"), person)
        made = nominating.nominate(account_id=account.pk, by=person, now=timezone.now(), **wanted)
        return answer(made.pk, status=201)


def account_named(external_id: str, person: Person) -> Account:
    """Raises ValidationError where there is no such account, or `person` may not see it."""
    account = visibility.visible(person).filter(external_id=external_id).first()
    if account is None:
        raise ValidationError({"account": ["There is no such account."]})
    return account


def answer(pk: int, *, status: int = 200) -> Response:
    """The nomination as it is now, with its version as ETag."""
    nomination = Nomination.objects.select_related(*BESIDE).get(pk=pk)
    return Response(
        NominationLine(nomination).data, status=status, headers={"ETag": f'"{nomination.version}"'}
    )


class WithdrawNomination(APIView):
    acts: ClassVar[dict[str, Act]] = {"POST": Act.NOMINATE}
    scopes: ClassVar[dict[str, Scope]] = {"POST": Scope.CASES_WRITE}

    @extend_schema(
        operation_id="nominations_withdraw",
        summary="Withdraw a nomination",
        description="One's own, as long as nobody has decided.",
        tags=["high value"],
        parameters=[NUMBER, IF_MATCH],
        request=None,
        responses=answers(NominationLine, 404, 409, 412, 428),
    )
    @idempotency.once
    def post(self, request: Request, number: int) -> Response:
        person, version = writer(request), preconditions.seen_version(request)
        nominating.withdraw(nomination_id=number, by=person, now=timezone.now(), version=version)
        return answer(number)


class DecideNomination(APIView):
    acts: ClassVar[dict[str, Act]] = {"POST": Act.DECIDE_NOMINATIONS}
    scopes: ClassVar[dict[str, Scope]] = {"POST": Scope.CASES_WRITE}

    @extend_schema(
        operation_id="nominations_decide",
        summary="Approve or decline a nomination",
        description="Approved, the account is High Value and its case opens for who nominated it.",
        tags=["high value"],
        parameters=[NUMBER, IF_MATCH],
        request=ToDecide,
        responses=answers(NominationLine, 404, 409, 412, 422, 428),
        examples=[
            OpenApiExample(
                "Decline",
                value={"decision": "decline", "reason": "Let us see the renewal first."},
                request_only=True,
            )
        ],
    )
    @idempotency.once
    def post(self, request: Request, number: int) -> Response:
        person, version = writer(request), preconditions.seen_version(request)
        given = ToDecide(data=request.data)
        given.is_valid(raise_exception=True)
        act = {"approve": deciding.approve, "decline": deciding.decline}[given.validated_data["decision"]]
        reason = given.validated_data["reason"]
        act(nomination_id=number, by=person, reason=reason, now=timezone.now(), version=version)
        return answer(number)
