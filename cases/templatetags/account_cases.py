"""The cases of an account, on its page. `{% load account_cases %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from accounts.models import Account, Person
from cases import access
from cases.many import bar

register = template.Library()
OPEN_SHOWN = 20
CLOSED_SHOWN = 10


@register.inclusion_tag("cases/of_account.html")
def cases_of(account: Account, reader: Person) -> dict[str, Any]:
    """Open cases, the ones due first in front, then the last closed ones: those that `reader` may see."""
    known = access.visible(reader).filter(account=account).select_related("owner", "account")
    open_cases = list(known.open().order_by("due_at", "id")[: OPEN_SHOWN + 1])
    closed = list(known.closed().order_by("-closed_at", "-id")[: CLOSED_SHOWN + 1])
    return {
        **bar.context(reader, now=timezone.now()),
        "account": account,
        "open_cases": open_cases[:OPEN_SHOWN],
        "closed_cases": closed[:CLOSED_SHOWN],
        "more": len(open_cases) > OPEN_SHOWN or len(closed) > CLOSED_SHOWN,
    }
