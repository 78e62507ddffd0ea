"""What people type about routing: a hand-over, time off."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict

from accounts.models import Person, Role
from cases.forms import CaseForm
from cases.models import Case

CASE_WORKERS = [Role.ADVOCATE, Role.TEAM_LEAD]


class HandOverForm(CaseForm):
    to = forms.ModelChoiceField(
        label="To",
        queryset=Person.objects.none(),
        error_messages={
            "required": "Choose who shall have it.",
            "invalid_choice": "Choose somebody who works cases.",
        },
    )
    reason = forms.CharField(
        label="Why it changes hands",
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="The history keeps it.",
        error_messages={"required": "Say why it changes hands; the history keeps it."},
    )

    def __init__(self, data: QueryDict | None = None, *, case: Case) -> None:
        super().__init__(data, case=case)
        field = cast("forms.ModelChoiceField[Person]", self.fields["to"])
        field.queryset = _case_workers().exclude(pk=case.owner_id or 0)


def _case_workers() -> Any:
    people = Person.objects.filter(role__in=CASE_WORKERS, is_active=True)
    return people.order_by("name", "id")


class TimeOffForm(forms.Form):
    """`team`: the people whose days the writer may plan; anybody of the team may cover."""

    person = forms.ModelChoiceField(
        label="Who",
        queryset=Person.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": "You may not plan this person’s time off."},
    )
    starts_on = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label="Last day", widget=forms.DateInput(attrs={"type": "date"}))
    covered_by = forms.ModelChoiceField(
        label="Covered by",
        queryset=Person.objects.none(),
        required=False,
        empty_label="Nobody",
    )
    note = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, plannable: list[int], team: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, ids in (("person", plannable), ("covered_by", team)):
            field = cast("forms.ModelChoiceField[Person]", self.fields[name])
            field.queryset = Person.objects.filter(pk__in=ids).order_by("name", "id")
