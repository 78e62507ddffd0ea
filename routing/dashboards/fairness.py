"""Whether turns were dealt out fairly: what each advocate had, beside what was due to them. Pure.

Due is a share of the turns of each part of the period, by weight and by the working days that somebody was there.
Who is full, or does not speak a language that is asked for, is passed over by rule: a difference is a fact, no
fault.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

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

    def is_there(self, day: date) -> bool:
        return self.joined_on <= day and not any(first <= day <= last for first, last in self.away)


@dataclass(frozen=True, kw_only=True)
class Share:
    """`there` of `days` working days; `had` turns where `due` were due."""

    taker: Taker
    there: int
    days: int
    had: int
    due: Decimal

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
    due = dict.fromkeys((taker.id for taker in takers), Fraction(0))
    for place, span in enumerate(spans):
        given = sum(turns.get((place, taker.id), 0) for taker in takers)
        for taker_id, part in _parts(takers, span).items():
            due[taker_id] += given * part
    counted = [day for span in spans for day in working_days(span)]
    return tuple(
        Share(
            taker=taker,
            there=sum(taker.is_there(day) for day in counted),
            days=len(counted),
            had=sum(turns.get((place, taker.id), 0) for place in range(len(spans))),
            due=_rounded(due[taker.id]),
        )
        for taker in sorted(takers, key=lambda one: (one.name, one.id))
    )


def _parts(takers: Sequence[Taker], span: Span) -> dict[int, Fraction]:
    """Each one's part of the turns in this span; all have the same where nobody was there."""
    days = working_days(span)
    held = {taker.id: taker.weight * sum(taker.is_there(day) for day in days) for taker in takers}
    whole = sum(held.values())
    if not whole:
        return {taker.id: Fraction(1, len(takers)) for taker in takers}
    return {taker_id: Fraction(one, whole) for taker_id, one in held.items()}


def working_days(span: Span) -> tuple[date, ...]:
    """Monday to Friday; of a span that has none, its days as they are."""
    days = tuple(span.first_on + timedelta(days=n) for n in range(span.days))
    return tuple(day for day in days if day.weekday() < SATURDAY) or days


def spread(shares: Sequence[Share]) -> Decimal | None:
    """How far the one who is farthest from their due share is from it, in turns; None of nobody."""
    return max((abs(share.apart) for share in shares), default=None)


def _rounded(exact: Fraction) -> Decimal:
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(TENTH, ROUND_HALF_UP)
