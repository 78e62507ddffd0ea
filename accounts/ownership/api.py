"""The sweep of ownership by API: what would move, the run, its report, and taking it back."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import idempotency
from accounts.access import Act
from accounts.api import writer
from accounts.models import OwnershipMove, OwnershipSweep, Person
from accounts.models.keys import Scope
from accounts.ownership import strays, sweeping, undoing
from accounts.ownership.shapes import MoveShape, PreviewShape, SweepShape
from smbcases.lib.problems import MEDIA_TYPE, Problem

_TAGS = ["ownership"]
_JSON = "application/json"


def _sweeps() -> QuerySet[OwnershipSweep]:
    return OwnershipSweep.objects.select_related("by", "undone_by")


class OwnershipSweeps(ListAPIView[OwnershipSweep]):
    acts = {"GET": Act.CHANGE_BOOK, "POST": Act.CHANGE_BOOK}
    scopes = {"GET": Scope.ACCOUNTS_READ, "POST": Scope.ACCOUNTS_WRITE}
    serializer_class = SweepShape
    queryset = OwnershipSweep.objects.none()

    @extend_schema(operation_id="ownership_sweeps_list", summary="List sweeps of ownership", tags=_TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="ownership_sweeps_run",
        summary="Give back what stands in people's names",
        description="SMB accounts and open opportunities go to their region's Sales User; the report has each.",
        tags=_TAGS,
        request=None,
        responses={
            (201, _JSON): SweepShape,
            (409, MEDIA_TYPE): OpenApiResponse(Problem, "There is nothing that could be given back."),
        },
    )
    @idempotency.once
    def post(self, request: Request) -> Response:
        made = sweeping.sweep(by=writer(request), now=timezone.now())
        return Response(SweepShape(made).data, status=201)

    def get_queryset(self) -> QuerySet[OwnershipSweep]:
        return _sweeps()


class SweepPreview(APIView):
    acts = {"GET": Act.CHANGE_BOOK}
    scopes = {"GET": Scope.ACCOUNTS_READ}

    @extend_schema(
        operation_id="ownership_sweeps_preview",
        summary="What a sweep would give back",
        tags=_TAGS,
        responses={(200, _JSON): PreviewShape},
    )
    def get(self, request: Request) -> Response:
        held = strays.count(strays.people())
        users = strays.sales_users()
        wanted = {one.owner_id for one in held} | set(users.values())
        emails = dict(Person.objects.filter(pk__in=wanted).order_by("id").values_list("pk", "email"))
        rows = [
            {
                "owner": emails[one.owner_id],
                "region": one.region,
                "accounts": one.accounts,
                "opportunities": one.opportunities,
                "goes_to": emails[users[one.region]] if one.region in users else None,
            }
            for one in held
        ]
        moving = sum(one.accounts + one.opportunities for one in held if one.region in users)
        every = sum(one.accounts + one.opportunities for one in held)
        found = {"would_move": moving, "would_stay": every - moving, "held": rows}
        return Response(PreviewShape(found).data)


class OneSweep(APIView):
    acts = {"GET": Act.CHANGE_BOOK}
    scopes = {"GET": Scope.ACCOUNTS_READ}

    @extend_schema(
        operation_id="ownership_sweeps_read",
        summary="One sweep",
        tags=_TAGS,
        responses={
            (200, _JSON): SweepShape,
            (404, MEDIA_TYPE): OpenApiResponse(Problem, "There is no such sweep."),
        },
    )
    def get(self, request: Request, sweep: int) -> Response:
        return Response(SweepShape(get_object_or_404(_sweeps(), pk=sweep)).data)


class SweepRows(ListAPIView[OwnershipMove]):
    acts = {"GET": Act.CHANGE_BOOK}
    scopes = {"GET": Scope.ACCOUNTS_READ}
    serializer_class = MoveShape
    queryset = OwnershipMove.objects.none()

    @extend_schema(operation_id="ownership_sweeps_rows", summary="The rows of a sweep", tags=_TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[OwnershipMove]:
        made = get_object_or_404(OwnershipSweep, pk=self.kwargs["sweep"])
        return made.moves.select_related("account", "opportunity", "owner_before", "owner_after")


class UndoSweep(APIView):
    acts = {"POST": Act.CHANGE_BOOK}
    scopes = {"POST": Scope.ACCOUNTS_WRITE}

    @extend_schema(
        operation_id="ownership_sweeps_undo",
        summary="Take a sweep back",
        description="Each row goes to whom it was with, as far as they are here and nothing newer has happened to it;"
        " else it says why.",
        tags=_TAGS,
        request=None,
        responses={
            (200, _JSON): SweepShape,
            (404, MEDIA_TYPE): OpenApiResponse(Problem, "There is no such sweep."),
            (409, MEDIA_TYPE): OpenApiResponse(Problem, "It was taken back already."),
        },
    )
    @idempotency.once
    def post(self, request: Request, sweep: int) -> Response:
        made = undoing.undo(sweep_id=sweep, by=writer(request), now=timezone.now())
        return Response(SweepShape(made).data)
