"""What the book holds of the records and people that events name.

Loaded for a set of events, and never kept longer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.desk_changes import Changes
from accounts.models import Account, Activity, Contact, Lead, Opportunity, Person, Role, Subscription

MODELS: Mapping[str, type[models.Model]] = {
    "account": Account,
    "contact": Contact,
    "lead": Lead,
    "opportunity": Opportunity,
    "subscription": Subscription,
    "activity": Activity,
}
"""In the order of dependency: a record refers to those before it."""

_ACCOUNT_OF = {"account": F("id"), "lead": F("matched_account_id")}
_STANDING = ("region", "segment", "tier", "outgrew_on")


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A record as it is held; the last four of an account only."""

    id: int
    as_of: datetime
    account_id: int | None
    changed_here: Changes = field(default_factory=dict)
    region: str = ""
    segment: str = ""
    tier: int = 0
    outgrew_on: date | None = None


@dataclass(frozen=True)
class Known:
    """Records by kind and external id."""

    held: dict[str, dict[str, Held]] = field(default_factory=lambda: defaultdict(dict))

    def load(self, kind: str, external_ids: Iterable[str]) -> None:
        """Read what the book holds now of these records; one query, or none where nothing is asked."""
        asked = set(external_ids)
        if not asked:
            return
        facts = _STANDING if kind == "account" else ()
        rows = MODELS[kind]._default_manager.filter(external_id__in=asked)
        of_account = _ACCOUNT_OF.get(kind, F("account_id"))
        columns = ("external_id", "id", "as_of", of_account, "changed_here", *facts)
        for external_id, *values in rows.values_list(*columns):
            self.held[kind][external_id] = _held(values)

    def load_missing(self, kind: str, external_ids: Iterable[str]) -> None:
        self.load(kind, set(external_ids) - self.held[kind].keys())

    def get(self, kind: str, external_id: str | None) -> Held | None:
        return self.held[kind].get(external_id) if external_id else None

    def id_of(self, kind: str, external_id: str | None) -> int | None:
        held = self.get(kind, external_id)
        return held.id if held else None


def _held(values: Sequence[Any]) -> Held:
    names = ("id", "as_of", "account_id", "changed_here", *_STANDING)
    return Held(**dict(zip(names, values, strict=False)))


@dataclass(frozen=True)
class People:
    """People by external id and by e-mail address in lower case, and each region's Sales User."""

    by_name: Mapping[str, int] = field(default_factory=dict)
    sales_users: Mapping[str, int] = field(default_factory=dict)

    def named(self, name: str) -> int | None:
        return self.by_name.get(name) or self.by_name.get(name.lower())


def load_people(names: Iterable[str]) -> People:
    """The people of these external ids or addresses, and the Sales Users, in one query."""
    asked = set(names)
    people = Person.objects.annotate(address=Lower("email")).filter(
        Q(role=Role.SALES_USER) | Q(external_id__in=asked) | Q(address__in={name.lower() for name in asked})
    )
    by_name: dict[str, int] = {}
    sales_users: dict[str, int] = {}
    for pk, external_id, address, role, region in people.values_list(
        "id", "external_id", "address", "role", "region"
    ):
        by_name |= {name: pk for name in (address, external_id) if name}
        if role == Role.SALES_USER:
            sales_users[region] = pk
    return People(by_name=by_name, sales_users=sales_users)
