"""Handing many cases over at once: the single act's rules and places, one reason for all."""

from __future__ import annotations

from django import forms
from rest_framework import serializers

from accounts.access import Act
from accounts.models import Person
from cases.many.acts import BulkAct, register
from cases.many.forms import ManyForm
from cases.serializers import Given
from routing import by_hand
from routing.forms import CASE_WORKERS
from smbcases.playbook import Playbook


class ToHandOverMany(Given):
    to = serializers.EmailField(help_text="Who shall have them.")
    reason = serializers.CharField(max_length=500, help_text="The history keeps it.")

    def validate_to(self, email: str) -> Person:
        to = Person.objects.filter(email__iexact=email).first()
        if to is None:
            raise serializers.ValidationError("Nobody has this address.")
        return to


class HandOver(ManyForm):
    to = forms.ChoiceField(label="To", error_messages={"required": "Choose who shall have them."})
    reason = forms.CharField(
        label="Why they change hands",
        max_length=500,
        help_text="The history of each keeps it.",
        error_messages={"required": "Say why; the history keeps it."},
    )

    def offer(self, rules: list[Playbook]) -> None:
        people = Person.objects.filter(role__in=CASE_WORKERS, is_active=True).order_by("name", "id")
        self._choices("to", [("", "Choose…"), *people.values_list("email", "name")])


def offer() -> None:
    """Add it to what lists offer."""
    register(
        BulkAct(
            key="hand_over",
            name="Hand over",
            done="handed over",
            place=50,
            act=Act.HAND_OVER_CASES,
            shape=ToHandOverMany,
            deed=lambda given, by, now: by_hand.HandOver(**given, by=by, now=now),
            form=HandOver,
        )
    )
