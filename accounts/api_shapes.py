"""What the API of the book and of events sends, and what its lists may be asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Account, Contact, Event, Opportunity, Region, Subscription
from accounts.models.book import Segment
from accounts.models.events import Outcome
from accounts.receiving import Answer
from smbcases.lib.problems import Place


class EventQuery(serializers.Serializer[Mapping[str, Any]]):
    source = serializers.CharField(required=False)  # type: ignore[assignment]  # a field, which DRF takes out of the class
    id = serializers.CharField(required=False, help_text="The event's id, as its source gave it.")
    outcome = serializers.ChoiceField(Outcome.choices, required=False)
    account = serializers.CharField(required=False, help_text="The account's id in the CRM.")


class EventAnswer(serializers.Serializer[Mapping[str, Any]]):
    """The event was kept, now or when it was sent before; `href` leads to what became of it."""

    source = serializers.CharField()  # type: ignore[assignment]  # a field, which DRF takes out of the class
    id = serializers.CharField()
    status = serializers.ChoiceField(["accepted"])
    href = serializers.CharField(help_text="Where to follow it.")


class BatchItem(serializers.Serializer[Mapping[str, Any]]):
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a field, which DRF takes out of the class
    id = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(["accepted", "refused"])
    href = serializers.CharField(required=False, help_text="Where to follow it, if accepted.")
    errors = Place(many=True, required=False)  # type: ignore[assignment]  # a field, which DRF takes out of the class


class BatchAnswer(serializers.Serializer[Mapping[str, Any]]):
    """One answer an event, in the order sent."""

    accepted = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = BatchItem(many=True)


class Looked(serializers.Serializer[Any]):
    """One look of a trigger at the event."""

    trigger = serializers.CharField(source="trigger.key")
    name = serializers.CharField(source="trigger.name")
    version = serializers.IntegerField()
    verdict = serializers.CharField()
    verdict_text = serializers.CharField(source="get_verdict_display")
    values = serializers.JSONField(help_text="What the condition saw.")
    case = serializers.CharField(source="case.number", default=None, allow_null=True)
    at = serializers.DateTimeField()


class EventLine(serializers.ModelSerializer[Event]):
    """An event and what became of it."""

    id = serializers.CharField(source="event_id", help_text="As its source gave it.")
    outcome_text = serializers.CharField(source="get_outcome_display")
    account = serializers.CharField(source="account.external_id", default=None, allow_null=True)
    href = serializers.SerializerMethodField()

    class Meta:
        model = Event
        fields: tuple[str, ...] = (
            "source",
            "id",
            "type",
            "subject",
            "time",
            "received_at",
            "outcome",
            "outcome_text",
            "reason",
            "waits_for",
            "account",
            "applied_at",
            "evaluated_at",
            "href",
        )

    def get_href(self, event: Event) -> str:
        return Answer(source=event.source, id=event.event_id).href


class EventDetail(EventLine):
    """The same with its data, and with each look of a trigger at it."""

    triggers = serializers.SerializerMethodField()

    class Meta(EventLine.Meta):
        fields = (*EventLine.Meta.fields, "data", "triggers")

    @extend_schema_field(Looked(many=True))
    def get_triggers(self, event: Event) -> list[Any]:
        looks = event.evaluations.select_related("trigger", "case").order_by("id")
        return list(Looked(looks, many=True).data)


class AccountQuery(serializers.Serializer[Mapping[str, Any]]):
    name = serializers.CharField(required=False, help_text="How the name begins.")
    region = serializers.ChoiceField(Region.choices, required=False)
    segment = serializers.ChoiceField(Segment.choices, required=False)


class ContactLine(serializers.ModelSerializer[Contact]):
    class Meta:
        model = Contact
        fields = ("external_id", "name", "email", "phone", "title", "language")


class OpportunityLine(serializers.ModelSerializer[Opportunity]):
    class Meta:
        model = Opportunity
        fields = (
            "external_id",
            "name",
            "kind",
            "stage",
            "amount",
            "currency",
            "close_on",
            "po_required",
            "risk",
        )


class SubscriptionLine(serializers.ModelSerializer[Subscription]):
    class Meta:
        model = Subscription
        fields = ("external_id", "plan", "seats", "seats_used", "starts_on", "renews_on", "auto_renew")


class AccountLine(serializers.ModelSerializer[Account]):
    owner = serializers.CharField(source="owner.email", default=None, allow_null=True)
    gitlab_admin = serializers.CharField(source="gitlab_admin.external_id", default=None, allow_null=True)

    class Meta:
        model = Account
        fields: tuple[str, ...] = (
            "external_id",
            "as_of",
            "name",
            "domain",
            "region",
            "country",
            "language",
            "employees",
            "carr",
            "currency",
            "lam",
            "pte",
            "ptc",
            "segment",
            "tier",
            "outgrew_on",
            "high_value",
            "high_value_stopped",
            "owner",
            "gitlab_admin",
        )


class AccountDetail(AccountLine):
    """The same with its contacts, opportunities and subscriptions."""

    contacts = ContactLine(many=True)
    opportunities = OpportunityLine(many=True)
    subscriptions = SubscriptionLine(many=True)

    class Meta(AccountLine.Meta):
        fields = (*AccountLine.Meta.fields, "contacts", "opportunities", "subscriptions")
