"""What the API of nominations and account plans sends and takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from cases.serializers import AccountName, Given, PersonName
from routing.high_value import deciding, nominating, plan_content
from routing.high_value.plan_content import Content, Touchpoint
from routing.models import State


class NominationQuery(serializers.Serializer[Mapping[str, Any]]):
    state = serializers.ChoiceField(State.choices, required=False)
    account = serializers.CharField(required=False, help_text="The account's id in the CRM.")
    fiscal_year = serializers.CharField(required=False, help_text="Such as FY27.")


class NominationLine(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    account = AccountName()
    advocate = PersonName()
    fiscal_year = serializers.CharField()
    criteria = serializers.ListField(child=serializers.CharField())
    why = serializers.CharField()
    state = serializers.ChoiceField(State.choices)
    proposed_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = PersonName(allow_null=True)
    reason = serializers.CharField()
    case = serializers.CharField(source="case.number", default=None, allow_null=True)


class ToNominate(Given):
    account = serializers.CharField(max_length=64, help_text="The account's id in the CRM.")
    criteria = serializers.ListField(
        child=serializers.CharField(max_length=40), help_text="Keys of the playbook's criteria, at least one."
    )
    why = serializers.CharField(max_length=nominating.LONGEST_WHY)


class ToDecide(Given):
    decision = serializers.ChoiceField(["approve", "decline"])
    reason = serializers.CharField(
        default="", allow_blank=True, max_length=deciding.LONGEST_REASON, help_text="Needed to decline."
    )


class PlanTouchpoint(serializers.Serializer[Any]):
    on = serializers.DateField()
    what = serializers.CharField(max_length=plan_content.LONGEST_LINE)
    state = serializers.ChoiceField(plan_content.STATES, default="planned")


def _text() -> serializers.CharField:
    return serializers.CharField(default="", allow_blank=True, max_length=plan_content.LONGEST_TEXT)


def _contacts(help_text: str) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=64), default=list, help_text=help_text
    )


class ToPlan(Given):
    """The whole plan; what is left out is empty."""

    goals = _text()
    deciders = _contacts("Who decides: contacts by their id in the CRM.")
    users = _contacts("Who uses it: contacts by their id in the CRM.")
    growth = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=plan_content.LONGEST_TEXT),
        default=dict,
        help_text="What there is to it, by the playbook's criteria.",
    )
    risks = _text()
    touchpoints = PlanTouchpoint(many=True, default=list)

    def content(self) -> Content:
        given = dict(self.validated_data)
        touchpoints = [Touchpoint(**one) for one in given.pop("touchpoints")]
        return plan_content.make(**given, touchpoints=touchpoints)


class PlanDetail(ToPlan):
    version = serializers.IntegerField(help_text="0: nobody has written one yet.")
    updated_at = serializers.DateTimeField(allow_null=True)
    updated_by = PersonName(allow_null=True)
    next_touchpoint_on = serializers.DateField(allow_null=True)
