"""The High Value Account case of an account: who has it, and since which fiscal year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.db.models import Exists, OuterRef

from cases.models import Case
from cases.models.case import Cases
from smbcases import playbook
from smbcases.playbook.vocabulary import HIGH_VALUE


def open_case_of(account_id: int) -> Case | None:
    """The account's open High Value Account case, with its owner."""
    held = _open().filter(account=account_id)
    return held.select_related("owner").order_by("opened_at", "id").first()


def owned_cases_of(account_ids: Iterable[int]) -> dict[int, Case]:
    """The open High Value Account cases that somebody has, by account."""
    held = _open().filter(account__in=list(account_ids), owner__isnull=False)
    return {case.account_id or 0: case for case in held.order_by("-opened_at", "-id")}


def is_held() -> Exists:
    """Whether somebody has the account of a row: its open High Value Account case."""
    return Exists(_open().filter(account=OuterRef("account"), owner__isnull=False))


def _open() -> Cases:
    return Case.objects.open().filter(case_type=HIGH_VALUE)


def fiscal_year(now: datetime) -> str:
    """The name of the fiscal year in force: FY27. Triggers and nominations live by UTC."""
    return playbook.active().fiscal_year_of(today_of(now)).name


def is_of_this_year(case: Case, *, now: datetime) -> bool:
    """Whether the case was opened in the present fiscal year; an older one is to be renewed."""
    return today_of(case.opened_at) >= playbook.active().fiscal_year_of(today_of(now)).first_on


def today_of(now: datetime) -> date:
    return now.astimezone(UTC).date()
