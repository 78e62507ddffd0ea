"""Whose an account is and what it may trigger, at the edges of each line."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from smbcases import playbook

PENNY = Decimal("0.01")
MONEY = some.decimals(min_value=0, max_value=10**7, places=2)


@pytest.mark.parametrize(
    ("carr", "lam", "tier"),
    [
        (Decimal(7000) + PENNY, 0, 1),
        (Decimal(7000), 500, 2),
        (Decimal(1000) + PENNY, 0, 2),
        (Decimal(1000), 11, 2),
        (Decimal(1000), 10, 3),
        (Decimal(0), 0, 3),
        (None, None, 3),
        (None, 11, 2),
    ],
)
def test_the_equal_cases_fall_to_the_lower_tier(carr: Decimal | None, lam: int | None, tier: int) -> None:
    assert playbook.get("fy25").tier(carr, lam) == tier


@given(carr=MONEY, lam=some.integers(0, 10**5))
def test_more_never_lowers_a_tier(carr: Decimal, lam: int) -> None:
    fy25 = playbook.get("fy25")
    assert fy25.tier(carr + 1, lam) <= fy25.tier(carr, lam)
    assert fy25.tier(carr, lam + 1) <= fy25.tier(carr, lam)


@pytest.mark.parametrize(
    ("carr", "employees", "country", "plan", "fy25", "fy26"),
    [
        (30000 - PENNY, 100, "DE", "premium", "smb", "smb"),
        (Decimal(30000), 100, "DE", "premium", "mid_market", "mid_market"),
        (Decimal(1), 101, "DE", "premium", "mid_market", "mid_market"),
        (Decimal(1), 5, "JP", "premium", "mid_market", "mid_market"),
        (Decimal(1), 5, " jp ", "premium", "mid_market", "mid_market"),
        (Decimal(1), 5, "DE", "Ultimate", "mid_market", "smb"),
        (Decimal(1), 2000, "DE", "premium", "enterprise", "enterprise"),
        (Decimal(250000), 5, "JP", None, "enterprise", "enterprise"),
        (None, None, None, None, "smb", "smb"),
    ],
)
def test_segment_by_year(carr: Any, employees: Any, country: Any, plan: Any, fy25: str, fy26: str) -> None:
    assert playbook.get("fy25").segment_of(carr, employees, country, plan) == fy25
    assert playbook.get("fy26").segment_of(carr, employees, country, plan) == fy26


@pytest.mark.parametrize(
    ("tier", "allowed"),
    [
        (1, {"inbound", "churn", "expansion", "urgent_renewal", "high_value"}),
        (2, {"inbound", "churn", "expansion", "urgent_renewal"}),
        (3, {"inbound", "urgent_renewal"}),
    ],
)
def test_what_a_tier_may_trigger_in_fy25(fy25: playbook.Playbook, tier: int, allowed: set[str]) -> None:
    for trigger in fy25.triggers.values():
        by_itself = tier == 2 and trigger.key == "future_high_value_account"
        assert fy25.allows(tier=tier, trigger=trigger) == (trigger.category in allowed or by_itself)


def test_tiers_bind_nothing_in_fy26(fy26: playbook.Playbook) -> None:
    assert all(fy26.allows(tier=3, trigger=trigger) for trigger in fy26.triggers.values())
