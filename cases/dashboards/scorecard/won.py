"""What the opportunities of closed cases brought; one that several cases lead to counts for the case closed last.

Counted tier by tier as all that is settled. An opportunity of cases in several tiers counts for the latest: what it had
brought before is taken off again.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F

from cases.counted_filters import WON
from cases.dashboards import sets, settled
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Money
from cases.dashboards.sets import Grouping, Rows
from cases.models.case import Cases

_BY = ("owner_id", "was", "currency", "opportunity_id", "amount")
_FIGURES = {"many": "count(*)", "last": "max(closed_at)"}
_CENTS = 100

Whose = tuple[int, bool, str]
"""The owner of a case, whether it was closed before the period, and the currency."""


@dataclass(frozen=True)
class Won:
    """What was won, and how many cases led to it."""

    amount: Money = field(default_factory=Money)
    cases: int = 0


@dataclass(frozen=True)
class Part:
    """Cases and cents by whose they are; and each opportunity, as `_name` has it, with whom it counts for (its
    place in `names`) and its cents. Kept as it is: `settled.FORM` rises with a change of its fields."""

    cases: Mapping[Whose, int]
    cents: Mapping[Whose, int]
    names: Sequence[Whose]
    deals: Sequence[int]
    whose: Sequence[int]
    each: Sequence[int]

    def find(self, deal: int) -> tuple[Whose, int] | None:
        place = bisect_left(self.deals, deal)
        is_there = place < len(self.deals) and self.deals[place] == deal
        return (self.names[self.whose[place]], self.each[place]) if is_there else None


def load(
    asked: Asked, closed: Cases, was: Any, *, by: Sequence[Grouping]
) -> dict[Grouping, dict[tuple[Any, ...], Won]]:
    """What `closed` cases won, by groupings of `owner_id` and `was`: whether it was before the period."""
    rows = closed.filter(WON).values(
        "owner_id",
        "opportunity_id",
        "closed_at",
        was=was,
        currency=F("opportunity__currency"),
        amount=F("opportunity__amount"),
    )
    parts = settled.each(asked, rows, _count, what=("won",), follows_deals=True)
    cases: defaultdict[Whose, int] = defaultdict(int)
    cents: defaultdict[Whose, int] = defaultdict(int)
    for place, part in enumerate(parts):
        for whose, many in part.cases.items():
            cases[whose] += many
            cents[whose] += part.cents.get(whose, 0)
        for whose, amount in _counted_before(part, parts[:place]):
            cents[whose] -= amount
    return {grouping: _grouped(cases, cents, grouping) for grouping in by}


def _counted_before(part: Part, earlier: Sequence[Part]) -> Iterator[tuple[Whose, int]]:
    """What opportunities of the part had brought in the latest earlier part that has them."""
    for deal in part.deals if earlier else ():
        found = next((known for one in reversed(earlier) if (known := one.find(deal))), None)
        if found:
            yield found


def _count(rows: Rows) -> Part:
    counted = sets.tally([rows], by=[_BY], figures=_FIGURES)[_BY]
    cases: defaultdict[Whose, int] = defaultdict(int)
    last: dict[int, tuple[datetime, Whose, int]] = {}
    for (owner, was, currency, deal, amount), row in counted.items():
        whose, name = (owner, was, currency), _name(deal, was=was)
        cases[whose] += row["many"]
        one = row["last"], whose, int(amount * _CENTS)
        last[name] = max(last.get(name, one), one)
    cents: defaultdict[Whose, int] = defaultdict(int)
    for _, whose, amount in last.values():
        cents[whose] += amount
    deals, names = sorted(last), sorted(cents)
    places = {whose: place for place, whose in enumerate(names)}
    return Part(
        cases=dict(cases),
        cents=dict(cents),
        names=names,
        deals=array("q", deals),
        whose=array("l", [places[last[deal][1]] for deal in deals]),
        each=array("q", [last[deal][2] for deal in deals]),
    )


def _name(deal: int, *, was: bool) -> int:
    """It counts once for the period and once for the one before."""
    return 2 * deal + was


def _grouped(
    cases: Mapping[Whose, int], cents: Mapping[Whose, int], grouping: Grouping
) -> dict[tuple[Any, ...], Won]:
    found: dict[tuple[Any, ...], Won] = {}
    for (owner, was, currency), many in cases.items():
        named = {"owner_id": owner, "was": was}
        group = tuple(named[column] for column in grouping)
        amount = Money.of({currency: Decimal(cents[owner, was, currency]) / _CENTS})
        so_far = found.get(group, Won())
        found[group] = Won(so_far.amount + amount, so_far.cases + many)
    return found
