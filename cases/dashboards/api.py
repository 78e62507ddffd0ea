"""Dashboards by API: the same blocks as the page, as JSON."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import Act
from accounts.api import writer
from accounts.models.keys import Scope
from cases.dashboards import asked as reading
from cases.dashboards import exporting, registry
from smbcases.lib.problems import MEDIA_TYPE, Problem


class Span(serializers.Serializer[object]):
    name = serializers.CharField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField(help_text="The first instant that is not inside any more.")


class Figure(serializers.Serializer[object]):
    key = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=["text", "count", "share", "duration", "days", "money", "day"])
    value = serializers.JSONField(
        help_text="By kind: a number; part, whole and percent; seconds; amounts by currency; null: not known.",
    )
    before = serializers.JSONField(help_text="The same of the period before.")
    of = serializers.IntegerField(allow_null=True, help_text="Of how many it was computed.")
    url = serializers.CharField(allow_blank=True, help_text="The page that lists what is counted.")


class Column(serializers.Serializer[object]):
    key = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()


class Counted(serializers.Serializer[object]):
    key = serializers.CharField()
    name = serializers.CharField()
    columns = Column(many=True)
    rows = serializers.ListField(
        child=serializers.JSONField(), help_text="By column key: `value`, `of` and `url`, as of figures."
    )
    total = serializers.JSONField()


class DashboardShape(serializers.Serializer[object]):
    key = serializers.CharField()
    name = serializers.CharField()
    period = Span()
    filters = serializers.DictField(child=serializers.CharField())
    notes = serializers.ListField(child=serializers.CharField(), help_text="What was asked and left out.")
    answer = serializers.CharField(help_text="The whole in a sentence.")
    figures = Figure(many=True)
    tables = Counted(many=True)


def _parameter(name: str, said: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.QUERY, description=said)


_EXAMPLE = {
    "key": "departments",
    "name": "Cases by department",
    "period": {
        "name": "Last 7 days",
        "start": "2026-11-15T00:00:00-05:00",
        "end": "2026-11-22T00:00:00-05:00",
    },
    "filters": {"period": "7d"},
    "notes": [],
    "answer": "12 filed, 0 waiting for an advocate, none overdue to pick up.",
    "figures": [
        {
            "key": "in_time",
            "name": "Picked up in time",
            "kind": "share",
            "value": {"part": 10, "whole": 12, "percent": 83.3},
            "before": None,
            "of": None,
            "url": "/cases/?tab=all&department=any&pick_up=kept",
        }
    ],
    "tables": [
        {
            "key": "open",
            "name": "Open now",
            "columns": [
                {"key": "department", "name": "Department", "kind": "text"},
                {"key": "in_hand", "name": "In hand", "kind": "count"},
            ],
            "rows": [
                {
                    "department": {"value": "Support", "of": None, "url": ""},
                    "in_hand": {"value": 5, "of": None, "url": "/cases/?state=in_hand&department=support"},
                }
            ],
            "total": None,
        }
    ],
}


class OneDashboard(APIView):
    acts = {"GET": Act.SEE_DASHBOARDS}
    scopes = {"GET": Scope.CASES_READ}

    @extend_schema(
        operation_id="dashboards_read",
        summary="A dashboard's figures",
        description=(
            "As its page shows them to whom the key acts for, with the address of the list behind each figure. "
            "What a filter does not know is left out, and `notes` says so."
        ),
        tags=["dashboards"],
        parameters=[
            OpenApiParameter(
                "key",
                str,
                OpenApiParameter.PATH,
                required=True,
                description="As in the page's address, such as scorecard.",
                examples=[OpenApiExample("The advocates’ scorecard", value="scorecard")],
            ),
            _parameter(
                "period", "7d, 30d (usual), month, last_month, quarter, last_quarter, year, last_year."
            ),
            _parameter("from", "First day, such as 2026-02-01; with `to` instead of a period."),
            _parameter("to", "Last day."),
            *(_parameter(name, reading.LABELS[name]) for name in (*reading.EVERY, "department")),
        ],
        examples=[
            OpenApiExample("What departments filed", value=_EXAMPLE, response_only=True, status_codes=["200"])
        ],
        responses={
            (200, "application/json"): DashboardShape,
            (404, MEDIA_TYPE): OpenApiResponse(
                Problem, "There is no such dashboard, or it is not yours to see."
            ),
        },
    )
    def get(self, request: Request, key: str) -> Response:
        reader, now = writer(request), timezone.now()
        kind = registry.find(key, reader=reader)
        asked = reading.read(
            request.query_params.dict(), reader=reader, now=now, offered=kind.filters, whole=True
        )
        return Response(exporting.shape(kind.load(asked, reader, now), asked))
