"""Mail that came in, by API: the lists of SMB Ops and their decisions, and the mails of a case."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import idempotency
from accounts.access import Act
from accounts.api import writer
from accounts.models import Account, Person
from accounts.models.keys import Scope
from cases import api_docs, numbers
from cases.api import answer, find
from cases.intake import by_hand, lists, shapes
from cases.models import Case, ReceivedMail
from cases.serializers import CaseDetail, Nothing
from smbcases.lib.problems import MEDIA_TYPE, Problem

MAIL = OpenApiParameter("mail", int, OpenApiParameter.PATH, description="The mail's id.")
_REFUSED = {
    403: "The key lacks a scope or acts for nobody, or your role does not include this.",
    404: "There is no such mail, or you may not see it.",
    409: "Somebody else has decided meanwhile, or nothing is to be decided.",
    422: "What was sent names nothing that there is.",
}


def _answers(shape: Any, *statuses: int, done: int = 200) -> dict[Any, Any]:
    good = {(done, "application/json"): OpenApiResponse(shape)}
    return good | {(one, MEDIA_TYPE): OpenApiResponse(Problem, _REFUSED[one]) for one in statuses}


class ReceivedMails(ListAPIView[ReceivedMail]):
    acts = {"GET": Act.SORT_MAIL}
    scopes = {"GET": Scope.CASES_READ}
    serializer_class = shapes.ReceivedLine
    queryset = ReceivedMail.objects.none()

    @extend_schema(
        operation_id="received_mails_list",
        summary="List mail that waits or was filed",
        description="Unmatched mail, held mail, mail that could not be read, or what was filed; newest first.",
        tags=["mail"],
        parameters=[shapes.ReceivedQuery],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[ReceivedMail]:
        asked = shapes.ReceivedQuery(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        return (
            lists.mails(asked.validated_data["list"]).select_related("case", "account").defer("html", "text")
        )


class OneReceivedMail(APIView):
    acts = {"GET": Act.SORT_MAIL}
    scopes = {"GET": Scope.CASES_READ}

    @extend_schema(
        operation_id="received_mails_read",
        summary="One mail that came in",
        tags=["mail"],
        parameters=[MAIL],
        responses=_answers(shapes.ReceivedDetail, 403, 404),
    )
    def get(self, request: Request, mail: int) -> Response:
        return Response(shapes.ReceivedDetail(_load(mail)).data)


def _load(mail: int) -> ReceivedMail:
    found = ReceivedMail.objects.select_related("case", "account").filter(pk=mail).first()
    if found is None:
        raise Http404
    return found


class Deciding(APIView):
    """A decision about one mail: takes `shape`, makes one domain call, sends the mail as it is then."""

    acts: ClassVar[dict[str, Act]] = {"POST": Act.SORT_MAIL}
    scopes: ClassVar[dict[str, Scope]] = {"POST": Scope.CASES_WRITE}
    shape: ClassVar[Any] = Nothing

    @idempotency.once
    def post(self, request: Request, mail: int) -> Response:
        by = writer(request)
        given = self.shape(data=request.data)
        given.is_valid(raise_exception=True)
        self.decide(mail, given.validated_data, by)
        return Response(shapes.ReceivedDetail(_load(mail)).data)

    def decide(self, mail: int, given: Any, by: Person) -> None:
        raise NotImplementedError


def _deciding(name: str, summary: str, *, shape: Any = None, example: dict[str, Any] | None = None) -> Any:
    examples = [OpenApiExample(summary, value=example, request_only=True)] if example else []
    described = extend_schema(
        operation_id=f"received_mails_{name}",
        summary=summary,
        tags=["mail"],
        parameters=[MAIL],
        request=shape,
        examples=examples,
        responses=_answers(shapes.ReceivedDetail, 403, 404, 409, 422),
    )
    return extend_schema_view(post=described)


@_deciding(
    "choose_account",
    "Say whose mail it is",
    shape=shapes.ToChooseAccount,
    example={"account": "001A000001"},
)
class ChooseAccount(Deciding):
    shape = shapes.ToChooseAccount

    def decide(self, mail: int, given: Any, by: Person) -> None:
        account = Account.objects.filter(external_id=given["account"]).first()
        if account is None:
            raise ValidationError({"account": ["There is no such account."]})
        by_hand.choose_account(mail_id=mail, account=account, by=by, now=timezone.now())


@_deciding("put_on_case", "Put a mail on a case", shape=shapes.ToPutOnCase, example={"case": "SMB-10001"})
class PutOnCase(Deciding):
    shape = shapes.ToPutOnCase

    def decide(self, mail: int, given: Any, by: Person) -> None:
        try:
            case = Case.objects.filter(pk=numbers.read(given["case"])).first()
        except numbers.NotANumber:
            case = None
        if case is None:
            raise ValidationError({"case": ["There is no such case."]})
        by_hand.put_on_case(mail_id=mail, case=case, by=by, now=timezone.now())


@_deciding("let_through", "Let a mail through that was held or filed")
class LetThrough(Deciding):
    def decide(self, mail: int, given: Any, by: Person) -> None:
        by_hand.let_through(mail_id=mail, by=by)


@_deciding("try_again", "Read a mail again that could not be read")
class TryAgain(Deciding):
    def decide(self, mail: int, given: Any, by: Person) -> None:
        by_hand.try_again(mail_id=mail, by=by)


@_deciding("file", "File a mail that needs no case")
class FileAway(Deciding):
    def decide(self, mail: int, given: Any, by: Person) -> None:
        by_hand.file_away(mail_id=mail, by=by, now=timezone.now())


class MailsOfCase(ListAPIView[ReceivedMail]):
    acts = {"GET": Act.SEE_CASES}
    scopes = {"GET": Scope.CASES_READ}
    serializer_class = shapes.ReceivedDetail
    queryset = ReceivedMail.objects.none()

    @extend_schema(
        operation_id="cases_received_mails",
        summary="List the mails that came in on a case",
        tags=["cases"],
        parameters=[api_docs.NUMBER],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[ReceivedMail]:
        case = find(self.request, self.kwargs["number"])
        return ReceivedMail.objects.filter(case=case).select_related("case", "account").defer("html")


class OpenFromMail(APIView):
    acts = {"POST": Act.WORK_CASES}
    scopes = {"POST": Scope.CASES_WRITE}

    @extend_schema(
        operation_id="cases_open_from_mail",
        summary="Open a new case from a mail that came after the closing",
        description="The mail moves to the new case, which is answered.",
        tags=["cases"],
        parameters=[api_docs.NUMBER],
        request=shapes.ToOpenFromMail,
        examples=[OpenApiExample("A mail of the case", value={"mail": 7}, request_only=True)],
        responses=_answers(CaseDetail, 403, 404, 409, 422, done=201),
    )
    @idempotency.once
    def post(self, request: Request, number: int) -> Response:
        by = writer(request)
        case = find(request, number)
        given = shapes.ToOpenFromMail(data=request.data)
        given.is_valid(raise_exception=True)
        mail_id = given.validated_data["mail"]
        new = by_hand.open_new_case(case_id=case.pk, mail_id=mail_id, by=by, now=timezone.now())
        return answer(request, new.pk, status=201)
