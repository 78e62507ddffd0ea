"""The form a mail is written in: what is typed, cleaned to a letter, with what is wrong beside each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, cast

from django import forms
from django.http import QueryDict

from cases.forms import CaseForm
from cases.mail import letters, recipients
from cases.mail.letters import Letter
from cases.mail.recipients import Recipient
from cases.models import Case, MailTemplate, TemplateGroup


class MailForm(CaseForm):
    """`offered`: whom it can go to; `templates`: what it can begin with."""

    template_key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    to = forms.ChoiceField(label="To", error_messages={"required": "Choose to whom."})
    cc = forms.CharField(
        label="Copy to",
        required=False,
        max_length=3000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "ana@customer.example"}),
    )
    subject = forms.CharField(
        label="Subject", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    body = forms.CharField(
        label="Text", required=False, strip=False, widget=forms.Textarea(attrs={"rows": "16"})
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        case: Case,
        offered: Sequence[Recipient],
        initial: Mapping[str, Any],
    ) -> None:
        super().__init__(data, case=case, initial=initial)
        self.offered = list(offered)
        to = cast(forms.ChoiceField, self.fields["to"])
        to.choices = [(one.key, _named(one)) for one in offered]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for fault in letters.faults(self.letter()) if "to" in cleaned else ():
            self.add_error(fault.field, fault.sentence)
        return cleaned

    def letter(self) -> Letter:
        """The letter as typed. Raises NoAddress where nobody is chosen."""
        given = self.cleaned_data
        return Letter(
            to=recipients.choose(self.case, given.get("to", ""), offered=self.offered),
            cc=letters.read_addresses(given.get("cc", "")),
            subject=given.get("subject", "").strip(),
            body=given.get("body", "").replace("\r\n", "\n").strip(),
            template_key=given.get("template_key", ""),
        )


def _named(one: Recipient) -> str:
    """Zoë Ångström, Head of IT · zoe@customer.example."""
    who = ", ".join(part for part in (one.name, one.what) if part)
    return f"{who} · {one.address}" if who else one.address


def grouped(templates: Sequence[MailTemplate], *, case_type: str) -> list[tuple[str, list[MailTemplate]]]:
    """The templates under the words of a list to choose from: the case's own type first."""
    own = [one for one in templates if one.key == case_type]
    others = [one for one in templates if one.key != case_type]
    groups = [
        (TemplateGroup(key).label, list(found)) for key, found in groupby(others, lambda one: one.group)
    ]
    return [("This case type", own), *groups] if own else groups
