"""The day by API: the same list, in the same order."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import Act
from accounts.api import writer
from accounts.models.keys import Scope
from cases.day import reading, whose
from cases.day.shapes import DayQuery, DayShape
from smbcases.lib.problems import MEDIA_TYPE, Problem

_EXAMPLE = {
    "day": "2026-11-24",
    "done": 7,
    "left": 1,
    "things": [
        {
            "group": "late",
            "what": "Send the quote to Jonas",
            "deed": "plan_step",
            "whom": "Northpeak Robotics",
            "case": "SMB-10471",
            "question": None,
            "task": None,
            "reasons": [
                {"why": "next_step", "words": "Next step overdue, 1 d", "at": "2026-11-24T05:00:00Z"},
            ],
        }
    ],
}


class MyDay(APIView):
    acts = {"GET": Act.SEE_MY_CASES}
    scopes = {"GET": Scope.CASES_READ}

    @extend_schema(
        operation_id="my_day_read",
        summary="Everything to do today, in the order to do it",
        description="Late first, then due today, then within 7 days. What is due for two reasons appears once with"
        " both. Of somebody else’s day their tasks are left out.",
        tags=["my day"],
        parameters=[DayQuery],
        responses={
            (200, "application/json"): DayShape,
            (404, MEDIA_TYPE): OpenApiResponse(
                Problem, "There is nobody of that address whose day you may see."
            ),
        },
        examples=[OpenApiExample("A day", value=_EXAMPLE, response_only=True, status_codes=["200"])],
    )
    def get(self, request: Request) -> Response:
        asked = DayQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        reader = writer(request)
        owner = whose.by_email(reader, asked.validated_data.get("owner", ""))
        found = reading.read(owner, now=timezone.now(), with_tasks=owner == reader)
        return Response(DayShape(found).data)
