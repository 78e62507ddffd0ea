"""Amounts with their currency, as people write them."""

from __future__ import annotations

from decimal import Decimal

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
_MINUS = "−"


def money(amount: Decimal | int, currency: str) -> str:
    """`€11,900`, `$1,234.50`, `CAD 90`: whole amounts without decimals, others with two."""
    value = Decimal(amount)
    digits = f"{abs(value):,.0f}" if value == value.to_integral_value() else f"{abs(value):,.2f}"
    sign = _SIGNS.get(currency, f"{currency} ")
    return f"{_MINUS if value < 0 else ''}{sign}{digits}"
