"""The parts of other pages that show tasks: what each needs, for the page and for htmx alike."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.access import person_of
from accounts.models import Person
from cases.agenda.forms import TaskForm
from cases.models import Case, Task

OF_CASE = 8
OF_TODAY = 4
COUNTED = 99


def of_case(request: HttpRequest, case: Case, *, form: TaskForm | None = None) -> dict[str, Any]:
    """The reader's open tasks of the case. `form` where what was typed could not be kept."""
    own = Task.objects.of(person_of(request)).open().filter(case=case)
    found = list(own.order_by("due_on", "id")[: OF_CASE + 1])
    return {
        "request": request,
        "case": case,
        "tasks": found[:OF_CASE],
        "more": len(found) > OF_CASE,
        "form": form,
        "day": timezone.localdate().isoformat(),
        "back": reverse("case", args=[case.pk]),
    }


def load_due(person: Person, *, by: date) -> list[Task]:
    """The open tasks that are due by that day, the oldest first, up to a bound: for the line above My cases and for
    Run your day."""
    own = Task.objects.of(person).due_by(by).select_related("case", "account")
    read = own.only("what", "due_on", "remind_at", "done_at", "case__id", "account__name")
    return list(read.order_by("due_on", "id")[:COUNTED])


def of_today(request: HttpRequest) -> dict[str, Any]:
    """What is due today or was before, the oldest first."""
    today = timezone.localdate()
    found = load_due(person_of(request), by=today)
    return {
        "request": request,
        "tasks": found[:OF_TODAY],
        "more": max(0, len(found) - OF_TODAY),
        "late": sum(task.due_on < today for task in found),
        "back": reverse("my_cases"),
    }
