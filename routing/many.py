"""Handing many cases over at once: the single act's rules and places, one reason for all."""

from __future__ import annotations

from django import forms

from accounts.access import Act
from accounts.models import Person
from cases.many.acts import BulkAct, register
from cases.many.forms import ManyForm
from routing import by_hand
from routing.forms import CASE_WORKERS
from routing.shapes import ToHandOver
from smbcases.playbook import Playbook


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
            shape=ToHandOver,
            deed=lambda given, by, now: by_hand.HandOver(**given, by=by, now=now),
            form=HandOver,
        )
    )
