"""What people type into an account plan."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.forms import BaseFormSet
from django.http import QueryDict

from accounts.models import Account, Contact
from routing.high_value import plan_content
from routing.high_value.plan_content import Content, Touchpoint
from smbcases import playbook

EMPTY_ROWS = 3


class PlanForm(forms.Form):
    """The plan with the version of it that was seen. Sent again after it was stale, it applies to the present one."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    goals = forms.CharField(
        label="Goals: what they want to reach this year",
        required=False,
        max_length=plan_content.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )
    deciders = forms.MultipleChoiceField(
        label="Who decides", required=False, widget=forms.CheckboxSelectMultiple
    )
    users = forms.MultipleChoiceField(
        label="Who uses it", required=False, widget=forms.CheckboxSelectMultiple
    )
    risks = forms.CharField(
        required=False,
        max_length=plan_content.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )

    def __init__(
        self, data: QueryDict | None = None, *, account: Account, content: Content, version: int
    ) -> None:
        super().__init__(data, initial={"version": version, **_initial(content)})
        people = _people(account, content)
        for name in ("deciders", "users"):
            cast(forms.MultipleChoiceField, self.fields[name]).choices = people
        self.criteria = _criteria(content)
        for key, name in self.criteria.items():
            self.fields[f"growth_{key}"] = forms.CharField(
                label=name,
                required=False,
                max_length=plan_content.LONGEST_TEXT,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    @property
    def growth(self) -> list[Any]:
        return [self[f"growth_{key}"] for key in self.criteria]

    def meet(self, version: int) -> None:
        """Take the present version in, so that what was typed can be applied to it."""
        typed = cast(QueryDict, self.data).copy()
        typed["version"] = str(version)
        self.data = typed

    def content(self, touchpoints: list[Touchpoint]) -> Content:
        given = self.cleaned_data
        return plan_content.make(
            goals=given["goals"],
            deciders=given["deciders"],
            users=given["users"],
            growth={key: given[f"growth_{key}"] for key in self.criteria},
            risks=given["risks"],
            touchpoints=touchpoints,
        )


def _initial(content: Content) -> dict[str, Any]:
    growth = {f"growth_{key}": text for key, text in content.growth.items()}
    return {
        "goals": content.goals,
        "deciders": list(content.deciders),
        "users": list(content.users),
        "risks": content.risks,
        **growth,
    }


def _criteria(content: Content) -> dict[str, str]:
    """Those of the playbook, and those in the plan that it no longer has: what was written under them is kept."""
    active = playbook.active().high_value.criteria
    return {**active, **{key: key for key in content.growth if key not in active}}


def _people(account: Account, content: Content) -> list[tuple[str, str]]:
    """The account's contacts, and who is in the plan although no longer among them."""
    contacts = Contact.objects.filter(account=account).order_by("name", "id")
    people = {one.external_id: f"{one.name}, {one.title}" if one.title else one.name for one in contacts}
    named = {one: one for one in (*content.deciders, *content.users)}
    return list({**named, **people}.items())


class TouchpointForm(forms.Form):
    """One line; without words it is none."""

    on = forms.DateField(
        label="Day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write the day as 2026-11-24."},
    )
    what = forms.CharField(
        label="About what",
        required=False,
        max_length=plan_content.LONGEST_LINE,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "About what"}),
    )
    state = forms.ChoiceField(
        label="State", required=False, choices=[(state, state.capitalize()) for state in plan_content.STATES]
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("what") and not cleaned.get("on") and not self.has_error("on"):
            self.add_error("on", "Choose a day.")
        return cleaned


_Rows = forms.formset_factory(TouchpointForm, extra=EMPTY_ROWS, max_num=plan_content.MOST_TOUCHPOINTS)


def touchpoint_rows(data: QueryDict | None, *, content: Content) -> BaseFormSet[TouchpointForm]:
    initial = [{"on": one.on, "what": one.what, "state": one.state} for one in content.touchpoints]
    return _Rows(data, initial=initial, prefix="touchpoint")


def touchpoints(rows: BaseFormSet[TouchpointForm]) -> list[Touchpoint]:
    typed = [form.cleaned_data for form in rows if form.cleaned_data.get("what")]
    return [Touchpoint(on=one["on"], what=one["what"], state=one["state"] or "planned") for one in typed]
