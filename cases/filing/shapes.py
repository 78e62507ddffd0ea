"""What the API takes when a case is filed."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from rest_framework import serializers

from accounts.models import Account, Contact, Lead, Opportunity, Person
from cases.filing.asked import Address, Asked
from cases.serializers import Given

_MODELS: dict[str, Any] = {
    "account": Account.objects.all(),
    "contact": Contact.objects.select_related("account"),
    "lead": Lead.objects.select_related("matched_account"),
    "opportunity": Opportunity.objects.select_related("account"),
}


class BillingAddress(Given):
    street = serializers.CharField(max_length=255)
    city = serializers.CharField(max_length=255)
    postal_code = serializers.CharField(max_length=32)
    country = serializers.RegexField(r"^[A-Za-z]{2}$", help_text="Two letters, such as DE.")


class Meeting(Given):
    advocate = serializers.EmailField(help_text="Who is booked.")
    at = serializers.DateTimeField()


class ToFile(Given):
    """Records by their ids in the CRM. A lead brings the account that it was matched to."""

    case_type = serializers.CharField(help_text="A subject of your department, such as support_ticket.")
    description = serializers.CharField(max_length=20_000, help_text="What the customer needs.")
    account = serializers.CharField(required=False, max_length=64)
    contact = serializers.CharField(required=False, max_length=64)
    lead = serializers.CharField(required=False, max_length=64)
    opportunity = serializers.CharField(required=False, max_length=64)
    web_email = serializers.EmailField(required=False, help_text="Of somebody whom the book does not know.")
    link = serializers.URLField(required=False, max_length=1000)
    case_reason = serializers.CharField(required=False, help_text="A key of the playbook's case reasons.")
    billing_address = BillingAddress(
        required=False, help_text="Of a first order, where the account has none."
    )
    meeting = Meeting(required=False, help_text="The initial qualifying meeting of a first order.")
    anyway = serializers.BooleanField(
        default=False, help_text="Also where the account has an open case that you may see."
    )
    follow = serializers.BooleanField(default=True, help_text="Tell the filer of changes.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        wrong: dict[str, list[str]] = {}
        for kind, rows in _MODELS.items():
            if name := attrs.get(kind):
                attrs[kind] = rows.filter(external_id=name).first()
                if attrs[kind] is None:
                    wrong[kind] = [f"There is no {kind} {name}."]
        if meeting := attrs.get("meeting"):
            attrs["iqm_with"] = _advocate(meeting["advocate"])
            if attrs["iqm_with"] is None:
                wrong["meeting"] = ["Nobody who works cases has that address."]
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs

    def asked(self) -> Asked:
        given = self.validated_data
        words = {name: given.get(name, "") for name in ("web_email", "link", "case_reason")}
        records: dict[str, Model | None] = {kind: given.get(kind) for kind in _MODELS}
        return Asked(
            case_type=given["case_type"],
            description=given["description"],
            billing=Address(**given.get("billing_address", {})),
            iqm_with=given.get("iqm_with"),
            iqm_at=given["meeting"]["at"] if "meeting" in given else None,
            **words,
            **records,  # type: ignore[arg-type]  # each of its own model
        )


def _advocate(email: str) -> Person | None:
    found = Person.objects.filter(email__iexact=email, is_active=True).first()
    return found if found and found.handles_cases else None
