"""Tasks by API: those of the person that a key acts for, and of nobody else."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import idempotency
from accounts.access import Act
from accounts.api import writer
from accounts.models.keys import Scope
from cases import preconditions
from cases.agenda import tasks
from cases.agenda.shapes import TaskLine, TaskQuery, ToDone, ToTask
from cases.models import Task
from smbcases.lib.problems import MEDIA_TYPE, Problem

TASK = OpenApiParameter("task", int, OpenApiParameter.PATH, description="Its id.", required=True)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the task as you read it, or * for any state.",
)
_ONE = {
    (200, "application/json"): OpenApiResponse(TaskLine, "The task as it is now, with its ETag."),
    (404, MEDIA_TYPE): OpenApiResponse(Problem, "You have no such task."),
}
_CHANGED = _ONE | {
    (412, MEDIA_TYPE): OpenApiResponse(Problem, "The task has changed since."),
    (422, MEDIA_TYPE): OpenApiResponse(Problem, "What was sent cannot be kept."),
    (428, MEDIA_TYPE): OpenApiResponse(Problem, "If-Match is missing."),
}
_NEW = {"what": "Ask Jonas for the PO", "due_on": "2026-11-24", "remind_at": "2026-11-24T09:30:00-05:00"}


class Tasks(ListAPIView[Task]):
    acts = {"GET": Act.SEE_CASES, "POST": Act.SEE_CASES}
    scopes = {"GET": Scope.CASES_READ, "POST": Scope.CASES_WRITE}
    serializer_class = TaskLine
    queryset = Task.objects.none()

    @extend_schema(
        operation_id="tasks_list",
        summary="List your tasks",
        description="Newest first, by cursor.",
        tags=["tasks"],
        parameters=[TaskQuery],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        asked = TaskQuery(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        own = Task.objects.of(writer(self.request)).select_related("case", "account")
        return asked.narrow(own, today=timezone.localdate())

    @extend_schema(
        operation_id="tasks_create",
        summary="Keep a task",
        tags=["tasks"],
        request=ToTask,
        responses={
            (201, "application/json"): TaskLine,
            (404, MEDIA_TYPE): OpenApiResponse(Problem, "There is no such case, or you may not see it."),
            (422, MEDIA_TYPE): OpenApiResponse(Problem, "What was sent cannot be kept."),
        },
        examples=[
            OpenApiExample("A task", value={**_NEW, "account": "001A000001"}, request_only=True),
        ],
    )
    @idempotency.once
    def post(self, request: Request) -> Response:
        given = ToTask(data=request.data)
        given.is_valid(raise_exception=True)
        task = tasks.add(plan=given.plan(), by=writer(request), now=timezone.now())
        return _answer(task, status=201)


class OneTask(APIView):
    acts = {"GET": Act.SEE_CASES, "PATCH": Act.SEE_CASES, "DELETE": Act.SEE_CASES}
    scopes = {"GET": Scope.CASES_READ, "PATCH": Scope.CASES_WRITE, "DELETE": Scope.CASES_WRITE}

    @extend_schema(
        operation_id="tasks_read", summary="One task", tags=["tasks"], parameters=[TASK], responses=_ONE
    )
    def get(self, request: Request, task: int) -> Response:
        return _answer(tasks.get(task_id=task, by=writer(request)))

    @extend_schema(
        operation_id="tasks_change",
        summary="Change a task",
        description="What is not sent stays as it is; null takes it away.",
        tags=["tasks"],
        parameters=[TASK, IF_MATCH],
        request=ToTask(partial=True),
        responses=_CHANGED,
        examples=[
            OpenApiExample(
                "Another day", value={"due_on": "2026-12-01", "remind_at": None}, request_only=True
            )
        ],
    )
    @idempotency.once
    def patch(self, request: Request, task: int) -> Response:
        person = writer(request)
        held = tasks.get(task_id=task, by=person)
        given = ToTask(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        plan = given.plan(held)
        changed = tasks.change(
            task_id=task, plan=plan, by=person, now=timezone.now(), seen=_seen(request) or held.mark
        )
        return _answer(changed)

    @extend_schema(
        operation_id="tasks_delete",
        summary="Delete a task",
        tags=["tasks"],
        parameters=[TASK, IF_MATCH],
        responses={204: None, **{key: told for key, told in _CHANGED.items() if key[0] in {404, 412, 428}}},
    )
    def delete(self, request: Request, task: int) -> Response:
        tasks.remove(task_id=task, by=writer(request), now=timezone.now(), seen=_seen(request))
        return Response(status=204)


class SetDone(APIView):
    acts = {"POST": Act.SEE_CASES}
    scopes = {"POST": Scope.CASES_WRITE}

    @extend_schema(
        operation_id="tasks_set_done",
        summary="Tick a task off, or open it again",
        tags=["tasks"],
        parameters=[TASK, IF_MATCH],
        request=ToDone,
        responses=_CHANGED,
        examples=[OpenApiExample("Done", value={"done": True}, request_only=True)],
    )
    @idempotency.once
    def post(self, request: Request, task: int) -> Response:
        given = ToDone(data=request.data)
        given.is_valid(raise_exception=True)
        done = given.validated_data["done"]
        changed = tasks.set_done(
            task_id=task, done=done, by=writer(request), now=timezone.now(), seen=_seen(request)
        )
        return _answer(changed)


def _answer(task: Task, *, status: int = 200) -> Response:
    return Response(TaskLine(task).data, status=status, headers={"ETag": f'"{task.mark}"'})


def _seen(request: Request) -> int | None:
    return preconditions.seen_version(request, of="task")
