"""What people type of a task, cleaned to the words of the domain."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy

from accounts.models import Account, Person
from cases import numbers
from cases.agenda import choosing
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

    account = forms.CharField(
        label="Account",
        required=False,
        max_length=255,
        widget=forms.TextInput(
            attrs={
                "placeholder": "Begin its name",
                "autocomplete": "off",
                "list": "task-accounts",
                "hx-get": reverse_lazy("task_accounts"),
                "hx-trigger": "input changed delay:200ms",
                "hx-target": "#task-accounts",
            }
        ),
    )

    def __init__(self, *args: Any, by: Person, held: Account | None = None, **kwargs: Any) -> None:
        """`held` is the account that the task has: its name, left as it is, means no other."""
        super().__init__(*args, **kwargs)
        self.by, self.held = by, held

    def clean_account(self) -> int | None:
        """The id of the account meant; None where none is."""
        given = self.cleaned_data["account"].strip()
        if self.held is not None and given == self.held.name:
            return self.held.pk
        try:
            return choosing.find(given, by=self.by).pk if given else None
        except choosing.UnclearAccount as unclear:
            raise forms.ValidationError(unclear.detail) from unclear

    def clean_case(self) -> int | None:
        try:
            return numbers.read(given) if (given := self.cleaned_data["case"].strip()) else None
        except numbers.NotANumber as error:
            raise forms.ValidationError("Write the case's number, such as SMB-10471.") from error

    def plan(self) -> Plan:
        given = self.cleaned_data
        return Plan(
            what=given["what"],
            due_on=given["due_on"],
            remind_at=given["remind_at"],
            case_id=given["case"],
            account_id=given["account"],
        )


def of_task(task: Task, data: QueryDict | None = None, *, by: Person) -> TaskForm:
    """The form as the task stands, its reminder in the reader's zone."""
    initial: dict[str, Any] = {
        "what": task.what,
        "due_on": task.due_on,
        "remind_at": task.remind_at,
        "case": task.case.number if task.case else "",
        "account": task.account.name if task.account else "",
    }
    return TaskForm(data, initial=initial, by=by, held=task.account)
