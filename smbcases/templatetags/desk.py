"""Filters that turn what a page holds into what it says. `{% load desk %}`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone

from cases import badges
from cases.badges import Age, Badge, Due
from cases.models import Case
from smbcases.lib import spans

register = template.Library()
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


@register.filter
def status_of(case: Case) -> Badge:
    return badges.status(case)


@register.filter
def priority_of(case: Case) -> Badge:
    return badges.priority(case)


@register.filter
def due_of(case: Case) -> Due:
    return badges.due(case, now=timezone.now())


@register.filter
def age_of(case: Case) -> Age:
    return badges.age(case, now=timezone.now())


@register.filter
def category_of(case: Case) -> str:
    return case.rules.categories[case.category].short


@register.filter
def type_of(case: Case) -> str:
    """The case type's name; its key where the playbook has dropped it."""
    spec = case.rules.triggers.get(case.case_type)
    return spec.name if spec else case.case_type.replace("_", " ")


@register.filter
def ago(at: datetime | date | None) -> str:
    """`12 m ago`, `in 3 h`, `18 Nov`: near things by distance, far ones by date."""
    if at is None:
        return "—"
    now = timezone.now()
    if not isinstance(at, datetime):
        return spans.day_in_words(at, today=timezone.localdate(now))
    apart = now - at
    if abs(apart.days) > 1:
        return spans.day_in_words(timezone.localdate(at), today=timezone.localdate(now))
    return f"{spans.in_words(apart)} ago" if at <= now else f"in {spans.in_words(-apart)}"


@register.filter
def exactly(at: datetime | date | None) -> str:
    """`Sat 21 Nov 2026, 09:14:03 CET`, in the reader's zone."""
    if at is None:
        return ""
    if not isinstance(at, datetime):
        return f"{at:%a} {at.day} {at:%b %Y}"
    local = timezone.localtime(at)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M:%S %Z}"


@register.filter
def money(amount: Decimal | int | None, currency: str = "USD") -> str:
    """`$11,900`, with cents only where there are some; `—` for an unknown amount."""
    if amount is None:
        return "—"
    digits = 0 if amount == int(amount) else 2
    sign = SIGNS.get(currency, f"{currency} ")
    return f"{'−' if amount < 0 else ''}{sign}{abs(amount):,.{digits}f}"


@register.filter
def capped(count: int, most: int = 999) -> str:
    """A count as far as it was counted: `999+`."""
    return f"{most}+" if count > most else str(count)


@register.filter
def fullness(value: int, of: int) -> str:
    """The tone of a meter: soon from 90 %, late when nothing is left."""
    if value >= of:
        return "late"
    return "soon" if value * 10 >= of * 9 else "plain"
