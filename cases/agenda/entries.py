"""What stands in somebody's calendar: the next steps and touches of the cases they own, and their open tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max
from django.urls import reverse

from accounts.models import Person
from cases import next_steps, telling, touches
from cases.cadence import Logged
from cases.models import Case, History, Task

MOST_CASES = 1000
MOST_TASKS = 1000
_KINDS = {"email": "Mail", "call": "Call"}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One event: on a whole day, or at `at`. `key` stays the same as long as it is the same event; `path` leads
    back to the page it is about; `changed_at` is when it last became another."""

    key: str
    title: str
    on: date
    path: str
    changed_at: datetime
    text: str = ""
    at: datetime | None = None


def load(person: Person) -> list[Entry]:
    """The entries of `person`, in a fixed number of queries."""
    cases = _load_cases(person)
    changed = _load_changed(cases)
    logged = touches.load_logged([case for case in cases if touches.is_running(case)])
    tasks = Task.objects.of(person).open().select_related("case", "account").order_by("due_on", "id")
    return [
        *(entry for case in cases for entry in _of_case(case, logged[case.pk], changed_at=changed[case.pk])),
        *(entry for task in tasks[:MOST_TASKS] for entry in _of_task(task)),
    ]


def _load_cases(person: Person) -> list[Case]:
    owned = Case.objects.open().owned_by(person).select_related("account")
    return list(owned.order_by("due_at", "id")[:MOST_CASES])


def _load_changed(cases: Sequence[Case]) -> Mapping[int, datetime]:
    rows = History.objects.filter(case__in=[case.pk for case in cases]).values_list("case_id")
    changed: dict[int, datetime] = dict(rows.annotate(Max("at")).order_by())
    return {case.pk: changed.get(case.pk, case.opened_at) for case in cases}


def _of_case(case: Case, logged: Sequence[Logged], *, changed_at: datetime) -> Iterator[Entry]:
    name = case.account.name if case.account else telling.case_type_name(case)
    path = reverse("case", args=[case.pk])
    if case.next_steps_on is not None:
        yield Entry(
            key=f"case-{case.pk}-next-step",
            title=f"{name}: {next_steps.strip(case.next_steps)}",
            on=case.next_steps_on,
            text=f"Next step of {case}",
            path=path,
            changed_at=changed_at,
        )
    if not touches.is_running(case):
        return
    for step in touches.read(case, logged, today=date.min):
        if step.is_open:
            yield Entry(
                key=f"case-{case.pk}-touch-{step.touch.day}",
                title=f"{name}: {_KINDS[step.touch.kind]}, day {step.touch.day}",
                on=step.due_on,
                text=f"Touch of {case}",
                path=path,
                changed_at=changed_at,
            )


def _of_task(task: Task) -> Iterator[Entry]:
    path = reverse("case", args=[task.case_id]) if task.case_id else reverse("tasks")
    about = str(task.case or task.account or "")
    yield Entry(
        key=f"task-{task.pk}",
        title=task.what,
        on=task.due_on,
        text=f"Task. {about}".strip(),
        path=path,
        changed_at=task.changed_at,
    )
    if task.remind_at is not None:
        yield Entry(
            key=f"task-{task.pk}-reminder",
            title=f"Reminder: {task.what}",
            on=task.remind_at.date(),
            at=task.remind_at,
            text=about,
            path=path,
            changed_at=task.changed_at,
        )
