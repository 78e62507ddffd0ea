"""How somebody wishes to be told, by API: read and written as on the page of notices."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import idempotency
from accounts.access import Act
from accounts.api import writer
from accounts.models.keys import Scope
from cases.models import Mailing, NoticeKind
from cases.serializers import Given
from cases.talk import notices, wishes


class Wishes(Given):
    """`bell` and `mailed` name the kinds of notices that ring and that are mailed; all others do not."""

    mail = serializers.ChoiceField(Mailing.choices)
    hour = serializers.IntegerField(
        min_value=0, max_value=23, help_text="Of the daily mail, where the person is."
    )
    bell = serializers.ListField(child=serializers.ChoiceField(NoticeKind.choices))
    mailed = serializers.ListField(child=serializers.ChoiceField(NoticeKind.choices))


class NoticeWishes(APIView):
    acts = {"GET": Act.SEE_CASES, "PUT": Act.SEE_CASES}
    scopes = {"GET": Scope.CASES_READ, "PUT": Scope.CASES_WRITE}

    @extend_schema(
        operation_id="notices_wishes", summary="How you wish to be told", tags=["notices"], responses=Wishes
    )
    def get(self, request: Request) -> Response:
        return Response(wishes.shown(notices.setting_of(writer(request))))

    @extend_schema(
        operation_id="notices_wish",
        summary="Say how you wish to be told",
        tags=["notices"],
        request=Wishes,
        responses=Wishes,
        examples=[
            OpenApiExample(
                "Mentions at once, little else",
                value={
                    "mail": "at_once",
                    "hour": 8,
                    "bell": ["mentioned", "asked", "answered", "handed_over"],
                    "mailed": ["mentioned"],
                },
                request_only=True,
            )
        ],
    )
    @idempotency.once
    def put(self, request: Request) -> Response:
        given = Wishes(data=request.data)
        given.is_valid(raise_exception=True)
        wished = given.validated_data
        kept = wishes.save(
            writer(request),
            mail=Mailing(wished["mail"]),
            hour=wished["hour"],
            bell=[NoticeKind(kind) for kind in wished["bell"]],
            mailed=[NoticeKind(kind) for kind in wished["mailed"]],
            now=timezone.now(),
        )
        return Response(wishes.shown(kept))
