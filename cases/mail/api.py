"""Mails by API: begin one, send it, list them, and decide about one that did not go out."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import Act
from accounts.api import writer
from accounts.models import Contact
from accounts.models.keys import Scope
from cases import access, api_docs
from cases.api import Acting, Call, find
from cases.mail import beginning, letters, mailing, recipients, shapes
from cases.mail.letters import Letter
from cases.mail.recipients import Recipient
from cases.models import Case, Mail
from cases.planning import local_day


class Mails(ListAPIView[Mail]):
    acts = {"GET": Act.SEE_CASES}
    scopes = {"GET": Scope.CASES_READ}
    serializer_class = shapes.MailLine
    queryset = Mail.objects.none()

    @extend_schema(
        operation_id="cases_mails",
        summary="List the mails of a case",
        description="Those written on it, newest first, by cursor, with what became of each.",
        tags=["cases"],
        parameters=[api_docs.NUMBER],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Mail]:
        case = find(self.request, self.kwargs["number"])
        return Mail.objects.filter(case=case).select_related("person", "template")


class BeginMail(APIView):
    acts = {"GET": Act.WORK_CASES}
    scopes = {"GET": Scope.CASES_READ}

    @extend_schema(
        operation_id="cases_begin_mail",
        summary="Begin a mail",
        description="The template with its merge fields filled for this case; nothing is sent or kept.",
        tags=["cases"],
        parameters=[
            api_docs.NUMBER,
            OpenApiParameter("template", str, description="Its key; left out: the case type's own."),
            OpenApiParameter("to", str, description="A contact of the account by its id in the CRM."),
        ],
        responses=shapes.Begun,
    )
    def get(self, request: Request, number: int) -> Response:
        case, by = find(request, number), writer(request)
        access.check_may_work(by, case)
        offered = recipients.load(case)
        wanted = request.query_params.get("to", "")
        to = _addressee(case, wanted, offered) if offered or wanted else None
        templates = beginning.load_templates(case)
        begun = beginning.begin(
            case,
            templates=templates,
            key=request.query_params.get("template", ""),
            to=to,
            by=by,
            today=local_day(by, now=timezone.now()),
        )
        unfilled = sorted({*letters.unfilled(begun.subject), *letters.unfilled(begun.body)})
        shown = {"to": to, "begun": begun, "unfilled": unfilled, "templates": templates}
        return Response(shapes.Begun(shown).data)


@api_docs.acting(
    "Send a mail to the customer",
    shape=shapes.ToMail,
    example={
        "subject": "Your quote for 40 seats",
        "body": "Hi Jonas,\n\nthe quote is ready, and it holds until the end of the month.\n\nMaya Stone",
        "cc": ["purchasing@northpeak.example"],
    },
)
class SendMail(Acting):
    shape = shapes.ToMail

    def carry_out(self, given: Any, call: Call) -> None:
        said = given.validated_data
        case = Case.objects.select_related("contact", "lead").get(pk=call["case_id"])
        letter = Letter(
            to=_addressee(case, said["to"], recipients.load(case)),
            cc=tuple(said["cc"]),
            subject=said["subject"],
            body=said["body"],
            template_key=said["template"],
        )
        mailing.send(**call, letter=letter)


@api_docs.acting("Send a mail again that did not go out", shape=shapes.ToThatMail, example={"mail": 12})
class SendMailAgain(Acting):
    shape = shapes.ToThatMail

    def carry_out(self, given: Any, call: Call) -> None:
        mailing.send_again(**call, mail_id=given.validated_data["mail"])


@api_docs.acting("Say that a mail has arrived", shape=shapes.ToThatMail, example={"mail": 12})
class SettleMail(Acting):
    """For one of which nobody knows whether it went out."""

    shape = shapes.ToThatMail

    def carry_out(self, given: Any, call: Call) -> None:
        mailing.settle(**call, mail_id=given.validated_data["mail"])


def _addressee(case: Case, external_id: str, offered: list[Recipient]) -> Recipient:
    """The contact of that id, or the likeliest of those offered. Raises NoAddress, ValidationError."""
    if not external_id:
        return recipients.choose(case, "", offered=offered)
    contact = Contact.objects.filter(external_id=external_id).first()
    if contact is None:
        raise ValidationError({"to": ["There is no such contact."]})
    return recipients.choose(case, f"contact-{contact.pk}", offered=offered)
