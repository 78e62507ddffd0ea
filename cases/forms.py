"""What people type on a case, cleaned to the words of the domain.

Every form carries the `version` of the case that its writer saw. Whether something may be done is not decided
here: a form asks only for what the domain call cannot do without.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.models import Account, Contact, Opportunity, Person
from accounts.models.book import ActivityKind
from cases import next_steps as steps
from cases import numbers
from cases.case_facts import endings
from cases.closing import LOST, WON, Closure
from cases.models import Case
from smbcases.playbook.vocabulary import FIRST_ORDERS, HIGH_VALUE

OTHER_DAY = "other"
MONTHS_LATER = (1, 3, 6)


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A day to choose with one click."""

    on: date
    name: str

    @property
    def iso(self) -> str:
        return self.on.isoformat()


def days_soon(today: date) -> tuple[Pick, ...]:
    """Today, tomorrow, three days on, Monday of next week."""
    monday = today + timedelta(days=7 - today.weekday())
    return (
        Pick(on=today, name="Today"),
        Pick(on=today + timedelta(days=1), name="Tomorrow"),
        Pick(on=today + timedelta(days=3), name="In 3 days"),
        Pick(on=monday, name="Next week"),
    )


def days_later(today: date, *, case: Case) -> tuple[Pick, ...]:
    """A few months on, and the first day of the next fiscal quarter."""
    months = [Pick(on=months_after(today, number), name=_in_months(number)) for number in MONTHS_LATER]
    quarter = case.rules.quarter_of(today).last_on + timedelta(days=1)
    return (*months, Pick(on=quarter, name="Next quarter"))


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last one."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def _in_months(months: int) -> str:
    return f"In {months} month" if months == 1 else f"In {months} months"


_NONE: Mapping[str, Any] = MappingProxyType({})


class CaseForm(forms.Form):
    """A form on a case. `applies_anew`: the case changed meanwhile, and sending the form again applies it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    applies_anew = False

    def __init__(
        self, data: QueryDict | None = None, *, case: Case, initial: Mapping[str, Any] = _NONE
    ) -> None:
        self.case = case
        super().__init__(data, initial={"version": case.version, **initial})

    def meet(self, case: Case) -> None:
        """Take the case's present version in, so that what was typed can be applied to its new state."""
        self.case = case
        self.data = {name: self.data.get(name) for name in self.data} | {"version": str(case.version)}
        self.applies_anew = True

    def domain(self) -> dict[str, Any]:
        """What was typed, by the names that the domain call has for it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class PickUpForm(CaseForm):
    """Nothing to type: that somebody saw this version is all."""


class DayForm(CaseForm):
    """A form with a day to choose: one of `picks` by a click, or `day` for any other."""

    pick = forms.CharField(required=False)
    day = forms.DateField(
        required=False,
        label="Another day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write the day as 2026-11-24."},
    )
    picks: Sequence[Pick] = ()

    @property
    def picked(self) -> str:
        """The value that is chosen now: an ISO date of `picks`, or `other`."""
        return str(self["pick"].value() or "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        pick = cleaned.pop("pick", "")
        on = cleaned.pop("day", None)
        if pick and pick != OTHER_DAY:
            on = _read_day(pick)
        if on is None and not self.has_error("day"):
            self.add_error("day", "Choose a day.")
        return {**cleaned, "on": on}


def _read_day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def what_next(label: str, **attrs: str) -> forms.CharField:
    """A line that says what happens next, 900 signs at the most."""
    return forms.CharField(
        label=label,
        max_length=900,
        error_messages={"required": "Write what happens next."},
        widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
    )


class NextStepForm(DayForm):
    what = what_next("Next step")

    def __init__(self, data: QueryDict | None = None, *, case: Case, today: date) -> None:
        super().__init__(data, case=case, initial=_planned(case, today=today))
        self.picks = days_soon(today)


def _planned(case: Case, *, today: date) -> dict[str, Any]:
    """What is planned now; a day that has passed is proposed as today."""
    on = max(case.next_steps_on or today, today)
    quick = on in {pick.on for pick in days_soon(today)}
    return {
        "what": steps.strip(case.next_steps),
        "pick": on.isoformat() if quick else OTHER_DAY,
        "day": None if quick else on,
    }


class LaterForm(DayForm):
    """A later day: one of `picks` is chosen and sent by one click, and brings its own words where none are typed."""

    what = what_next("What happens then")

    def __init__(self, data: QueryDict | None = None, *, case: Case, today: date) -> None:
        super().__init__(data, case=case, initial={"pick": OTHER_DAY})
        self.picks = days_later(today, case=case)
        if self._chosen() is not None:
            self.fields["what"].required = False

    def _chosen(self) -> Pick | None:
        return next((pick for pick in self.picks if pick.iso == self.data.get("pick")), None)

    def clean_what(self) -> str:
        typed: str = self.cleaned_data["what"]
        chosen = self._chosen()
        return typed or (f"Talk again {_lower(chosen.name)}, as the customer asked" if chosen else "")

    def domain(self) -> dict[str, Any]:
        return {"until": self.cleaned_data["on"], "what": self.cleaned_data["what"]}


class StatusForm(CaseForm):
    status = forms.CharField(max_length=20)


class CloseForm(CaseForm):
    """How the case ends. Nothing is required here: `closing.missing` says what is, beside each field."""

    status = forms.ChoiceField(label="How it ends", required=False, widget=forms.RadioSelect)
    resolution_action = forms.ChoiceField(label="What was done", required=False)
    feedback = forms.CharField(
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    duplicate_of = forms.CharField(
        label="The case that dealt with it",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"placeholder": "SMB-10471"}),
    )
    need_met = forms.BooleanField(label="The customer's need is met", required=False)
    will_churn = forms.BooleanField(label="The customer will certainly churn", required=False)
    opportunity = forms.ChoiceField(
        label="Its opportunity",
        required=False,
        choices=[("", "Leave it"), (WON, "Closed Won"), (LOST, "Closed Lost")],
        widget=forms.RadioSelect,
    )
    lost_reason = forms.CharField(label="Why it is lost", required=False, max_length=500)
    mid_market = forms.BooleanField(
        label="It is Mid-Market's, and their account executive is looped in", required=False
    )
    leave_questions = forms.BooleanField(label="Close it anyway, and tell who asked", required=False)

    def __init__(self, data: QueryDict | None = None, *, case: Case, by: Person | None = None) -> None:
        super().__init__(data, case=case)
        actions = case.rules.closing.resolution_actions
        names = case.rules.statuses
        self._choices("status", [(key, names[key].short) for key in endings(case, by=by) or endings(case)])
        self._choices("resolution_action", [("", "Choose…"), *actions.items()])
        if case.category != "inbound":
            del self.fields["need_met"]
        has_open = case.opportunity is not None and case.opportunity.is_open
        if case.case_type != HIGH_VALUE and not has_open:
            del self.fields["will_churn"]
        if not has_open:
            del self.fields["opportunity"], self.fields["lost_reason"]
        if case.case_type not in FIRST_ORDERS:
            del self.fields["mid_market"]
        if case.answer_by is None:
            del self.fields["leave_questions"]

    def _choices(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field = cast(forms.ChoiceField, self.fields[name])
        field.choices = list(choices)

    def clean_duplicate_of(self) -> int | None:
        """The id of the case named; None where none is."""
        try:
            return numbers.read(given) if (given := self.cleaned_data["duplicate_of"].strip()) else None
        except numbers.NotANumber as error:
            raise forms.ValidationError("Write the case's number, such as SMB-10471.") from error

    def closure(self) -> Closure:
        """The closing as typed so far; a field that cannot be read counts as empty."""
        self.is_valid()
        given = self.cleaned_data
        return Closure(
            status=given.get("status", ""),
            resolution_action=given.get("resolution_action", ""),
            feedback=given.get("feedback", ""),
            duplicate_of_id=given.get("duplicate_of"),
            need_met=given.get("need_met", False),
            will_churn=given.get("will_churn", False),
            opportunity=given.get("opportunity", ""),
            lost_reason=given.get("lost_reason", ""),
            mid_market=given.get("mid_market", False),
            leave_questions=given.get("leave_questions", False),
        )


class ReopenForm(CaseForm):
    reason = forms.CharField(
        label="Why",
        max_length=500,
        error_messages={"required": "Say why it is opened again."},
    )


class TouchForm(CaseForm):
    """A touch: by what, who spoke, and what came of it."""

    kind = forms.ChoiceField(
        label="How",
        choices=[(kind.value, kind.label) for kind in ActivityKind if kind is not ActivityKind.IQM],
        initial=ActivityKind.EMAIL.value,
        widget=forms.RadioSelect,
    )
    inbound = forms.TypedChoiceField(
        label="Who",
        choices=[("", "I reached out"), ("answered", "The customer answered")],
        coerce=bool,
        required=False,
        widget=forms.RadioSelect,
    )
    what = forms.CharField(
        label="What it was about",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": "2"}),
        error_messages={"required": "Say in a few words what it was about."},
    )

    def __init__(self, data: QueryDict | None = None, *, case: Case, kind: str = "") -> None:
        """`kind` is chosen to begin with, where there is such a one."""
        super().__init__(data, case=case, initial={"kind": kind} if kind in ActivityKind else {})

    def domain(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "kind": ActivityKind(given["kind"]),
            "inbound": bool(given["inbound"]),
            "what": given["what"],
        }


class ContactForm(CaseForm):
    contact = forms.ModelChoiceField(
        queryset=Contact.objects.none(),
        error_messages={"required": "Choose a contact of the account."},
    )

    def __init__(self, data: QueryDict | None = None, *, case: Case) -> None:
        super().__init__(data, case=case, initial={"contact": case.contact_id})
        _offer(self, "contact", self.known())

    def known(self) -> QuerySet[Contact]:
        """The contacts of the account, by name; none for a case without one."""
        known = Contact.objects.filter(account=self.case.account_id, account__isnull=False)
        return known.order_by("name", "id")


class OpportunityForm(CaseForm):
    """Which opportunity the case is about; none takes the link away."""

    opportunity = forms.ModelChoiceField(queryset=Opportunity.objects.none(), required=False)

    def __init__(self, data: QueryDict | None = None, *, case: Case) -> None:
        super().__init__(data, case=case, initial={"opportunity": case.opportunity_id})
        _offer(self, "opportunity", self.known())

    def known(self) -> QuerySet[Opportunity]:
        """The opportunities of the account, the latest to close first."""
        return Opportunity.objects.filter(account=self.case.account_id).order_by("-close_on", "id")


class AccountForm(CaseForm):
    """The account of a case that came without one; the page finds it by the beginning of its name."""

    account = forms.ModelChoiceField(
        queryset=Account.objects.all(),
        error_messages={"required": "Choose the account."},
    )


def _offer(form: forms.Form, name: str, known: Any) -> None:
    field = cast("forms.ModelChoiceField[Any]", form.fields[name])
    field.queryset = known
