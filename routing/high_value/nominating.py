"""Nominating an account as High Value, and taking that back.

An advocate has so many nominations a fiscal year as the playbook says. They are counted under a lock on the
advocate, so that two at once never exceed them; the account is locked too, so that two never nominate it at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import access, visibility
from accounts.access import Act
from accounts.models import Account, Person
from cases.models import Case, NoticeKind
from cases.talk import notices
from routing.high_value import holding, reach
from routing.models import Member, Nomination, State
from smbcases import playbook
from smbcases.lib.refusal import Refusal
from smbcases.playbook import Playbook

LONGEST_WHY = 2000


class NoSuchAccount(Refusal):
    name = "no-such-account"
    status = 404
    title = "There is no such account"


class NobodyNominates(Refusal):
    name = "nobody-nominates"
    title = "Nobody nominates"


class NotYoursToNominate(Refusal):
    name = "not-yours-to-nominate"
    title = "This account is not yours to nominate"


class HighValueStopped(Refusal):
    name = "high-value-stopped"
    title = "High Value was stopped on this account"


class AlreadyHighValue(Refusal):
    name = "already-high-value"
    title = "The account is High Value already"


class AlreadyNominated(Refusal):
    name = "already-nominated"
    title = "The account is nominated already"


class NominationsSpent(Refusal):
    name = "nominations-spent"
    title = "All nominations are spent"


class ReasonsNeeded(Refusal):
    name = "reasons-needed"
    status = 422
    title = "Say why"


class AlreadyDecided(Refusal):
    name = "already-decided"
    title = "The nomination is not open any more"


class NoSuchNomination(Refusal):
    name = "no-such-nomination"
    status = 404
    title = "There is no such nomination"


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """How many nominations somebody has in this fiscal year, and how many of them live."""

    spent: int
    of: int

    @property
    def left(self) -> int:
        return max(0, self.of - self.spent)


def allowance(person: Person, *, now: datetime) -> Allowance:
    live = Nomination.objects.live().filter(advocate=person, fiscal_year=holding.fiscal_year(now))
    return Allowance(spent=live.count(), of=playbook.active().high_value.nominations)


@transaction.atomic
def nominate(*, account_id: int, criteria: Sequence[str], why: str, by: Person, now: datetime) -> Nomination:
    """Nominate an account in the name of an advocate, who looks after it when a manager approves.

    An account that is High Value from an earlier fiscal year is nominated anew by whoever has its case.
    Raises NoSuchAccount, NobodyNominates, NotYoursToNominate, HighValueStopped, AlreadyHighValue, AlreadyNominated,
    NominationsSpent, ReasonsNeeded, PermissionDenied.
    """
    access.check(by, Act.NOMINATE)
    rules = playbook.active()
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    account = visibility.visible(by).select_for_update(no_key=True).filter(pk=account_id).first()
    if account is None:
        raise NoSuchAccount("There is no such account, or you may not see it.")
    check_account(account, by=by, now=now)
    _check_reasons(criteria, why, rules=rules)
    nomination = Nomination.objects.create(
        account=account,
        fiscal_year=holding.fiscal_year(now),
        advocate=by,
        criteria=list(dict.fromkeys(criteria)),
        why=why.strip(),
        proposed_at=now,
    )
    notices.tell(
        people=reach.deciders_of(account),
        kind=NoticeKind.NOMINATED,
        case_id=None,
        by=by,
        now=now,
        text=f"{by.name} nominates {account.name} as High Value: {nomination.why}",
        url="/high-value/nominations/",
    )
    return nomination


def check_account(account: Account, *, by: Person, now: datetime) -> None:
    """Raise the first reason why `by` cannot nominate this account now."""
    rules = playbook.active()
    _check_advocate(account, by=by, rules=rules)
    if account.high_value_stopped:
        raise HighValueStopped(
            f"The High Value case of {account.name} was closed because the customer will leave."
        )
    _check_not_nominated(account, now=now)
    _check_not_high_value(account, by=by, now=now)
    spent = allowance(by, now=now)
    if not spent.left:
        raise NominationsSpent(
            f"All your {spent.of} nominations of this fiscal year are spent. Withdraw one first."
        )


def _check_advocate(account: Account, *, by: Person, rules: Playbook) -> None:
    if not rules.high_value.nominations:
        raise NobodyNominates(f"Under {rules.name} the tier decides what is High Value; nobody nominates.")
    if not by.handles_cases:
        raise NotYoursToNominate("Advocates nominate, for the account becomes theirs to look after.")
    if account.segment != "smb":
        raise NotYoursToNominate(f"{account.name} is not in the SMB segment.")
    if not is_of_team(by, account, rules=rules):
        territory = rules.territory_of(account.region)
        where = rules.territories[territory].name if territory else "no region that we know"
        raise NotYoursToNominate(f"{account.name} is in {where}, where you take no cases.")


def is_of_team(person: Person, account: Account, *, rules: Playbook) -> bool:
    """Whether `person` takes cases where the account is."""
    territory = rules.territory_of(account.region) or ""
    return Member.objects.filter(person=person, pool__playbook=rules.key, pool__territory=territory).exists()


def _check_not_nominated(account: Account, *, now: datetime) -> None:
    live = Nomination.objects.live().filter(account=account, fiscal_year=holding.fiscal_year(now))
    there = live.select_related("advocate").first()
    if there is not None:
        said = "is approved" if there.state == State.APPROVED else "waits for a decision"
        who = there.advocate.name
        raise AlreadyNominated(f"{who} nominated {account.name} for {there.fiscal_year}; it {said}.")


def _check_not_high_value(account: Account, *, by: Person, now: datetime) -> None:
    """One that is High Value from an earlier year may be nominated anew, by whoever looks after it."""
    held = holding.open_case_of(account.pk)
    if held is None:
        if account.high_value:
            raise AlreadyHighValue(
                f"{account.name} is High Value; its case opens with the next look at the book."
            )
    elif holding.is_of_this_year(held, now=now):
        raise AlreadyHighValue(f"{account.name} is High Value already: {_who_has(held)} {held.number}.")
    elif held.owner_id not in {None, by.pk}:
        raise AlreadyHighValue(
            f"{_who_has(held)} {held.number}, and only they nominate {account.name} again."
        )


def _who_has(case: Case) -> str:
    return f"{case.owner.name} has" if case.owner else "nobody has yet"


def _check_reasons(criteria: Sequence[str], why: str, *, rules: Playbook) -> None:
    known = rules.high_value.criteria
    if not criteria:
        raise ReasonsNeeded("Choose at least one criterion that fits.")
    strange = [key for key in criteria if key not in known]
    if strange:
        raise ReasonsNeeded(f"“{strange[0]}” is no criterion. They are: {', '.join(known)}.")
    if not why.strip():
        raise ReasonsNeeded("Say why this account; the manager decides by it.")
    if len(why) > LONGEST_WHY:
        raise ReasonsNeeded(f"Say it in {LONGEST_WHY} characters.")


@transaction.atomic
def withdraw(*, nomination_id: int, by: Person, now: datetime, version: int | None = None) -> Nomination:
    """Take a nomination back that nobody has decided yet. Raises NoSuchNomination, AlreadyDecided,
    StaleNomination, PermissionDenied."""
    nomination = lock(nomination_id, by=by, version=version)
    if nomination.advocate_id != by.pk:
        raise PermissionDenied(f"{nomination.advocate.name} nominated it, and only they withdraw it.")
    settle(nomination, state=State.WITHDRAWN, by=by, reason="", now=now)
    return nomination


class StaleNomination(Refusal):
    """It has changed since it was read; `version` is the present one."""

    name = "stale-nomination"
    status = 412
    title = "The nomination has changed since you read it"


def lock(nomination_id: int, *, by: Person, version: int | None) -> Nomination:
    """Lock its account, then the nomination as it is now. Raises NoSuchNomination, StaleNomination."""
    known = reach.visible(by).filter(pk=nomination_id).values("account").first()
    if known is None:
        raise NoSuchNomination("There is no such nomination, or it is not yours to see.")
    Account.objects.select_for_update(no_key=True).get(pk=known["account"])
    locked = Nomination.objects.select_for_update(of=("self",)).select_related(
        "account", "advocate", "decided_by"
    )
    nomination = locked.get(pk=nomination_id)
    if version is not None and nomination.version != version:
        raise StaleNomination(_settled(nomination), version=nomination.version)
    return nomination


def settle(nomination: Nomination, *, state: State, by: Person, reason: str, now: datetime) -> None:
    """Write what became of a locked nomination. Raises AlreadyDecided."""
    check_open(nomination)
    nomination.state, nomination.decided_by, nomination.decided_at = state, by, now
    nomination.reason, nomination.version = reason.strip(), nomination.version + 1
    fields = ["state", "decided_by", "decided_at", "reason", "version", "case"]
    nomination.save(update_fields=fields)


def check_open(nomination: Nomination) -> None:
    if nomination.state != State.PROPOSED:
        raise AlreadyDecided(_settled(nomination))


def _settled(nomination: Nomination) -> str:
    who = nomination.decided_by.name if nomination.decided_by else "Somebody"
    return f"{who} {_DONE[State(nomination.state)]} {nomination.account.name}."


_DONE = {
    State.PROPOSED: "has not decided on",
    State.APPROVED: "has approved",
    State.DECLINED: "has declined",
    State.WITHDRAWN: "has withdrawn",
}
