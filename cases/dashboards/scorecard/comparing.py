"""People's figures put together: the middle one of them, and so much a head. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from statistics import median_low

from cases.dashboards.blocks import Money, Share, Value


def middle(values: Sequence[Value]) -> Value:
    """The median of people's values, the lower one of two; of shares that of their percents. Unknown ones stand out;
    money of several currencies has no middle."""
    shares = [one.percent for one in values if isinstance(one, Share) and one.percent is not None]
    if shares:
        return median_low(shares)
    if any(isinstance(one, Money) for one in values):
        return _middle_money([one for one in values if isinstance(one, Money)])
    spans = [one for one in values if isinstance(one, timedelta)]
    if spans:
        return median_low(spans)
    counts = [one for one in values if isinstance(one, int)]
    return median_low(counts) if counts else None


def _middle_money(values: Sequence[Money]) -> Money | None:
    currencies = {currency for one in values for currency, _ in one.amounts}
    if len(currencies) > 1:
        return None
    amounts = sorted(one.amounts[0][1] if one.amounts else Decimal(0) for one in values)
    return Money.of({currency: median_low(amounts) for currency in currencies})


def by_head(values: Sequence[Value]) -> Value:
    shares = [one for one in values if isinstance(one, Share)]
    if shares:
        return sum(shares, Share(0, 0))
    if any(isinstance(one, Money) for one in values):
        total = sum((one for one in values if isinstance(one, Money)), Money())
        each = {currency: round(amount / len(values)) for currency, amount in total.amounts}
        return Money.of({currency: Decimal(amount) for currency, amount in each.items()})
    counts = [one for one in values if isinstance(one, int)]
    return (Decimal(sum(counts)) / len(counts)).quantize(Decimal("0.1")) if counts else None
