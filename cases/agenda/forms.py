"""What people type of a task, cleaned to the words of the domain."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from cases import numbers
from cases.agenda.tasks import Plan
from cases.models import Task

_MOMENT = "%Y-%m-%dT%H:%M"


class TaskForm(forms.Form):
    """A task in one form; the page shows fewer fields where fewer do."""

    what = forms.CharField(
        label="What",
        max_length=300,
        error_messages={"required": "Say what is to be done."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "Ask Jonas for the PO"}),
    )
    due_on = forms.DateField(
        label="Day",
        error_messages={"required": "Choose a day.", "invalid": "Write the day as 2026-11-24."},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    remind_at = forms.DateTimeField(
        label="Remind me at",
        required=False,
        input_formats=[_MOMENT, "%Y-%m-%d %H:%M"],
        error_messages={"invalid": "Write the time as 2026-11-24 09:30."},
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
    )
    case = forms.CharField(
        label="Case",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"placeholder": "SMB-10471", "autocomplete": "off"}),
    )

    def clean_case(self) -> int | None:
        try:
            return numbers.read(given) if (given := self.cleaned_data["case"].strip()) else None
        except numbers.NotANumber as error:
            raise forms.ValidationError("Write the case's number, such as SMB-10471.") from error

    def plan(self, *, account_id: int | None = None) -> Plan:
        given = self.cleaned_data
        return Plan(
            what=given["what"],
            due_on=given["due_on"],
            remind_at=given["remind_at"],
            case_id=given["case"],
            account_id=account_id,
        )


def of_task(task: Task, data: QueryDict | None = None) -> TaskForm:
    """The form as the task stands, its reminder in the reader's zone."""
    initial: dict[str, Any] = {
        "what": task.what,
        "due_on": task.due_on,
        "remind_at": task.remind_at,
        "case": task.case.number if task.case else "",
    }
    return TaskForm(data, initial=initial)
