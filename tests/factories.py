"""Records for tests: valid ones with as little said as possible. What a test is about, it says itself.

Cases are opened and given through the domain, so that their clocks, history and places are as in life.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

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


def person(role: str = Role.ADVOCATE, **fields: Any) -> Person:
    """Somebody active in AMER who can be signed in by `client.force_login`."""
    number = next(_number)
    defaults = {
        "email": f"person{number}@example.com",
        "name": f"Person {number}",
        "initials": "PN",
        "region": "AMER",
        "languages": ["en"],
    }
    return Person.objects.create(role=role, **{**defaults, **fields})


def account(**fields: Any) -> Account:
    """A small SMB customer in AMER."""
    number = next(_number)
    defaults = {
        "external_id": f"A{number}",
        "name": f"Account {number}",
        "region": "AMER",
        "carr": 5000,
        "lam": 30,
        "tier": 2,
        "as_of": NOW,
    }
    return Account.objects.create(**{**defaults, **fields})


def contact(account: Account | None, **fields: Any) -> Contact:
    number = next(_number)
    defaults = {"external_id": f"C{number}", "name": f"Contact {number}", "as_of": NOW}
    return Contact.objects.create(account=account, **{**defaults, **fields})


def lead(account: Account | None = None, **fields: Any) -> Lead:
    number = next(_number)
    defaults = {"external_id": f"L{number}", "name": f"Lead {number}", "as_of": NOW, "created_on": TODAY}
    return Lead.objects.create(matched_account=account, **{**defaults, **fields})


def opportunity(account: Account, **fields: Any) -> Opportunity:
    """An open renewal that closes in 30 days."""
    number = next(_number)
    defaults = {
        "external_id": f"O{number}",
        "name": f"Opportunity {number}",
        "kind": "renewal",
        "stage": "1_discovery",
        "close_on": TODAY + timedelta(days=30),
        "as_of": NOW,
    }
    return Opportunity.objects.create(account=account, **{**defaults, **fields})


def subscription(account: Account, **fields: Any) -> Subscription:
    """Forty seats, thirty used, half a year before the renewal."""
    defaults = {
        "external_id": f"S{next(_number)}",
        "seats": 40,
        "seats_used": 30,
        "starts_on": TODAY - timedelta(days=183),
        "renews_on": TODAY + timedelta(days=182),
        "as_of": NOW,
    }
    return Subscription.objects.create(account=account, **{**defaults, **fields})


def activity(account: Account, **fields: Any) -> Activity:
    defaults = {"kind": "email", "happened_at": NOW, "as_of": NOW}
    return Activity.objects.create(account=account, **{**defaults, **fields})


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


def give(cases: Sequence[Case], owner: Person, *, now: datetime = NOW) -> None:
    gifts = [Gift(case=one, owner_id=owner.pk, owner_name=owner.name, rule="by_hand") for one in cases]
    ownership.give(gifts, now=now)


def cases(number: int, *, now: datetime = NOW, **fields: Any) -> list[Case]:
    """Many cases that wait, opened together; they hang on no account unless one is given."""
    opened = opening.open_cases([draft(**fields) for _ in range(number)], now=now)
    return list(Case.objects.filter(pk__in=opened.cases).order_by("id"))
