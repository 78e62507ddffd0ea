"""The High Value Account case of an account: who has it, and since which fiscal year."""

from __future__ import annotations

from datetime import UTC, date, datetime

from cases.models import Case
from routing.sticky import HIGH_VALUE
from smbcases import playbook


def open_case_of(account_id: int) -> Case | None:
    """The account's open High Value Account case, with its owner."""
    held = Case.objects.open().filter(case_type=HIGH_VALUE, account=account_id)
    return held.select_related("owner").order_by("opened_at", "id").first()


def fiscal_year(now: datetime) -> str:
    """The name of the fiscal year in force: FY27. Triggers and nominations live by UTC."""
    return playbook.active().fiscal_year_of(today_of(now)).name


def is_of_this_year(case: Case, *, now: datetime) -> bool:
    """Whether the case was opened in the present fiscal year; an older one is to be renewed."""
    return today_of(case.opened_at) >= playbook.active().fiscal_year_of(today_of(now)).first_on


def today_of(now: datetime) -> date:
    return now.astimezone(UTC).date()
