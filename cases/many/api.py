"""Acts on many cases by API: preview, carry out, read, undo. Only whoever made a run sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import idempotency
from accounts.access import Act
from accounts.api import writer
from accounts.models.keys import Scope
from cases.api import seen
from cases.api_filters import CaseQuery
from cases.many import acts, running, selecting, undoing
from cases.models import BulkRun, RunState, Verdict
from cases.serializers import CaseNumber, Given
from smbcases.lib.problems import MEDIA_TYPE, Problem

Handler = TypeVar("Handler", bound=Callable[..., Any])


class ToMany(Given):
    """An act, the cases it is meant for (named, or all that a filter of the list matches), and what it takes."""

    act = serializers.CharField(max_length=20, help_text=f"One of {', '.join(acts.known())}.")
    cases = serializers.ListField(child=CaseNumber(), required=False, help_text="Numbers, such as SMB-10471.")
    filter = serializers.DictField(
        child=serializers.CharField(), required=False, help_text="The parameters of the list of cases."
    )
    given = serializers.DictField(required=False, help_text="The body of the single act.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("cases" in attrs) == ("filter" in attrs):
            raise serializers.ValidationError("Send either cases or a filter.")
        return attrs


class RowShape(serializers.Serializer[Any]):
    number = serializers.CharField(source="case.number")
    verdict = serializers.ChoiceField(Verdict.choices)
    refusal = serializers.CharField(help_text="The name of the problem, where it is refused.")
    detail = serializers.CharField(help_text="Why, in a sentence.")
    undone = serializers.BooleanField(allow_null=True)
    undo_detail = serializers.CharField()


class RunShape(serializers.Serializer[Any]):
    """A run: what would become of each case, or what has."""

    id = serializers.UUIDField()
    act = serializers.CharField()
    state = serializers.ChoiceField(RunState.choices)
    given = serializers.DictField()
    more = serializers.BooleanField(help_text="More matched than one run takes; these are the first.")
    left_out = serializers.IntegerField(help_text="Of the named ones: do not exist, or may not be seen.")
    made_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    undo_until = serializers.SerializerMethodField()
    rows = serializers.SerializerMethodField()

    def get_undo_until(self, run: BulkRun) -> str | None:
        ends = undoing.until(run)
        return ends.isoformat() if ends else None

    def get_rows(self, run: BulkRun) -> list[dict[str, Any]]:
        rows = run.rows.select_related("case").order_by("position")
        return list(RowShape(list(rows), many=True).data)


def _describe(
    operation_id: str, summary: str, *, status: int = 200, **more: Any
) -> Callable[[Handler], Handler]:
    return extend_schema(
        operation_id=operation_id,
        summary=summary,
        tags=["cases"],
        responses={
            (status, "application/json"): OpenApiResponse(RunShape, "The run."),
            (404, MEDIA_TYPE): OpenApiResponse(Problem, "There is no such run, or somebody else made it."),
            (409, MEDIA_TYPE): OpenApiResponse(Problem, "Not from where the run is, or too late."),
        },
        **more,
    )


def _answer(run: BulkRun, *, status: int = 200) -> Response:
    return Response(RunShape(run).data, status=status)


class BulkView(APIView):
    acts = {"GET": Act.WORK_CASES, "POST": Act.WORK_CASES}
    scopes = {"GET": Scope.CASES_READ, "POST": Scope.CASES_WRITE}


class Preview(BulkView):
    @_describe(
        "cases_bulk_preview",
        "Preview an act on many cases",
        status=201,
        request=ToMany,
        examples=[
            OpenApiExample(
                "Preview an act on many cases",
                value={"act": "pick_up", "filter": {"state": "open"}},
                request_only=True,
            )
        ],
    )
    @idempotency.once
    def post(self, request: Request) -> Response:
        """Nothing is changed yet. A run takes a bounded number of cases; `more` says where it left some out."""
        by, now = writer(request), timezone.now()
        sent = ToMany(data=request.data)
        sent.is_valid(raise_exception=True)
        given = sent.validated_data
        chosen = _chosen(request, given)
        run = running.choose(act=given["act"], chosen=chosen, by=by, now=now)
        run = running.preview(run_id=run.pk, given=_plain(request, given["act"]), by=by, now=now)
        return _answer(run, status=201)


def _plain(request: Request, act: str) -> dict[str, Any]:
    """The body of the single act as it was sent, checked here so that the errors name their places."""
    sent = request.data.get("given") or {}
    acts.find(act).shape(data=sent).is_valid(raise_exception=True)
    return dict(sent)


def _chosen(request: Request, given: dict[str, Any]) -> selecting.Chosen:
    if "cases" in given:
        return selecting.ticked(given["cases"], by=writer(request))
    known = CaseQuery.base_filters
    unknown = sorted(set(given["filter"]) - set(known))
    query = CaseQuery(given["filter"], queryset=seen(request))
    if unknown or not query.is_valid():
        raise ValidationError({"filter": [f"The list of cases has {', '.join(sorted(known))}."]})
    return selecting.first(query.qs.select_related(None).order_by("-id"))


class Run(BulkView):
    acts = {"GET": Act.WORK_CASES}
    scopes = {"GET": Scope.CASES_READ}

    @_describe("cases_bulk_read", "What becomes of each case of a run")
    def get(self, request: Request, run: UUID) -> Response:
        return _answer(running.find(run, by=writer(request)))


class CarryOut(BulkView):
    acts = {"POST": Act.WORK_CASES}
    scopes = {"POST": Scope.CASES_WRITE}

    @_describe("cases_bulk_do", "Carry out what was previewed", request=None)
    @idempotency.once
    def post(self, request: Request, run: UUID) -> Response:
        """Once: sent again, it answers what was done. A case that changed since the preview is refused as stale."""
        return _answer(running.carry_out(run_id=run, by=writer(request), now=timezone.now()))


class Undo(BulkView):
    acts = {"POST": Act.WORK_CASES}
    scopes = {"POST": Scope.CASES_WRITE}

    @_describe("cases_bulk_undo", "Undo it, within a minute", request=None)
    @idempotency.once
    def post(self, request: Request, run: UUID) -> Response:
        """Puts back each case that nobody has touched since; the rows say which ones not, and why."""
        return _answer(undoing.undo(run_id=run, by=writer(request), now=timezone.now()))
