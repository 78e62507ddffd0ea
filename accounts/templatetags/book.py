"""The book in words. `{% load book %}`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template

from accounts import standing
from accounts.models import Account, Event
from smbcases import playbook

register = template.Library()

_LIKELY = {
    1: "very unlikely",
    2: "unlikely",
    3: "possible",
    4: "likely",
    5: "very likely",
}


@register.filter
def stars(count: int | None) -> str:
    """`4 of 5, likely`; where there is no score, that."""
    return f"{count} of 5, {_LIKELY[count]}" if count in _LIKELY else "No score"


@register.filter
def high_value(account: Account) -> str:
    if account.high_value_stopped:
        return "Stopped: no High Value case is opened any more"
    return "High Value Account" if account.high_value else "No"


@register.filter
def opened(event: Event) -> list[Any]:
    """The looks of triggers at this event that opened a case."""
    return [look for look in _looks(event) if look.verdict == "opened"]


@register.filter
def passed(event: Event) -> list[Any]:
    """The looks at this event that came to nothing, each with its reason."""
    return [look for look in _looks(event) if look.verdict != "opened"]


@register.filter
def moves_on(outgrew_on: date) -> date:
    """When an account that outgrew SMB on that day moves."""
    return standing.moves_on(outgrew_on, rules=playbook.active())


@register.filter
def named(names: Mapping[int, str], pk: int) -> str:
    """The name of somebody, out of those that the page has."""
    return names.get(pk, "somebody")


def _looks(event: Event) -> list[Any]:
    looks: Any = event.evaluations
    return list(looks.all())
