"""What people type about a case's opportunity, its lead, and the account's GitLab admin."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict

from accounts.models import Opportunity
from accounts.models.book import Kind, Plan, Risk
from cases.forms import CaseForm, ContactForm
from cases.models import Case
from cases.opportunities import making
from cases.opportunities.making import Wish
from cases.opportunities.qualifying import Answers

YES, NO = "yes", "no"


class GitlabAdminForm(ContactForm):
    """Who administers the product: a contact of the account."""

    def __init__(self, data: QueryDict | None = None, *, case: Case) -> None:
        super().__init__(data, case=case)
        self.initial["contact"] = case.account.gitlab_admin_id if case.account else None


class WonForm(GitlabAdminForm):
    """Closing as won; asks for the GitLab admin only where the account has none."""

    def __init__(self, data: QueryDict | None = None, *, case: Case) -> None:
        super().__init__(data, case=case)
        if case.account is None or case.account.gitlab_admin_id is not None:
            del self.fields["contact"]

    def domain(self) -> dict[str, Any]:
        return {"gitlab_admin": self.cleaned_data.get("contact")}


class CloseDateForm(CaseForm):
    close_on = forms.DateField(
        label="Expected to close",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a day.", "invalid": "Write the day as 2026-11-24."},
    )

    def __init__(self, data: QueryDict | None = None, *, case: Case) -> None:
        held = case.opportunity.close_on if case.opportunity else None
        super().__init__(data, case=case, initial={"close_on": held})


class RiskForm(CaseForm):
    risk = forms.ChoiceField(
        label="How likely is it to be lost?",
        choices=Risk.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )

    def __init__(self, data: QueryDict | None = None, *, case: Case) -> None:
        held = case.opportunity.risk if case.opportunity else ""
        super().__init__(data, case=case, initial={"risk": held})

    def domain(self) -> dict[str, Any]:
        return {"risk": Risk(self.cleaned_data["risk"])}


class LostForm(CaseForm):
    reason = forms.CharField(
        label="Why it is lost",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": "2"}),
        error_messages={"required": "Say in a few words why it is lost."},
    )
    will_churn = forms.BooleanField(label="The customer will certainly churn", required=False)


class LeadForm(CaseForm):
    """The two questions that decide on a lead."""

    works_there = forms.ChoiceField(
        choices=[(YES, "Yes"), (NO, "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Answer yes or no."},
    )
    has_net_arr = forms.ChoiceField(
        label="Is there net ARR in it?",
        choices=[(YES, "Yes"), (NO, "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Answer yes or no."},
    )
    note = forms.CharField(
        label="In their words", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": "2"})
    )

    def __init__(self, data: QueryDict | None = None, *, case: Case) -> None:
        super().__init__(data, case=case)
        where = case.account.name if case.account else "the account"
        self.fields["works_there"].label = f"Do they work at {where}?"

    def domain(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "answers": Answers(
                works_there=given["works_there"] == YES,
                has_net_arr=given["has_net_arr"] == YES,
                note=given["note"],
            )
        }


class NewForm(CaseForm):
    """A Growth or an Add-On, filled in from the account's last renewal that was won."""

    kind = forms.ChoiceField(
        label="Kind",
        choices=[(Kind.ADD_ON.value, "Add-On"), (Kind.GROWTH.value, "Growth")],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label="Name",
        max_length=255,
        required=False,
        help_text="Left empty, it is named after the account and the kind.",
    )
    amount = forms.DecimalField(label="Amount", min_value=0, max_digits=12, decimal_places=2)
    currency = forms.CharField(
        label="Currency",
        max_length=3,
        validators=[RegexValidator(r"^[A-Z]{3}$", "Write three capital letters, such as USD.")],
    )
    plan = forms.ChoiceField(label="Plan", choices=[("", "Not known yet"), *Plan.choices], required=False)
    users = forms.IntegerField(label="Users", min_value=0, max_value=2_000_000)
    term_months = forms.IntegerField(label="Term in months", min_value=1, max_value=120)
    close_on = forms.DateField(
        label="Expected to close",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a day.", "invalid": "Write the day as 2026-11-24."},
    )

    def __init__(
        self, data: QueryDict | None = None, *, case: Case, last: Opportunity | None, today: date
    ) -> None:
        super().__init__(data, case=case)
        self.last = last
        kind = cast(forms.ChoiceField, self.fields["kind"])
        if last is None:
            kind.choices = [(Kind.GROWTH.value, "Growth")]
        if case.account is not None:
            wish = Wish(kind=Kind.ADD_ON if last else Kind.GROWTH, amount=Decimal(0), close_on=today)
            deal = making.complete(wish, account=case.account, last=last)
            self.initial.update(
                {
                    "kind": deal.kind.value,
                    "currency": deal.currency,
                    "plan": deal.plan,
                    "users": deal.users,
                    "term_months": deal.term_months,
                }
            )

    def domain(self) -> dict[str, Any]:
        given = super().domain()
        return {"wish": Wish(**{**given, "kind": Kind(given["kind"])})}
