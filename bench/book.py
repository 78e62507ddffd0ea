"""A small book to measure on: advocates of one territory, accounts, a key, and the events that open cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts import keys
from accounts.models import Account, Person
from accounts.models.keys import Scope
from routing.roster import enroll
from smbcases.lib import bulk


def hire(count: int) -> list[Person]:
    """Advocates of AMER, in its pools."""
    Person.objects.get_or_create(
        email="amer@sales.example",
        defaults={"name": "AMER Sales User", "initials": "SU", "role": "sales_user", "region": "AMER"},
    )
    people = Person.objects.bulk_create(
        Person(
            email=f"advocate{number}@bench.example",
            name=f"Advocate {number}",
            initials="AD",
            role="advocate",
            region="AMER",
            languages=["en"],
        )
        for number in range(count)
    )
    enroll(people)
    return people


def stock(count: int, *, prefix: str = "A") -> list[str]:
    """Accounts of AMER; their external ids."""
    now = timezone.now()
    names = [f"{prefix}{number:06d}" for number in range(count)]
    bulk.insert(Account, [_account(name, now) for name in names])
    return names


def _account(name: str, now: datetime) -> dict[str, Any]:
    empty = dict.fromkeys(
        [field.column for field in Account._meta.concrete_fields if field.get_internal_type() in _TEXTS], ""
    )
    return empty | {
        "external_id": name,
        "name": f"Account {name}",
        "region": "AMER",
        "country": "US",
        "currency": "USD",
        "carr": 5000,
        "lam": 40,
        "segment": "smb",
        "tier": 2,
        "high_value": False,
        "high_value_stopped": False,
        "as_of": now,
    }


_TEXTS = {"CharField"}


def key() -> str:
    """A key that may push events."""
    return keys.create(name="bench", scopes=[Scope.EVENTS_WRITE], acts_for=None, now=timezone.now())[1]


def hand_raise(account: str, *, number: int) -> dict[str, Any]:
    """An event that opens one case on the account."""
    return {
        "specversion": "1.0",
        "id": f"hand-{account}-{number}",
        "source": "/bench",
        "type": "product.hand_raised",
        "time": timezone.now().isoformat(),
        "data": {
            "account": account,
            "message": "We would like forty more seats before the end of the month.",
        },
    }


def in_batches(events: Sequence[dict[str, Any]], *, of: int = 1000) -> list[Sequence[dict[str, Any]]]:
    return [events[start : start + of] for start in range(0, len(events), of)]
