"""What a trigger looks at: one record and its account, with what the condition saw, and what came of it. Pure."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts import standing
from accounts.models import Account, Event, Lead, Opportunity, Subscription
from routing.models import Trigger, Verdict
from routing.models.triggers import Once
from smbcases import playbook

Record = Account | Opportunity | Subscription | Lead
OpenKey = tuple[str, int | None, int | None]


@dataclass(frozen=True, kw_only=True)
class Look:
    """One trigger at one record, woken by `event` or by the day's look at the book.

    `record` is None where the event names none that could be asked; `holds` whether the condition did.
    """

    trigger: Trigger
    event: Event | None
    record: Record | None
    account: Account | None
    opportunity_id: int | None
    holds: bool
    occurrence: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def open_key(self) -> OpenKey:
        """By what one open case at a time is allowed."""
        return self.trigger.key, self.account.pk if self.account else None, self.opportunity_id


def occurrence(trigger: Trigger, *, record: Record | None, event: Event | None, today: date) -> str:
    """The name of what happened, the same each time it is looked at, so that it opens one case only."""
    if record is None or (event is not None and trigger.once_per == Once.EVENT):
        return f"event:{event.pk if event else ''}"
    name = f"{trigger.asked_of}:{record.external_id}"
    if trigger.once_per == Once.TERM and isinstance(record, Subscription):
        return f"{name}:{record.renews_on.isoformat()}"
    suffix = period(trigger, today=today)
    return f"{name}:{suffix}" if suffix else name


def period(trigger: Trigger, *, today: date) -> str:
    """The fiscal quarter or year in which the occurrence is the same one; empty where it is not a matter of time."""
    rules = playbook.get(trigger.playbook)
    if trigger.once_per == Once.QUARTER:
        return rules.quarter_of(today).name
    return rules.fiscal_year_of(today).name if trigger.once_per == Once.FISCAL_YEAR else ""


def decide(
    look: Look,
    *,
    open_keys: Container[OpenKey],
    occurrences: Container[tuple[str, str]],
    rules: playbook.Playbook,
    today: date,
) -> Verdict:
    """Whether this look opens a case, or the first reason why not."""
    if look.record is None and look.account is None and look.trigger.condition:
        return Verdict.NO_RECORD
    if not look.holds:
        return Verdict.CONDITION_FALSE if look.record is not None else Verdict.NO_RECORD
    if look.account is not None:
        suppressed = _by_account(look.trigger, look.account, rules=rules, today=today)
        if suppressed:
            return suppressed
    if (look.trigger.key, look.occurrence) in occurrences:
        return Verdict.SAME_OCCURRENCE
    if look.account is not None and look.open_key in open_keys:
        return Verdict.ALREADY_OPEN
    return Verdict.OPENED


def _by_account(
    trigger: Trigger, account: Account, *, rules: playbook.Playbook, today: date
) -> Verdict | None:
    if not standing.is_smb(account, on=today, rules=rules):
        return Verdict.SEGMENT
    if trigger.category == "high_value" and account.high_value_stopped:
        return Verdict.HIGH_VALUE_STOPPED
    if not rules.allows(tier=account.tier, trigger=rules.triggers[trigger.key]):
        return Verdict.TIER
    if trigger.key in rules.renewals_team.case_types and is_renewals_teams(account, rules=rules, today=today):
        return Verdict.RENEWALS_TEAM
    return None


def is_renewals_teams(account: Account, *, rules: playbook.Playbook, today: date) -> bool:
    """While the Renewals team ramps up, theirs are the accounts that are small in cARR and in LAM."""
    team = rules.renewals_team
    return today >= team.starts_on and account.carr < team.carr_below and account.lam < team.lam_below
