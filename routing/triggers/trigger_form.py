"""The form in which Ops edit a trigger: what would not work is said at the field, with its place."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget

from accounts.event_types import ALL
from routing.models import Trigger
from routing.triggers.conditions import InvalidCondition, compile_condition
from smbcases import playbook
from smbcases.playbook import merge


class TriggerForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only to the type checker
    wakes_on = forms.MultipleChoiceField(
        choices=[(key, key) for key in sorted(ALL)],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = Trigger
        fields = (
            "name category priority enabled asked_of wakes_on daily condition window once_per"
            " subject context cta note"
        ).split()
        widgets = {"condition": AdminTextareaWidget(attrs={"rows": 4, "spellcheck": "false"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = playbook.get(self.instance.playbook)
        offered: dict[str, Any] = {"category": rules.categories, "priority": rules.priorities}
        for name, items in offered.items():
            named = [(key, item.name) for key, item in items.items()]
            blank = [("", "The category's")] if name == "priority" else []
            self.fields[name] = forms.ChoiceField(choices=[*blank, *named], required=not blank)

    def clean(self) -> dict[str, Any]:
        cleaned = cast(dict[str, Any], super().clean())
        self._check_condition(cleaned)
        for name in ("subject", "context", "cta"):
            if merge.stray_braces(cleaned.get(name, "")):
                self.add_error(name, "A brace belongs to no merge field; they look like {account}.")
        return cleaned

    def _check_condition(self, cleaned: dict[str, Any]) -> None:
        if "asked_of" not in cleaned or "condition" not in cleaned:
            return
        try:
            compile_condition(cleaned["condition"], root=cleaned["asked_of"])
        except InvalidCondition as error:
            self.add_error("condition", error)
