"""The plan of an account by API: read with its version, written with the version that was seen."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import visibility
from accounts.access import Act
from accounts.api import actor, writer
from accounts.models import Account
from accounts.models.keys import Scope
from cases import preconditions
from routing.high_value import plans
from routing.high_value.api import IF_MATCH, answers
from routing.high_value.plans import StalePlan, Version
from routing.high_value.shapes import PlanDetail, ToPlan

ACCOUNT = OpenApiParameter(
    "external_id", str, OpenApiParameter.PATH, description="The account's id in the CRM."
)
_EXAMPLE = {
    "goals": "Move both remaining teams onto one platform by summer.",
    "deciders": ["003A000001"],
    "users": [],
    "growth": {"license_growth": "About 40 developers in the two teams."},
    "risks": "The budget is decided in March.",
    "touchpoints": [{"on": "2027-01-20", "what": "Review of usage with Jonas", "state": "planned"}],
}


class OnePlan(APIView):
    acts = {"GET": Act.SEE_BOOK, "PUT": Act.WRITE_PLANS}
    scopes = {"GET": Scope.ACCOUNTS_READ, "PUT": Scope.CASES_WRITE}

    @extend_schema(
        operation_id="plans_read",
        summary="The plan of an account",
        description="Where nobody has written one yet, an empty one of version 0. The ETag is its version.",
        tags=["high value"],
        parameters=[ACCOUNT],
        responses=answers(PlanDetail, 404),
    )
    def get(self, request: Request, external_id: str) -> Response:
        return _answer(_find(request, external_id))

    @extend_schema(
        operation_id="plans_write",
        summary="Write the plan of an account",
        description="Whoever has its High Value case, the managers of its region, or Ops. Every version is kept.",
        tags=["high value"],
        parameters=[ACCOUNT, IF_MATCH],
        request=ToPlan,
        responses=answers(PlanDetail, 404, 412, 422, 428),
        examples=[OpenApiExample("Write", value=_EXAMPLE, request_only=True)],
    )
    def put(self, request: Request, external_id: str) -> Response:
        person = writer(request)
        account = _find(request, external_id)
        version = preconditions.seen_version(request)
        given = ToPlan(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = given.content()
        try:
            plans.save(account_id=account.pk, content=wanted, by=person, now=timezone.now(), version=version)
        except StalePlan as stale:
            stale.more = {"version": stale.plan.version, "changes": [_told(one) for one in stale.changes]}
            raise
        return _answer(account)


def _find(request: Request, external_id: str) -> Account:
    """A key that acts for nobody reads the whole book: that is what its scope says."""
    person = actor(request)
    seen = visibility.visible(person) if person else Account.objects.all()
    account = seen.filter(external_id=external_id).first()
    if account is None:
        raise Http404
    return account


def _answer(account: Account) -> Response:
    plan, content = plans.read(account)
    told = {
        **content.stored(),
        "version": plan.version if plan else 0,
        "updated_at": plan.updated_at if plan else None,
        "updated_by": plan.updated_by if plan else None,
        "next_touchpoint_on": content.next_touchpoint_on,
        "touchpoints": content.touchpoints,
    }
    return Response(PlanDetail(told).data, headers={"ETag": f'"{told["version"]}"'})


def _told(version: Version) -> dict[str, Any]:
    parts = {
        change.part: [("+ " if line.came else "- ") + line.text for line in change.lines]
        for change in version.changes
    }
    return {"at": version.row.at.isoformat(), "by": version.row.by.name, "changes": parts}
