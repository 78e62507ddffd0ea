"""What routing by API takes, for one case and for many alike."""

from __future__ import annotations

from rest_framework import serializers

from accounts.models import Person
from cases.serializers import Given


class ToHandOver(Given):
    to = serializers.EmailField(help_text="Who shall have it.")
    reason = serializers.CharField(max_length=500, help_text="The history keeps it.")

    def validate_to(self, email: str) -> Person:
        to = Person.objects.filter(email__iexact=email).first()
        if to is None:
            raise serializers.ValidationError("Nobody has this address.")
        return to
