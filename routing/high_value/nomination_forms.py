"""What people type about a nomination."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict

from routing.high_value import deciding, nominating
from smbcases import playbook


class NominateForm(forms.Form):
    criteria = forms.MultipleChoiceField(
        label="What speaks for it",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one criterion that fits."},
    )
    why = forms.CharField(
        label="Why this account",
        max_length=nominating.LONGEST_WHY,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="The manager decides by it.",
        error_messages={"required": "Say why this account; the manager decides by it."},
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        field = cast(forms.MultipleChoiceField, self.fields["criteria"])
        field.choices = list(playbook.active().high_value.criteria.items())


class DecideForm(forms.Form):
    decision = forms.ChoiceField(
        label="Decision",
        choices=[("approve", "Approve"), ("decline", "Decline")],
        widget=forms.RadioSelect,
        error_messages={"required": "Approve or decline."},
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=deciding.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text="Needed to decline; the advocate reads it.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "decline" and not cleaned.get("reason"):
            self.add_error("reason", "Say why it is declined; the advocate reads it.")
        return cleaned
