"""What a case must have before it may be closed: pure, and the same answer for dialog, page, API and bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from cases.models import Case
from smbcases.lib.refusal import Refusal


@dataclass(frozen=True, kw_only=True)
class Closure:
    """How somebody wants to close a case. `need_met`: an inbound request's customer has what they asked for."""

    status: str
    resolution_action: str = ""
    feedback: str = ""
    duplicate_of_id: int | None = None
    need_met: bool = False
    will_churn: bool = False


@dataclass(frozen=True, kw_only=True)
class Missing:
    """One thing that stands between a case and its closing: the field to look at and a sentence."""

    field: str
    sentence: str


class NotReadyToClose(Refusal):
    name = "not-ready-to-close"
    status = 422
    title = "The case cannot be closed yet"

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__(
            " ".join(item.sentence for item in missing),
            errors=[{"pointer": f"/{item.field}", "detail": item.sentence} for item in missing],
        )
        self.missing = list(missing)


def missing(
    case: Case,
    closure: Closure,
    *,
    first_attempt_at: datetime | None,
    today: date,
    now: datetime,
) -> list[Missing]:
    """What still stands in the way of closing `case` so, in the order of the dialog.

    `today` is the date where the closer is: next steps are dated by it too.
    """
    found = [*_status(case, closure), *_common(case, closure)]
    found += {
        "resolved": lambda: _resolved(case, closure, today=today),
        "duplicate": lambda: _duplicate(case, closure),
        "unresponsive": lambda: _unresponsive(case, first_attempt_at=first_attempt_at, now=now),
    }.get(closure.status, list)()
    return found + _high_value(case, closure)


def _status(case: Case, closure: Closure) -> list[Missing]:
    status = case.rules.statuses.get(closure.status)
    if status is None or status.stage != "closed":
        return [Missing(field="status", sentence="Choose how the case ends.")]
    return []


def _common(case: Case, closure: Closure) -> list[Missing]:
    rules = case.rules.closing
    found = []
    if closure.resolution_action not in rules.resolution_actions:
        found.append(Missing(field="resolution_action", sentence="Choose what was done about it."))
    if rules.feedback_required and not closure.feedback.strip():
        found.append(
            Missing(
                field="feedback",
                sentence="Write the customer's feedback, or NA if there is none.",
            )
        )
    return found


def _resolved(case: Case, closure: Closure, *, today: date) -> list[Missing]:
    found = []
    if case.contact_id is None:
        found.append(Missing(field="contact", sentence="Add the contact it was resolved with."))
    if case.lead is not None and not case.lead.is_converted:
        found.append(Missing(field="lead", sentence="Convert the lead into a contact first."))
    if case.next_steps_on is not None and case.next_steps_on > today:
        found.append(
            Missing(
                field="next_steps_on",
                sentence="The next step lies in the future: do it, or change it.",
            )
        )
    if case.opportunity is not None and case.opportunity.is_open:
        found.append(Missing(field="opportunity", sentence="Close its opportunity, won or lost."))
    if case.category == "inbound" and not closure.need_met:
        found.append(Missing(field="need_met", sentence="Confirm that the customer's need is met."))
    return found


def _duplicate(case: Case, closure: Closure) -> list[Missing]:
    if closure.duplicate_of_id is None:
        return [
            Missing(
                field="duplicate_of",
                sentence="Name the case that already dealt with it.",
            )
        ]
    if closure.duplicate_of_id == case.pk:
        return [
            Missing(
                field="duplicate_of",
                sentence="A case cannot be the duplicate of itself.",
            )
        ]
    return []


def _unresponsive(case: Case, *, first_attempt_at: datetime | None, now: datetime) -> list[Missing]:
    days = case.rules.closing.unresponsive_after_days
    if first_attempt_at is None:
        return [
            Missing(
                field="status",
                sentence=f"Log your attempts first: it takes {days} days of trying.",
            )
        ]
    if now < first_attempt_at + timedelta(days=days):
        left = ceil((first_attempt_at + timedelta(days=days) - now) / timedelta(days=1))
        word = "day" if left == 1 else "days"
        return [
            Missing(
                field="status",
                sentence=f"It takes {days} days of trying: {left} more {word}.",
            )
        ]
    return []


def _high_value(case: Case, closure: Closure) -> list[Missing]:
    """A High Value Account case stays open through the fiscal year, unless the customer certainly churns."""
    if case.case_type != "high_value_account":
        return []
    action = case.rules.closing.high_value_only_action
    if closure.will_churn and closure.resolution_action == action:
        return []
    name = case.rules.closing.resolution_actions[action]
    return [
        Missing(
            field="will_churn",
            sentence=f"A High Value Account case closes only when the customer will certainly churn, with “{name}”.",
        )
    ]
