"""Whether turns were dealt out fairly: what each advocate had, beside what was due to them. Pure.

Due is a share of the turns of each part of the period, by weight and by the working days that somebody was there.
Who is full, or does not speak a language that is asked for, is passed over by rule: a difference is a fact, no
fault.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from cases.dashboards import blocks
from cases.dashboards.periods import Span

SATURDAY = 5
TENTH = Decimal("0.1")


@dataclass(frozen=True, kw_only=True)
class Taker:
    """Somebody in the rotation. `away`: first and last days of absences, both inside."""

    id: int
    name: str
    weight: int
    joined_on: date
    away: tuple[tuple[date, date], ...] = ()

    def days_there(self, days: Sequence[date]) -> int:
        """On how many of the days, in order, they were there."""
        away = [(first, last) for first, last in self.away if first <= days[-1] and last >= days[0]]
        if not away:
            return len(days) - bisect_left(days, self.joined_on)
        gone = set(days[: bisect_left(days, self.joined_on)])
        for first, last in away:
            gone.update(days[bisect_left(days, first) : bisect_right(days, last)])
        return len(days) - len(gone)


@dataclass(frozen=True, kw_only=True)
class Share:
    """`there` of `days` working days; `had` turns where `due` were due. `is_of_several`: of one of the pools that
    they are in."""

    taker: Taker
    there: int
    days: int
    had: int
    due: Decimal
    is_of_several: bool = False

    @property
    def apart(self) -> Decimal:
        return self.had - self.due

    @property
    def there_of(self) -> blocks.Share:
        return blocks.Share(self.there, self.days)


def deal(
    takers: Sequence[Taker], *, spans: Sequence[Span], turns: Mapping[tuple[int, int], int]
) -> tuple[Share, ...]:
    """The share of each, by name. `turns` counts by place in `spans` and by person."""
    ids = [taker.id for taker in takers]
    due, had, there = dict.fromkeys(ids, Decimal(0)), Counter[int](), Counter[int]()
    days = [working_days(span) for span in spans]
    for place, dates in enumerate(days):
        here = {taker.id: taker.days_there(dates) for taker in takers}
        given = sum(turns.get((place, one), 0) for one in ids)
        for one, part in _parts(takers, here, of=given).items():
            there[one] += here[one]
            had[one] += turns.get((place, one), 0)
            due[one] += part
    return tuple(
        Share(
            taker=taker,
            there=there[taker.id],
            days=sum(len(dates) for dates in days),
            had=had[taker.id],
            due=due[taker.id].quantize(TENTH, ROUND_HALF_UP),
        )
        for taker in sorted(takers, key=lambda one: (one.name, one.id))
    )


def _parts(takers: Sequence[Taker], here: Mapping[int, int], *, of: int) -> dict[int, Decimal]:
    """Each one's part `of` so many turns where they were there on so many days; the same for all where nobody was."""
    held = {taker.id: taker.weight * here[taker.id] for taker in takers}
    whole = sum(held.values())
    if not whole:
        return {one: of * (Decimal(1) / len(held)) for one in held}
    parts = {number: of * (Decimal(number) / whole) for number in set(held.values())}  # most have the same
    return {one: parts[number] for one, number in held.items()}


def working_days(span: Span) -> tuple[date, ...]:
    """Monday to Friday; of a span that has none, its days as they are."""
    days = tuple(span.first_on + timedelta(days=n) for n in range(span.days))
    return tuple(day for day in days if day.weekday() < SATURDAY) or days


def spread(shares: Sequence[Share]) -> Decimal | None:
    """How far the one who is farthest from their due share is from it, in turns; None of nobody."""
    return max((abs(share.apart) for share in shares), default=None)
