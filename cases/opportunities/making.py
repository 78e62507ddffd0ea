"""Making an opportunity from a case, by hand: a Growth, or an Add-On to what the account renewed last.

An upgrade at renewal needs none: it goes into the renewal's own opportunity, which is linked instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts import opportunities
from accounts.models import Account, Opportunity, Person
from accounts.models.book import CLOSED_STAGES, Kind, Stage
from accounts.opportunities import Deal
from cases import writing
from cases.models import Case, Verb
from cases.opportunities import working
from cases.writing import Change, Entry
from smbcases.lib.refusal import Refusal


class NothingToAddTo(Refusal):
    """An Add-On is made from the account's last renewal that was closed won."""

    name = "no-won-renewal"
    title = "There is nothing to add on to"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What shall be made. What is left out comes from what the account has: see `complete`."""

    kind: Kind
    amount: Decimal
    close_on: date
    name: str = ""
    currency: str = ""
    plan: str = ""
    users: int | None = None
    term_months: int | None = None


@transaction.atomic
def create(*, case_id: int, wish: Wish, by: Person, now: datetime, version: int | None = None) -> Opportunity:
    """Make the opportunity and link it to the case, in one step; it is owned by the region's Sales User.

    Raises NothingToAddTo, NotMadeByHand, PastCloseDate, NoAccount, and what `working.lock` raises.
    """
    case = working.lock(case_id, by=by, version=version)
    if case.account is None:
        raise working.NoAccount("The case has no account yet; add the account first.")
    last = last_renewal(case.account)
    if wish.kind == Kind.ADD_ON and last is None:
        raise NothingToAddTo(nothing_to_add_to(case.account))
    deal = complete(wish, account=case.account, last=last)
    made = opportunities.create(account=case.account, deal=deal, by=by, now=now)
    before = case.opportunity.name if case.opportunity else ""
    data = {"field": "opportunity", "from": before, "to": made.name, "made": made.external_id}
    entry = Entry(verb=Verb.CHANGED, person=by, data=data)
    writing.write([Change(case=case, columns={"opportunity_id": made.pk}, entries=[entry])], now=now)
    return made


def nothing_to_add_to(account: Account) -> str:
    return (
        f"An Add-On is made from the last renewal that was closed won, and {account.name} has none. "
        "Make it a Growth opportunity."
    )


def complete(wish: Wish, *, account: Account, last: Opportunity | None) -> Deal:
    """The wish with what it leaves out: plan, users, currency and term of the last renewal that was won, else the
    account's currency and a year."""
    kind = Kind(wish.kind)
    return Deal(
        kind=kind,
        name=wish.name.strip() or f"{account.name}: {kind.label}",
        amount=wish.amount,
        currency=wish.currency or (last.currency if last else account.currency),
        close_on=wish.close_on,
        plan=wish.plan or (last.plan if last else ""),
        users=wish.users if wish.users is not None else (last.users if last else 0),
        term_months=wish.term_months or (last.term_months if last else 12),
    )


def last_renewal(account: Account) -> Opportunity | None:
    """The account's last renewal that was closed won."""
    won = account.opportunities.filter(kind=Kind.RENEWAL, stage=Stage.CLOSED_WON)
    return won.order_by("-close_on", "-id").first()


def open_renewals(case: Case) -> list[Opportunity]:
    """The account's open renewals, where an upgrade at renewal belongs, but for the one linked already."""
    if case.account is None:
        return []
    renewals = case.account.opportunities.filter(kind=Kind.RENEWAL).exclude(stage__in=CLOSED_STAGES)
    return list(renewals.exclude(pk=case.opportunity_id or 0).order_by("close_on", "id")[:5])
