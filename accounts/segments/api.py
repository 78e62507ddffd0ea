"""Accounts over the SMB line by API, to read."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Act
from accounts.models import SegmentCrossing
from accounts.models.keys import Scope
from accounts.segments import crossing

STATES = {"pending": crossing.listed, "moved": crossing.moved, "fell_back": crossing.fallen_back}


class CrossingShape(serializers.ModelSerializer[SegmentCrossing]):
    account = serializers.CharField(source="account.external_id")
    name = serializers.CharField(source="account.name")
    region = serializers.CharField(source="account.region", allow_blank=True)
    moved_to = serializers.CharField(
        allow_blank=True, help_text="mid_market or enterprise; empty: not moved."
    )

    class Meta:
        model = SegmentCrossing
        fields = (
            "id",
            "account",
            "name",
            "region",
            "crossed_on",
            "moves_on",
            "moved_at",
            "moved_to",
            "fell_back_at",
        )


class CrossingQuery(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=sorted(STATES), default="pending")


class SegmentMoves(ListAPIView[SegmentCrossing]):
    acts = {"GET": Act.CHANGE_BOOK}
    scopes = {"GET": Scope.ACCOUNTS_READ}
    serializer_class = CrossingShape
    queryset = SegmentCrossing.objects.none()

    @extend_schema(
        operation_id="segment_moves_list",
        summary="Accounts over the SMB line",
        description="Those that move when the next fiscal quarter begins; `state` asks for what became of others.",
        tags=["ownership"],
        parameters=[OpenApiParameter("state", str, enum=sorted(STATES), default="pending")],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[SegmentCrossing]:
        asked = CrossingQuery(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        return STATES[asked.validated_data["state"]]()
