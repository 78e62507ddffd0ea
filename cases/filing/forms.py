"""What is typed in the form, cleaned to what the domain is asked; and what of it stays when something is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms

from accounts.models import Account, Contact, Lead, Opportunity, Person, Role
from cases.filing import finding, subjects
from cases.filing.asked import Address, Asked
from cases.filing.drafts import RECORDS
from cases.filing.finding import Found
from smbcases import playbook
from smbcases.lib import ids
from smbcases.playbook.vocabulary import FIRST_ORDER

_LABELS = {
    "account": "Account",
    "contact": "Contact",
    "lead": "Or a lead",
    "opportunity": "Opportunity",
}
_HINTS = {
    "account": "Name, domain, e-mail or external id",
    "contact": "Name or e-mail",
    "lead": "Name, e-mail or company",
    "opportunity": "Name or external id",
}
_RELATED = {"contact": "account", "lead": "matched_account", "opportunity": "account"}
_MODELS: dict[str, Any] = {
    "account": Account,
    "contact": Contact,
    "lead": Lead,
    "opportunity": Opportunity,
}
_MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


class Picked:
    """One of the four records as the form shows it: what is chosen, what was typed, what it may have meant."""

    def __init__(self, form: FilingForm, kind: str) -> None:
        self.kind, self.label, self.hint = kind, _LABELS[kind], _HINTS[kind]
        self.is_optional = kind == "opportunity"
        self.chosen: Any = form.records.get(kind)
        self.candidates: Sequence[Found] = form.candidates.get(kind, ())
        self.errors = list(form.errors.get(kind, [])) if form.is_bound else []
        self.words = self.chosen.name if self.chosen else form.given(f"{kind}_words")


class FilingForm(forms.Form):
    """`records` are those that the ids and words name, as far as they name one; `candidates` those they may mean."""

    case_type = forms.ChoiceField(label="Subject", widget=forms.RadioSelect, required=False)
    description = forms.CharField(
        label="What the customer needs",
        required=False,
        widget=forms.Textarea(attrs={"rows": "6"}),
        help_text="Links are welcome. Its beginning becomes the case's title.",
    )
    link = forms.URLField(
        label="Link",
        required=False,
        max_length=1000,
        assume_scheme="https",
        help_text="Such as the ticket's.",
        error_messages={"invalid": "Write the whole address, such as https://support.example/tickets/40."},
    )
    web_email = forms.EmailField(
        label="Or an e-mail address that the book does not know",
        required=False,
        max_length=255,
        error_messages={"invalid": "Write an address such as jonas@example.com."},
    )
    case_reason = forms.ChoiceField(label="Case reason", required=False)
    billing_street = forms.CharField(label="Street", required=False, max_length=255)
    billing_city = forms.CharField(label="City", required=False, max_length=255)
    billing_postal_code = forms.CharField(label="Postal code", required=False, max_length=32)
    billing_country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label="Country",
        required=False,
        max_length=2,
        error_messages={"invalid": "Two letters, such as DE."},
    )
    iqm_with = forms.ModelChoiceField(
        label="Advocate in the qualifying meeting",
        required=False,
        queryset=Person.objects.none(),
        empty_label="Choose…",
    )
    iqm_at = forms.DateTimeField(
        label="When",
        required=False,
        input_formats=_MOMENTS,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "Write it as 2026-11-24 15:00."},
    )
    follow = forms.BooleanField(label="Tell me when something changes", required=False)

    def __init__(
        self, data: Mapping[str, str] | None = None, *, by: Person, initial: Mapping[str, Any]
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.by = by
        self.subjects = subjects.offered(by)
        self.records: dict[str, Any] = {}
        self.candidates: dict[str, Sequence[Found]] = {}
        self._choose()
        self._load()

    def _choose(self) -> None:
        """Offer what this filer may choose, and leave out what nobody asks them."""
        cast(forms.ChoiceField, self.fields["case_type"]).choices = list(self.subjects.items())
        reasons = playbook.active().case_reasons
        if reasons:
            asked = cast(forms.ChoiceField, self.fields["case_reason"])
            asked.choices = [("", "Choose…"), *reasons.items()]
        else:
            del self.fields["case_reason"]
        if FIRST_ORDER in self.subjects:
            advocates = Person.objects.filter(is_active=True, role__in=[Role.ADVOCATE, Role.TEAM_LEAD])
            meeting = cast("forms.ModelChoiceField[Person]", self.fields["iqm_with"])
            meeting.queryset = advocates.order_by("name", "id")
        else:
            for name in ("iqm_with", "iqm_at", *(f"billing_{part}" for part in vars(Address()))):
                del self.fields[name]

    def _load(self) -> None:
        """The records chosen: from among candidates, or by id as long as its name still stands in the field."""
        for kind in RECORDS:
            picked = self.given(f"{kind}_pick")
            pk = ids.read(picked or self.given(kind))
            record = None if pk is None else _load(kind, pk)
            if record and (picked or not self.is_bound or self._is_still(kind, record.name)):
                self.records[kind] = record

    def _is_still(self, kind: str, name: str) -> bool:
        return finding.clean(self.given(f"{kind}_words")).casefold() == finding.clean(name).casefold()

    def given(self, name: str) -> str:
        """What was typed, or what the form began with, also where no field of the form cleans it."""
        source = self.data if self.is_bound else self.initial
        return str(source.get(name) or "")

    @property
    def picks(self) -> list[Picked]:
        return [Picked(self, kind) for kind in RECORDS]

    @property
    def account(self) -> Account | None:
        """The account that is chosen, or that another choice brings."""
        if self.records.get("account"):
            return cast(Account, self.records["account"])
        for kind, related in _RELATED.items():
            brought = getattr(self.records.get(kind), related, None)
            if brought is not None:
                return cast(Account, brought)
        return None

    def clean(self) -> dict[str, Any]:
        """Where words were typed and nothing chosen, take what they plainly mean, or ask.

        The account comes first, so that it narrows the others down, and last, where one of them tells which is meant.
        """
        for kind in (*RECORDS, "account"):
            words = finding.clean(self.given(f"{kind}_words"))
            if self.records.get(kind) is None and words:
                self._settle(kind, words)
        return self.cleaned_data

    def _settle(self, kind: str, words: str) -> None:
        account = self.account
        within = account.pk if account and kind != "account" else None
        found = finding.find(kind, words, account_id=within)
        exact = [one for one in found if one.name.casefold() == words.casefold()]
        brought = [one for one in found if kind == "account" and account and one.id == account.pk]
        meant = next((few for few in (exact, brought, found) if len(few) == 1), [])
        self.candidates.pop(kind, None)
        self.errors.pop(kind, None)
        if meant:
            self.records[kind] = _load(kind, meant[0].id)
            return
        self.candidates[kind] = found
        said = "More than one is called that: choose one." if found else f"Nothing begins with “{words}”."
        self._say_of_record(kind, said)

    def _say_of_record(self, kind: str, said: str) -> None:
        """The four records are no fields of Django's: what is wrong with them stands beside theirs."""
        self.errors.setdefault(kind, self.error_class([said]))

    def asked(self) -> Asked:
        """What is asked of the domain; only of a form whose fields could be read."""
        given = self.cleaned_data
        return Asked(
            case_type=given.get("case_type", ""),
            description=given.get("description", ""),
            **self.records_asked(),
            web_email=given.get("web_email", ""),
            link=given.get("link", ""),
            case_reason=given.get("case_reason", ""),
            billing=Address(
                **{part: _tidy(part, given.get(f"billing_{part}", "")) for part in vars(Address())}
            ),
            iqm_with=given.get("iqm_with"),
            iqm_at=given.get("iqm_at"),
        )

    def records_asked(self) -> dict[str, Any]:
        return {kind: self.records.get(kind) for kind in RECORDS}

    def refuse(self, wrongs: Mapping[str, str]) -> None:
        """Say beside each field what the domain found wrong."""
        for name, sentence in wrongs.items():
            if name in self.fields:
                self.add_error(name, sentence)
            else:
                self._say_of_record(name, sentence)


def _tidy(part: str, value: str) -> str:
    return value.upper() if part == "country" else value


def _load(kind: str, pk: int) -> Any:
    related = _RELATED.get(kind)
    rows = _MODELS[kind].objects.all()
    return (rows.select_related(related) if related else rows).filter(pk=pk).first()
