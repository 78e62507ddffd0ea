"""Amounts as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from smbcases.lib.money import money


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (Decimal("11900.00"), "EUR", "€11,900"),
        (Decimal("1234.5"), "USD", "$1,234.50"),
        (90, "CAD", "CAD 90"),
        (0, "GBP", "£0"),
        (Decimal(-3), "USD", "−$3"),
        (Decimal("9999999999.99"), "JPY", "¥9,999,999,999.99"),
    ],
)
def test_writes_amounts_with_their_currency(amount: Decimal | int, currency: str, written: str) -> None:
    assert money(amount, currency) == written
