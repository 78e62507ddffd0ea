"""Mails that came in, as the API tells of them and takes decisions."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.intake import lists
from cases.models import ReceivedMail
from cases.serializers import Given


class ReceivedLine(serializers.ModelSerializer[ReceivedMail]):
    """A mail that came in. `state` says what became of it, `reason` why, `case` where it is."""

    case = serializers.CharField(source="case.number", allow_null=True, default=None)
    account = serializers.CharField(
        source="account.external_id", allow_null=True, default=None, help_text="By its id in the CRM."
    )

    class Meta:
        model = ReceivedMail
        fields = (
            *("id", "message_id", "door", "received_at", "sent_at", "from_name", "from_address", "to", "cc"),
            *("subject", "size", "state", "sort", "reason", "matched_by", "joined_by", "is_stranger"),
            *("came_after_closing", "account", "case"),
        )


class PartShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    size = serializers.IntegerField()
    kind = serializers.CharField(help_text="What its content says, whatever the mail said.")
    attachment = serializers.IntegerField(
        allow_null=True, help_text="The file of the case, where it was kept."
    )
    why = serializers.CharField(allow_blank=True, help_text="Why it was not kept.")


class ReceivedDetail(ReceivedLine):
    """With its words and files. HTML is not told by API."""

    parts = PartShape(many=True)
    notes = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = ReceivedMail
        fields = (*ReceivedLine.Meta.fields, "text", "parts", "notes")


class ReceivedQuery(serializers.Serializer[Any]):
    list = serializers.ChoiceField(
        choices=list(lists.KINDS),
        default="unmatched",
        help_text="Which of the lists; unmatched if not given.",
    )


class ToChooseAccount(Given):
    account = serializers.CharField(max_length=64, help_text="By its id in the CRM.")


class ToPutOnCase(Given):
    case = serializers.CharField(max_length=20, help_text="SMB-10471, or 10471 alone.")


class ToOpenFromMail(Given):
    mail = serializers.IntegerField(
        min_value=1, help_text="The `id` of the mail that came after the closing."
    )
