"""Cases by API: read them, and do with them what their pages do, by the same domain calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar, TypedDict

from django.http import Http404
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import idempotency
from accounts.access import Act
from accounts.api import actor, writer
from accounts.models import Account, Contact, Opportunity, Person
from accounts.models.keys import Scope
from cases import access, api_docs, details, lifecycle, planning, preconditions, telling
from cases import serializers as shapes
from cases.api_filters import CaseQuery, KnownFilters
from cases.models import Case
from cases.models.case import Cases
from cases.writing import StaleCase

BESIDE = ("account", "contact", "lead", "opportunity", "subscription", "owner", "duplicate_of")


class Call(TypedDict):
    """What every domain call on a case needs."""

    case_id: int
    by: Person
    now: datetime
    version: int | None


def seen(request: Request) -> Cases:
    """The cases in reach. A key that acts for nobody reads them all: that is what its scope says."""
    person = actor(request)
    cases = access.visible(person) if person else Case.objects.all()
    return cases.select_related(*BESIDE)


def find(request: Request, number: int) -> Case:
    """The case. Raises Http404 where it does not exist or may not be seen."""
    case = seen(request).filter(pk=number).first()
    if case is None:
        raise Http404
    return case


def answer(request: Request, number: int, *, status: int = 200) -> Response:
    """The case as it is now, with its version as ETag."""
    case = find(request, number)
    return Response(shapes.CaseDetail(case).data, status=status, headers={"ETag": preconditions.tag(case)})


class CaseList(ListAPIView[Case]):
    acts = {"GET": Act.SEE_CASES}
    scopes = {"GET": Scope.CASES_READ}
    serializer_class = shapes.CaseLine
    queryset = Case.objects.none()
    filter_backends = [KnownFilters]
    filterset_class = CaseQuery

    @api_docs.listing
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> Cases:
        return seen(self.request)


class OneCase(APIView):
    acts = {"GET": Act.SEE_CASES}
    scopes = {"GET": Scope.CASES_READ}

    @api_docs.reading
    def get(self, request: Request, number: int) -> Response:
        return answer(request, number)


class Acting(APIView):
    """A change of one case: takes `shape`, names the version seen, makes one domain call, sends the case."""

    acts: ClassVar[dict[str, Act]] = {"POST": Act.WORK_CASES}
    scopes: ClassVar[dict[str, Scope]] = {"POST": Scope.CASES_WRITE}
    shape: ClassVar[type[shapes.Given]] = shapes.Nothing

    @idempotency.once
    def post(self, request: Request, number: int) -> Response:
        person = writer(request)
        find(request, number)
        version = preconditions.seen_version(request)
        given = self.shape(data=request.data)
        given.is_valid(raise_exception=True)
        call = Call(case_id=number, by=person, now=timezone.now(), version=version)
        with telling_changes():
            self.carry_out(given, call)
        return answer(request, number)

    def carry_out(self, given: Any, call: Call) -> None:
        raise NotImplementedError


@contextmanager
def telling_changes() -> Iterator[None]:
    """Within, who comes with an older version is told what changed since."""
    try:
        yield
    except StaleCase as stale:
        stale.more = {"version": stale.case.version, "changes": _told(stale)}
        raise


def _told(stale: StaleCase) -> list[dict[str, str]]:
    told = [telling.tell(row, case=stale.case) for row in stale.changes]
    return [{"at": row.at.isoformat(), "sentence": row.sentence} for row in told]


@api_docs.acting("Pick a case up", shape=shapes.Nothing)
class PickUp(Acting):
    def carry_out(self, given: Any, call: Call) -> None:
        lifecycle.pick_up(**call)


@api_docs.acting("Move a case to another open status", shape=shapes.ToStatus, example={"status": "engaged"})
class SetStatus(Acting):
    shape = shapes.ToStatus

    def carry_out(self, given: Any, call: Call) -> None:
        lifecycle.set_status(**call, **given.validated_data)


@api_docs.acting(
    "Write the next step",
    shape=shapes.ToNextSteps,
    example={"what": "Send the quote for 40 seats", "on": "2026-11-24"},
)
class SetNextSteps(Acting):
    shape = shapes.ToNextSteps

    def carry_out(self, given: Any, call: Call) -> None:
        planning.set_next_steps(**call, **given.validated_data)


@api_docs.acting(
    "Put a case off, as the customer asked",
    shape=shapes.ToPutOff,
    example={"until": "2027-05-21", "what": "Ask whether the budget has come"},
)
class PutOff(Acting):
    shape = shapes.ToPutOff

    def carry_out(self, given: Any, call: Call) -> None:
        planning.put_off(**call, **given.validated_data)


@api_docs.acting(
    "Close a case",
    shape=shapes.ToClose,
    example={
        "status": "resolved",
        "resolution_action": "completed_sales_assisted_order",
        "feedback": "NA",
        "need_met": True,
    },
)
class Close(Acting):
    shape = shapes.ToClose

    def carry_out(self, given: Any, call: Call) -> None:
        lifecycle.close(**call, closure=shapes.closure(given.validated_data))


@api_docs.acting(
    "Reopen a case", shape=shapes.ToReopen, example={"reason": "The order was cancelled by mistake."}
)
class Reopen(Acting):
    shape = shapes.ToReopen

    def carry_out(self, given: Any, call: Call) -> None:
        lifecycle.reopen(**call, **given.validated_data)


@api_docs.acting("Name the contact", shape=shapes.ToContact, example={"contact": "003A000001"})
class SetContact(Acting):
    shape = shapes.ToContact

    def carry_out(self, given: Any, call: Call) -> None:
        contact = Contact.objects.filter(external_id=given.validated_data["contact"]).first()
        if contact is None:
            raise ValidationError({"contact": ["There is no such contact."]})
        details.set_contact(**call, contact=contact)


@api_docs.acting(
    "Name the account of a case without one", shape=shapes.ToAccount, example={"account": "001A000001"}
)
class SetAccount(Acting):
    shape = shapes.ToAccount

    def carry_out(self, given: Any, call: Call) -> None:
        account = Account.objects.filter(external_id=given.validated_data["account"]).first()
        if account is None:
            raise ValidationError({"account": ["There is no such account."]})
        details.set_account(**call, account=account)


@api_docs.acting("Link the opportunity", shape=shapes.ToOpportunity, example={"opportunity": "006A000001"})
class LinkOpportunity(Acting):
    shape = shapes.ToOpportunity

    def carry_out(self, given: Any, call: Call) -> None:
        name = given.validated_data["opportunity"]
        opportunity = Opportunity.objects.filter(external_id=name).first() if name else None
        if name and opportunity is None:
            raise ValidationError({"opportunity": ["There is no such opportunity."]})
        details.link_opportunity(**call, opportunity=opportunity)


@api_docs.acting(
    "Log a touch",
    shape=shapes.ToActivity,
    example={"kind": "call", "what": "Agreed on 40 seats", "inbound": False},
)
class LogActivity(Acting):
    shape = shapes.ToActivity

    def carry_out(self, given: Any, call: Call) -> None:
        details.log_activity(**call, **given.touch())
