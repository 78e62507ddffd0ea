"""SMB accounts and open opportunities that stand in a person's name: people own cases, Sales Users own the book.

What is closed keeps the name that it was closed under.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, QuerySet

from accounts.models import Account, Opportunity, Person, Role
from accounts.models.book import CLOSED_STAGES, Segment

NO_REGION = "Its account has no region yet."


class Kind(StrEnum):
    ACCOUNT = "account"
    OPPORTUNITY = "opportunity"


@dataclass(frozen=True, kw_only=True)
class Stray:
    """One row in a person's name. Of an opportunity, region and account are those that it belongs to."""

    kind: Kind
    id: int
    name: str
    account_id: int
    account_name: str
    region: str
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Whom a row would go to; `why_not` where it can go to nobody."""

    stray: Stray
    to_id: int | None
    why_not: str = ""


@dataclass(frozen=True, kw_only=True)
class Held:
    """How much stands in one person's name in one region; the region may be unknown."""

    region: str
    owner_id: int
    accounts: int = 0
    opportunities: int = 0


def people() -> list[int]:
    """Who is a person: everybody but the Sales Users. As a list, so that the index on the owner answers."""
    return list(Person.objects.exclude(role=Role.SALES_USER).order_by("id").values_list("pk", flat=True))


def sales_users() -> dict[str, int]:
    """By region, who owns its book."""
    found = Person.objects.filter(role=Role.SALES_USER).order_by("id")
    return dict(found.values_list("region", "pk"))


def accounts_of(owners: Collection[int]) -> QuerySet[Account]:
    """The SMB accounts in the names of these people."""
    return Account.objects.filter(owner__in=owners, segment=Segment.SMB)


def opportunities_of(owners: Collection[int]) -> QuerySet[Opportunity]:
    """The open opportunities of SMB accounts in the names of these people."""
    held = Opportunity.objects.filter(owner__in=owners, account__segment=Segment.SMB)
    return held.exclude(stage__in=CLOSED_STAGES)


def of_account(account: Account) -> Stray:
    return Stray(
        kind=Kind.ACCOUNT,
        id=account.pk,
        name=account.name,
        account_id=account.pk,
        account_name=account.name,
        region=account.region,
        owner_id=account.owner_id or 0,
    )


def of_opportunity(opportunity: Opportunity) -> Stray:
    """The opportunity's account must be loaded."""
    account = opportunity.account
    return Stray(
        kind=Kind.OPPORTUNITY,
        id=opportunity.pk,
        name=opportunity.name,
        account_id=account.pk,
        account_name=account.name,
        region=account.region,
        owner_id=opportunity.owner_id or 0,
    )


def decide(strays: Iterable[Stray], *, sales_users: Mapping[str, int]) -> list[Proposal]:
    """Each to its region's Sales User, as far as there is one."""
    return [_proposal(stray, to_id=sales_users.get(stray.region)) for stray in strays]


def _proposal(stray: Stray, *, to_id: int | None) -> Proposal:
    if to_id is not None:
        return Proposal(stray=stray, to_id=to_id)
    return Proposal(stray=stray, to_id=None, why_not=why_not(stray))


def why_not(stray: Stray) -> str:
    """Why it can go to nobody, where no Sales User is of its region."""
    return f"{stray.region} has no Sales User." if stray.region else NO_REGION


def load_first(owners: Collection[int], *, kind: Kind, most: int) -> list[Stray]:
    """The first of them, oldest first."""
    if kind is Kind.ACCOUNT:
        return [of_account(one) for one in accounts_of(owners).order_by("id")[:most]]
    found = opportunities_of(owners).select_related("account").order_by("id")[:most]
    return [of_opportunity(one) for one in found]


def count(owners: Collection[int]) -> list[Held]:
    """How much stands in each person's name, by region and owner; two queries however much it is."""
    accounts = {
        (region, owner): many
        for region, owner, many in accounts_of(owners)
        .values_list("region", "owner")
        .annotate(many=Count("id"))
        .order_by("region", "owner")
    }
    opportunities = {
        (region, owner): many
        for region, owner, many in opportunities_of(owners)
        .values_list("account__region", "owner")
        .annotate(many=Count("id"))
        .order_by("account__region", "owner")
    }
    return [
        Held(
            region=region,
            owner_id=owner,
            accounts=accounts.get((region, owner), 0),
            opportunities=opportunities.get((region, owner), 0),
        )
        for region, owner in sorted(accounts.keys() | opportunities.keys())
    ]
