"""What people type for an act on many cases, once for all; what it comes to is kept as the API takes it."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Count, Q
from django.http import QueryDict

from accounts.models.book import CLOSED_STAGES
from cases import numbers
from cases.closing import LOST, WON
from cases.forms import what_next
from cases.many.shapes import ONE_AT_A_TIME
from cases.models import BulkRun, Case
from smbcases.playbook import Playbook
from smbcases.playbook.vocabulary import FIRST_ORDERS, HIGH_VALUE


class ManyForm(forms.Form):
    """A form for one run; shown again it holds what was typed before. `note` is a sentence to go before it."""

    note = ""

    def __init__(self, data: QueryDict | None = None, *, run: BulkRun) -> None:
        super().__init__(data, initial=dict(run.given))
        self.run = run
        self.offer(self._rules())

    def offer(self, rules: list[Playbook]) -> None:
        """Fill the choices in, from the playbooks of the cases."""

    def given(self) -> dict[str, Any]:
        """What was typed, fit for JSON."""
        return {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in self.cleaned_data.items()
        }

    def _rules(self) -> list[Playbook]:
        cases = Case.objects.filter(pk__in=self.run.rows.values("case")).only("playbook")
        return [one.rules for one in cases.order_by("playbook").distinct("playbook")]

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a day.", "invalid": "Write the day as 2026-11-24."},
    )


class NextSteps(ManyForm):
    what = what_next("Next step")
    on = _day("When")


class Later(ManyForm):
    until = _day("Until")
    what = what_next("What happens then")


class Status(ManyForm):
    status = forms.ChoiceField(label="Status", error_messages={"required": "Choose a status."})

    def offer(self, rules: list[Playbook]) -> None:
        self._choices("status", _statuses(rules, stage="in_progress"))


class Close(ManyForm):
    status = forms.ChoiceField(label="How they end", error_messages={"required": "Choose how the cases end."})
    resolution_action = forms.ChoiceField(
        label="What was done", error_messages={"required": "Choose what was done about them."}
    )
    feedback = forms.CharField(
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="What the customers said. NA if there is none.",
    )
    duplicate_of = forms.CharField(
        label="The case that dealt with it",
        required=False,
        max_length=20,
        help_text="For duplicates only, such as SMB-10471.",
    )
    need_met = forms.BooleanField(
        label="The customers' needs are met",
        required=False,
        help_text="For inbound cases: they have what they asked for.",
    )
    opportunity = forms.ChoiceField(
        label="Their open opportunities",
        required=False,
        choices=[("", "Leave them"), (WON, "Closed Won"), (LOST, "Closed Lost")],
        help_text="A case is resolved when its opportunity is closed.",
    )
    lost_reason = forms.CharField(
        label="Why they are lost", required=False, max_length=500, help_text="Each opportunity keeps it."
    )
    mid_market = forms.BooleanField(
        label="First orders are Mid-Market's, and their account executive is looped in",
        required=False,
        help_text="They close as duplicates that name no other case.",
    )
    leave_questions = forms.BooleanField(
        label="Close those with open questions, too",
        required=False,
        help_text="Who asked them is told.",
    )

    def offer(self, rules: list[Playbook]) -> None:
        asked = self._asked()
        for name in ("need_met", "mid_market", "opportunity", "lost_reason", "leave_questions"):
            if not asked[name]:
                del self.fields[name]
        if asked["will_churn"]:
            self.note = ONE_AT_A_TIME
        self._choices("status", _statuses(rules, stage="closed"))
        actions = {key: name for one in rules for key, name in one.closing.resolution_actions.items()}
        self._choices("resolution_action", [("", "Choose…"), *actions.items()])

    def _asked(self) -> dict[str, bool]:
        """Which of the questions some of the cases ask at all."""
        has_deal = Q(opportunity__isnull=False) & ~Q(opportunity__stage__in=CLOSED_STAGES)
        asking = {
            "need_met": Q(category="inbound"),
            "mid_market": Q(case_type__in=FIRST_ORDERS),
            "opportunity": has_deal,
            "lost_reason": has_deal,
            "leave_questions": Q(answer_by__isnull=False),
            "will_churn": has_deal | Q(case_type=HIGH_VALUE),
        }
        cases = Case.objects.filter(pk__in=self.run.rows.values("case"))
        counts = {f"asking_{name}": Count("pk", filter=which) for name, which in asking.items()}
        counted = cases.aggregate(**counts)
        return {name: counted[f"asking_{name}"] > 0 for name in asking}

    def clean_duplicate_of(self) -> str | None:
        given = str(self.cleaned_data["duplicate_of"]).strip()
        try:
            return str(numbers.read(given)) if given else None
        except numbers.NotANumber as error:
            raise forms.ValidationError("Write the case's number, such as SMB-10471.") from error


def _statuses(rules: list[Playbook], *, stage: str) -> list[tuple[str, str]]:
    found = {
        key: status.name for one in rules for key, status in one.statuses.items() if status.stage == stage
    }
    return [("", "Choose…"), *found.items()]
