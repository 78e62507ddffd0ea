"""What people write when they ask for help on a case, hand it on, or answer."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict

from cases.escalating.handing_on import Ending
from cases.forms import CaseForm
from cases.models import Case, EscalationKind

_CLOSE, _OPEN = "close", "open"


def _words(label: str, missing: str, *, rows: str = "4") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing},
    )


def _leave_questions() -> forms.BooleanField:
    return forms.BooleanField(
        label="Close it with its questions open",
        required=False,
        help_text="Who asked them is told.",
    )


class AskForm(CaseForm):
    reason = _words("What for, and why", "Say what is asked for, and why.")

    def __init__(self, data: QueryDict | None = None, *, case: Case, kind: EscalationKind) -> None:
        super().__init__(data, case=case)
        self.kind = kind

    def domain(self) -> dict[str, Any]:
        return {"kind": self.kind, "reason": self.cleaned_data["reason"]}


class DoneForm(CaseForm):
    words = _words("What came of it", "Say what came of it.", rows="2")


class TicketForm(CaseForm):
    """Nothing to type: that it was said in the ticket is all."""


class SupportForm(CaseForm):
    """What Support needs to know, and whether the case ends with it."""

    words = _words("What Support needs to know", "Write what Support needs to know.", rows="6")
    then = forms.ChoiceField(
        label="And the case",
        choices=[(_CLOSE, "Close it: Transferred To Support"), (_OPEN, "Leave it open")],
        widget=forms.RadioSelect,
        initial=_CLOSE,
    )
    feedback = forms.CharField(
        label="Feedback", required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": "2"})
    )
    need_met = forms.BooleanField(label="The customer's need is met", required=False)
    leave_questions = _leave_questions()

    def __init__(self, data: QueryDict | None = None, *, case: Case) -> None:
        super().__init__(data, case=case)
        self.initial["feedback"] = case.rules.closing.feedback_when_none
        if case.category != "inbound":
            del self.fields["need_met"]
        if case.answer_by is None:
            del self.fields["leave_questions"]

    def domain(self) -> dict[str, Any]:
        given = self.cleaned_data
        ends = given["then"] == _CLOSE
        ending = Ending(
            feedback=given["feedback"],
            need_met=given.get("need_met", False),
            leave_questions=given.get("leave_questions", False),
        )
        return {"words": given["words"], "ending": ending if ends else None}


class MidMarketForm(CaseForm):
    """Whom of Mid-Market was looped in, and what they should know."""

    executive = forms.CharField(
        label="Mid-Market AE",
        max_length=200,
        error_messages={"required": "Name the Mid-Market AE who was looped in."},
    )
    note = forms.CharField(
        label="Note", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": "2"})
    )
    resolution_action = forms.ChoiceField(label="What was done")
    feedback = forms.CharField(
        label="Feedback", required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": "2"})
    )
    leave_questions = _leave_questions()

    def __init__(self, data: QueryDict | None = None, *, case: Case) -> None:
        super().__init__(data, case=case)
        if case.answer_by is None:
            del self.fields["leave_questions"]
        field = cast(forms.ChoiceField, self.fields["resolution_action"])
        field.choices = list(case.rules.closing.resolution_actions.items())
        self.initial.update(
            {
                "resolution_action": "no_action_required",
                "feedback": case.rules.closing.feedback_when_none,
            }
        )

    def domain(self) -> dict[str, Any]:
        given = self.cleaned_data
        ending = Ending(
            feedback=given["feedback"],
            resolution_action=given["resolution_action"],
            leave_questions=given.get("leave_questions", False),
        )
        return {"executive": given["executive"], "note": given["note"], "ending": ending}


class AnswerForm(forms.Form):
    words = forms.CharField(required=False, max_length=2_000)
    granted = forms.ChoiceField(choices=[("yes", "Grant"), ("no", "Decline")])
