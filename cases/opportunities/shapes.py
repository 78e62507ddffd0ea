"""What the API takes about a case's opportunity, its lead and the account's GitLab admin."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models.book import Kind, Plan, Risk
from cases.opportunities.making import Wish
from cases.opportunities.qualifying import Answers
from cases.serializers import Given

_CONTACT = "The id in the CRM of a contact of the account."


class ToGitlabAdmin(Given):
    contact = serializers.CharField(max_length=64, help_text=_CONTACT)


class ToWon(Given):
    gitlab_admin = serializers.CharField(
        max_length=64,
        default=None,
        allow_null=True,
        help_text=f"{_CONTACT} Needed where the account has none.",
    )


class ToLost(Given):
    reason = serializers.CharField(max_length=500)
    will_churn = serializers.BooleanField(
        default=False, help_text="The customer certainly leaves; the renewal risk then says so."
    )


class ToCloseDate(Given):
    close_on = serializers.DateField(help_text="Today or later.")


class ToRisk(Given):
    risk = serializers.ChoiceField(Risk.choices)


class ToMake(Given):
    """What is left out comes from the account's last renewal that was closed won."""

    kind = serializers.ChoiceField([Kind.GROWTH.value, Kind.ADD_ON.value])
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0)
    close_on = serializers.DateField(help_text="Today or later.")
    name = serializers.CharField(max_length=255, default="", allow_blank=True)
    currency = serializers.RegexField(r"^[A-Z]{3}$", default="", allow_blank=True)
    plan = serializers.ChoiceField(Plan.choices, default="", allow_blank=True)
    users = serializers.IntegerField(min_value=0, max_value=2_000_000, default=None, allow_null=True)
    term_months = serializers.IntegerField(min_value=1, max_value=120, default=None, allow_null=True)

    def wish(self) -> Wish:
        given: dict[str, Any] = dict(self.validated_data)
        return Wish(**{**given, "kind": Kind(given["kind"])})


class ToSettleLead(Given):
    works_there = serializers.BooleanField(help_text="Does the lead work at the account?")
    has_net_arr = serializers.BooleanField(help_text="Is there net ARR in it?")
    note = serializers.CharField(max_length=300, default="", allow_blank=True)

    def answers(self) -> Answers:
        return Answers(**self.validated_data)
