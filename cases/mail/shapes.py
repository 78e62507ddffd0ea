"""What the API of mails sends and takes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.mail.letters import MOST_COPIES
from cases.models import Mail, MailState
from cases.models.mails import LONGEST_BODY, LONGEST_SUBJECT
from cases.serializers import Given, PersonName


class Addressee(serializers.Serializer[Any]):
    name = serializers.CharField()
    address = serializers.EmailField()


class CameBack(serializers.Serializer[Any]):
    """An address that was not reached, by the words of its server."""

    address = serializers.EmailField()
    why = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()
    received = serializers.IntegerField(help_text="The mail that came in and said so, by its `id`.")


class MailLine(serializers.ModelSerializer[Mail]):
    """A mail that was written on a case, as it was written."""

    by = PersonName(source="person")
    to = serializers.SerializerMethodField()
    state = serializers.ChoiceField(MailState.choices)
    template = serializers.CharField(
        source="template.key", default=None, allow_null=True, help_text="What it began with."
    )

    returned = CameBack(many=True, help_text="Addresses that it came back from.")

    class Meta:
        model = Mail
        fields = (
            "id",
            "by",
            "to",
            "cc",
            "subject",
            "body",
            "template",
            "template_version",
            "message_id",
            "in_reply_to",
            "written_at",
            "state",
            "attempts",
            "sent_at",
            "problem",
            "returned",
        )

    def get_to(self, mail: Mail) -> dict[str, str]:
        return {"name": mail.to_name, "address": mail.to_address}


class TemplateName(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    group = serializers.CharField()


class Begun(serializers.Serializer[Any]):
    """A mail to go on from: the template with what is known filled in."""

    to = Addressee(allow_null=True, help_text="To whom it goes if nobody else is named.")
    template = serializers.CharField(source="begun.template_key")
    subject = serializers.CharField(source="begun.subject")
    body = serializers.CharField(source="begun.body")
    unfilled = serializers.ListField(
        child=serializers.CharField(),
        help_text="Merge fields that nothing is known for; they stop the sending.",
    )
    templates = TemplateName(many=True)


class ToMail(Given):
    to = serializers.CharField(
        max_length=64,
        default="",
        allow_blank=True,
        help_text="A contact of the account by its id in the CRM; left out: the case's contact.",
    )
    cc = serializers.ListField(
        child=serializers.CharField(max_length=254), default=list, max_length=MOST_COPIES
    )
    subject = serializers.CharField(max_length=LONGEST_SUBJECT)
    body = serializers.CharField(max_length=LONGEST_BODY)
    template = serializers.CharField(
        max_length=40, default="", allow_blank=True, help_text="The key of the template that it began with."
    )


class ToThatMail(Given):
    mail = serializers.IntegerField(min_value=1, help_text="Its `id`.")
