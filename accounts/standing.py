"""What we make of an account ourselves: its segment, its tier, and whether it has outgrown the SMB line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Account, Subscription
from accounts.models.book import Segment
from smbcases.lib import bulk
from smbcases.playbook import Playbook

BATCH = 5000
_LOOKED_AT = ("id", "carr", "lam", "employees", "country", "segment", "tier", "outgrew_on")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the playbook asks about an account. `plan` is one that keeps it out of SMB, if it has one."""

    carr: Decimal
    lam: int
    employees: int | None
    country: str
    plan: str = ""


@dataclass(frozen=True, kw_only=True)
class Standing:
    segment: str
    tier: int
    outgrew_on: date | None = None


def stand(facts: Facts, *, before: Standing | None, on: date, playbook: Playbook) -> Standing:
    """The segment and tier of an account in its new state.

    A new account takes the segment of its size at once, and so does one that comes down to SMB. One that is
    SMB and crosses the line stays SMB, marked with the day: it moves when the next quarter starts.
    """
    segment: str = playbook.segment_of(facts.carr, facts.employees, facts.country, facts.plan)
    tier = playbook.tier(facts.carr, facts.lam)
    if before is None or before.segment != Segment.SMB or segment == Segment.SMB:
        return Standing(segment=segment, tier=tier)
    return Standing(segment=Segment.SMB, tier=tier, outgrew_on=before.outgrew_on or on)


def moves_on(outgrew_on: date, *, rules: Playbook) -> date:
    """When an account that crossed the line on that day moves: the first day of the next fiscal quarter."""
    return rules.quarter_of(outgrew_on).last_on + timedelta(days=1)


def is_smb(account: Account, *, on: date, rules: Playbook) -> bool:
    """Whether the account is SMB on that day: one over the line is until its quarter's move, whoever writes that down
    when."""
    if account.segment != Segment.SMB:
        return False
    return account.outgrew_on is None or on < moves_on(account.outgrew_on, rules=rules)


def plans_outside(accounts: Iterable[int], *, playbook: Playbook, on: date) -> dict[int, str]:
    """By account, the plan of a running subscription that keeps it out of SMB; no query if no plan does."""
    if not playbook.segment.not_plans:
        return {}
    running = Subscription.objects.filter(account__in=set(accounts), renews_on__gte=on)
    return dict(running.filter(plan__in=playbook.segment.not_plans).values_list("account_id", "plan"))


def look_again(accounts: Iterable[int], *, playbook: Playbook, now: datetime) -> None:
    """Their subscriptions changed; so may their segment, where the playbook draws its line by plan."""
    if not playbook.segment.not_plans:
        return
    held = list(Account.objects.filter(id__in=set(accounts)))
    plans = plans_outside((account.id for account in held), playbook=playbook, on=now.date())
    rows = []
    for account in held:
        facts = facts_of(account, plan=plans.get(account.id, ""))
        after = stand(facts, before=standing_of(account), on=now.date(), playbook=playbook)
        rows.append({"id": account.id, "segment": after.segment, "outgrew_on": after.outgrew_on})
    bulk.update(Account, rows)


def look_at_all(*, playbook: Playbook, now: datetime, write: bool) -> int:
    """Every account anew, as after a change of the playbook; answers how many have another segment or tier.

    Batch after batch in the order of their ids, each in a statement of its own; only what changes is written.
    """
    changed, last = 0, 0
    while batch := list(Account.objects.filter(id__gt=last).order_by("id").only(*_LOOKED_AT)[:BATCH]):
        rows = _changes(batch, playbook=playbook, on=now.date())
        if write:
            bulk.update(Account, rows)
        changed, last = changed + len(rows), batch[-1].pk
    return changed


def _changes(batch: list[Account], *, playbook: Playbook, on: date) -> list[dict[str, Any]]:
    plans = plans_outside((account.pk for account in batch), playbook=playbook, on=on)
    rows = []
    for account in batch:
        before = standing_of(account)
        facts = facts_of(account, plan=plans.get(account.pk, ""))
        after = stand(facts, before=before, on=on, playbook=playbook)
        if after != before:
            rows.append(
                {
                    "id": account.pk,
                    "segment": after.segment,
                    "tier": after.tier,
                    "outgrew_on": after.outgrew_on,
                }
            )
    return rows


def facts_of(account: Account, *, plan: str) -> Facts:
    """What segment and tier are decided by; `plan`: as `plans_outside` has it, else empty."""
    return Facts(
        carr=account.carr, lam=account.lam, employees=account.employees, country=account.country, plan=plan
    )


def standing_of(account: Account) -> Standing:
    """Where the account stands as stored: its segment, its tier, and since when it is over the line."""
    return Standing(segment=account.segment, tier=account.tier, outgrew_on=account.outgrew_on)
