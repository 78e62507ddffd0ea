"""Records for tests: valid ones with as little said as possible. What a test is about, it says itself.

Cases are opened and given through the domain, so that their clocks, history and places are as in life.
"""

from __future__ import annotations

from collections import abc
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from factory.declarations import LazyFunction, Sequence
from factory.django import DjangoModelFactory

from accounts.models import (
    Account,
    Activity,
    Contact,
    Event,
    Lead,
    Opportunity,
    Person,
    Role,
    Subscription,
)
from cases import opening, ownership, writing
from cases.models import Case, Origin, Priority
from cases.opening import Draft
from cases.ownership import Gift
from cases.writing import Change
from routing.models import Member, Pool, TimeOff

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
TODAY = NOW.date()
_number = count(1)


class PersonFactory(DjangoModelFactory[Person]):
    """Somebody active in AMER who can be signed in by `client.force_login`."""

    class Meta:
        model = Person

    email = Sequence("person{}@example.com".format)
    name = Sequence("Person {}".format)
    initials = "PN"
    role = Role.ADVOCATE
    region = "AMER"
    languages = LazyFunction(lambda: ["en"])


class AccountFactory(DjangoModelFactory[Account]):
    """A small SMB customer in AMER."""

    class Meta:
        model = Account

    external_id = Sequence("A{}".format)
    name = Sequence("Account {}".format)
    region = "AMER"
    carr = 5000
    lam = 30
    tier = 2
    as_of = NOW


class ContactFactory(DjangoModelFactory[Contact]):
    class Meta:
        model = Contact

    external_id = Sequence("C{}".format)
    name = Sequence("Contact {}".format)
    as_of = NOW


class LeadFactory(DjangoModelFactory[Lead]):
    class Meta:
        model = Lead

    external_id = Sequence("L{}".format)
    name = Sequence("Lead {}".format)
    as_of = NOW
    created_on = TODAY


class OpportunityFactory(DjangoModelFactory[Opportunity]):
    """An open renewal that closes in 30 days."""

    class Meta:
        model = Opportunity

    external_id = Sequence("O{}".format)
    name = Sequence("Opportunity {}".format)
    kind = "renewal"
    stage = "1_discovery"
    close_on = TODAY + timedelta(days=30)
    as_of = NOW


class SubscriptionFactory(DjangoModelFactory[Subscription]):
    """Forty seats, thirty used, half a year before the renewal."""

    class Meta:
        model = Subscription

    external_id = Sequence("S{}".format)
    seats = 40
    seats_used = 30
    starts_on = TODAY - timedelta(days=183)
    renews_on = TODAY + timedelta(days=182)
    as_of = NOW


class ActivityFactory(DjangoModelFactory[Activity]):
    class Meta:
        model = Activity

    kind = "email"
    happened_at = NOW
    as_of = NOW


def person(role: str = Role.ADVOCATE, **fields: Any) -> Person:
    return PersonFactory.create(role=role, **fields)


def account(**fields: Any) -> Account:
    return AccountFactory.create(**fields)


def contact(account: Account | None, **fields: Any) -> Contact:
    return ContactFactory.create(account=account, **fields)


def lead(account: Account | None = None, **fields: Any) -> Lead:
    return LeadFactory.create(matched_account=account, **fields)


def opportunity(account: Account, **fields: Any) -> Opportunity:
    return OpportunityFactory.create(account=account, **fields)


def subscription(account: Account, **fields: Any) -> Subscription:
    return SubscriptionFactory.create(account=account, **fields)


def activity(account: Account, **fields: Any) -> Activity:
    return ActivityFactory.create(account=account, **fields)


def event(kind: str, account: Account | None = None, **data: Any) -> Event:
    """An event that the book has taken in and no trigger has looked at."""
    held = {"account": account.external_id} if account and not kind.startswith("crm.") else {}
    return Event.objects.create(
        source="crm",
        event_id=f"e{next(_number)}",
        type=kind,
        time=NOW,
        data={**held, **data},
        received_at=NOW,
        applied_at=NOW,
        outcome="signal",
        account=account,
    )


def pool(territory: str = "amer", *, playbook: str = "fy26", **fields: Any) -> Pool:
    made, _ = Pool.objects.get_or_create(
        playbook=playbook, territory=territory, defaults={"name": territory.upper(), **fields}
    )
    return made


def member(pool: Pool, **fields: Any) -> Member:
    """An advocate in the pool; `person` is made where none is given."""
    who = fields.pop("person", None) or person()
    return Member.objects.create(pool=pool, person=who, **fields)


def team(pool: Pool, size: int, **fields: Any) -> list[Person]:
    return [member(pool, **fields).person for _ in range(size)]


def time_off(
    person: Person, *, starts_on: date = TODAY, ends_on: date = TODAY, covered_by: Person | None = None
) -> TimeOff:
    return TimeOff.objects.create(person=person, starts_on=starts_on, ends_on=ends_on, covered_by=covered_by)


def draft(**fields: Any) -> Draft:
    """What a trigger would open: a medium case of its own occurrence."""
    defaults: dict[str, Any] = {
        "case_type": "duo_trial_started",
        "category": "expansion",
        "origin": Origin.TRIGGER,
        "occurrence": f"test:{next(_number)}",
        "subject": "A Duo trial has started",
        "priority": Priority.MEDIUM,
        "region": "AMER",
    }
    return Draft(**{**defaults, **fields})


def case(
    *, owner: Person | None = None, now: datetime = NOW, columns: dict[str, Any] | None = None, **fields: Any
) -> Case:
    """A case opened at `now`, given to `owner`; `columns` is what was written to it afterwards."""
    held = fields.pop("account", None) or account()
    (pk,) = opening.open_cases([draft(account_id=held.pk, **fields)], now=now).cases
    made = Case.objects.get(pk=pk)
    if owner is not None:
        give([made], owner, now=now)
    if columns:
        writing.write([Change(case=made, columns=columns, entries=[])], now=now)
    return Case.objects.get(pk=pk)


def give(cases: abc.Sequence[Case], owner: Person, *, now: datetime = NOW) -> None:
    gifts = [Gift(case=one, owner_id=owner.pk, owner_name=owner.name, rule="by_hand") for one in cases]
    ownership.give(gifts, now=now)


def cases(number: int, *, now: datetime = NOW, **fields: Any) -> list[Case]:
    """Many cases that wait, opened together; they hang on no account unless one is given."""
    opened = opening.open_cases([draft(**fields) for _ in range(number)], now=now)
    return list(Case.objects.filter(pk__in=opened.cases).order_by("id"))
