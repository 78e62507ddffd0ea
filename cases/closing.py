"""What a case must have before it may be closed: pure, and the same answer for dialog, page, API and bulk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil

from accounts.models.book import LeadStatus
from cases.models import Case
from cases.talk import asked as in_words
from cases.talk.asked import Asked
from smbcases.lib.refusal import Refusal
from smbcases.playbook.vocabulary import FIRST_ORDERS, HIGH_VALUE

WON, LOST = "won", "lost"


@dataclass(frozen=True, kw_only=True)
class Closure:
    """How somebody wants to close a case.

    `need_met`: an inbound request's customer has what they asked for. `will_churn`: the customer certainly leaves.
    `opportunity`: its open opportunity is closed in the same step, `won` or `lost` (then `lost_reason` says why).
    `mid_market`: a first order that is Mid-Market's, and their account executive is looped in. `leave_questions`: it
    is closed though questions on it are open; who asked them is told.
    """

    status: str
    resolution_action: str = ""
    feedback: str = ""
    duplicate_of_id: int | None = None
    need_met: bool = False
    will_churn: bool = False
    opportunity: str = ""
    lost_reason: str = ""
    mid_market: bool = False
    leave_questions: bool = False


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What a closing depends on beside the case: facts for `missing`, loaded by `ending.look_beside`.

    `tried`: when somebody tried to reach the customer since the pick-up and since their last answer, oldest first.
    `originals`: what the case that is named as the original was itself closed as a duplicate of, and so on up.
    `original_seen`: the named one exists and may be seen. `questions`: those that wait for an answer. `today` is the
    date where the closer is: next steps are dated by it too.
    """

    today: date
    now: datetime
    tried: Sequence[datetime] = ()
    originals: Collection[int] = ()
    original_seen: bool = True
    questions: Sequence[Asked] = ()


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


def missing(case: Case, closure: Closure, *, beside: Beside) -> list[Missing]:
    """What still stands in the way of closing `case` so, in the order of the dialog."""
    found = [*_status(case, closure), *_common(case, closure)]
    found += {
        "resolved": lambda: _resolved(case, closure, today=beside.today),
        "duplicate": lambda: _duplicate(case, closure, beside=beside),
        "unresponsive": lambda: _unresponsive(case, beside=beside),
    }.get(closure.status, list)()
    found += [*_opportunity(case, closure), *_high_value(case, closure, today=beside.today)]
    return [*found, *_questions(closure, asked=beside.questions)]


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
                sentence=f"Write the customer's feedback, or {rules.feedback_when_none} if there is none.",
            )
        )
    return found


def _resolved(case: Case, closure: Closure, *, today: date) -> list[Missing]:
    found = _lead(case, closure)
    if case.contact_id is None and not _is_disqualified(case):
        found.append(Missing(field="contact", sentence="Add the contact it was resolved with."))
    if case.next_steps_on is not None and case.next_steps_on > today:
        found.append(
            Missing(
                field="next_steps_on",
                sentence="The next step lies in the future: do it, or change it.",
            )
        )
    if _has_open_opportunity(case) and closure.opportunity not in {WON, LOST}:
        found.append(Missing(field="opportunity", sentence="Close its opportunity, won or lost."))
    if case.category == "inbound" and not closure.need_met:
        found.append(Missing(field="need_met", sentence="Confirm that the customer's need is met."))
    return found


def _lead(case: Case, closure: Closure) -> list[Missing]:
    """A lead is dealt with when it is converted, or disqualified: then nothing was sold to it, and it stands in for
    the contact that it never became."""
    if case.lead is None or case.lead.is_converted:
        return []
    if not _is_disqualified(case):
        return [Missing(field="lead", sentence="Convert the lead into a contact first, or disqualify it.")]
    rules = case.rules.closing
    if closure.resolution_action in {"", *rules.disqualified_lead_actions}:
        return []
    names = [rules.resolution_actions[action] for action in rules.disqualified_lead_actions]
    return [
        Missing(
            field="resolution_action",
            sentence=f"The lead was disqualified, so what was done is one of: {', '.join(names)}.",
        )
    ]


def _is_disqualified(case: Case) -> bool:
    return case.lead is not None and case.lead.status == LeadStatus.DISQUALIFIED


def _has_open_opportunity(case: Case) -> bool:
    return case.opportunity is not None and case.opportunity.is_open


def _duplicate(case: Case, closure: Closure, *, beside: Beside) -> list[Missing]:
    original = closure.duplicate_of_id
    if original is None:
        return _mid_market(case) if not closure.mid_market or case.case_type not in FIRST_ORDERS else []
    if not beside.original_seen:
        sentence = "The case that dealt with it does not exist, or you may not see it."
    elif original == case.pk:
        sentence = "A case cannot be the duplicate of itself."
    elif case.pk in beside.originals:
        sentence = "That case was closed as a duplicate of this one; name the one that dealt with both."
    else:
        return []
    return [Missing(field="duplicate_of", sentence=sentence)]


def _mid_market(case: Case) -> list[Missing]:
    """A first order that proves to be Mid-Market's has no case of ours that dealt with it."""
    sentence = "Name the case that already dealt with it"
    if case.case_type in FIRST_ORDERS:
        return [Missing(field="duplicate_of", sentence=f"{sentence}, or say that Mid-Market is looped in.")]
    return [Missing(field="duplicate_of", sentence=f"{sentence}.")]


def _unresponsive(case: Case, *, beside: Beside) -> list[Missing]:
    """So many days of trying, by logged attempts, since the customer last answered."""
    rules, tried = case.rules.closing, beside.tried
    days = rules.unresponsive_after_days
    if not tried:
        sentence = f"Log your attempts first: it takes {days} days of trying."
    elif beside.now < tried[0] + timedelta(days=days):
        left = ceil((tried[0] + timedelta(days=days) - beside.now) / timedelta(days=1))
        word = "day" if left == 1 else "days"
        sentence = f"It takes {days} days of trying: {left} more {word}."
    elif len(tried) < rules.unresponsive_attempts:
        sentence = (
            f"It takes {rules.unresponsive_attempts} logged attempts without an answer; so far {len(tried)}."
        )
    else:
        return []
    return [Missing(field="status", sentence=sentence)]


def _opportunity(case: Case, closure: Closure) -> list[Missing]:
    """Closed in the same step, the opportunity keeps its own rules; a customer who churns loses it."""
    if not _has_open_opportunity(case):
        return []
    if closure.will_churn and closure.opportunity != LOST:
        return [
            Missing(field="opportunity", sentence="The customer will churn: close its opportunity as lost.")
        ]
    if closure.opportunity == WON and (case.account is None or case.account.gitlab_admin_id is None):
        return [
            Missing(
                field="gitlab_admin",
                sentence="Say who the account's GitLab admin is; without one nothing is closed as won.",
            )
        ]
    if closure.opportunity == LOST and not reason_of_loss(closure):
        return [Missing(field="lost_reason", sentence="Say in a few words why it is lost.")]
    return []


def reason_of_loss(closure: Closure) -> str:
    """Why the opportunity is lost; a customer who leaves is reason enough."""
    return closure.lost_reason.strip() or ("The customer will churn." if closure.will_churn else "")


def _high_value(case: Case, closure: Closure, *, today: date) -> list[Missing]:
    """A High Value Account case stays open through the fiscal year that it was opened in, unless the customer
    certainly churns."""
    if case.case_type != HIGH_VALUE or not _is_early(case, today=today):
        return []
    action = case.rules.closing.high_value_only_action
    if closure.will_churn and closure.resolution_action == action:
        return []
    name = case.rules.closing.resolution_actions[action]
    return [
        Missing(
            field="will_churn",
            sentence="A High Value Account case stays open through the fiscal year. It closes earlier only when the"
            f" customer will certainly churn, with “{name}”.",
        )
    ]


def _questions(closure: Closure, *, asked: Sequence[Asked]) -> list[Missing]:
    """Who asked gets their answer before the case is closed, unless the closer knows of them and leaves them."""
    if not asked or closure.leave_questions:
        return []
    them = "it" if len(asked) == 1 else "them"
    said = f"{in_words.sentence(asked)} Answer {them} first, or close anyway."
    return [Missing(field="leave_questions", sentence=said)]


def _is_early(case: Case, *, today: date) -> bool:
    year = case.rules.fiscal_year_of(case.opened_at.astimezone(UTC).date())
    return today <= year.last_on


def stops_high_value(case: Case, resolution_action: str) -> bool:
    """Whether a case closed so stops every later High Value case of its account."""
    return case.case_type == HIGH_VALUE and resolution_action == case.rules.closing.high_value_only_action
