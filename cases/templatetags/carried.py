"""What holds for a case that was opened under another playbook than the active one. `{% load carried %}`."""

from __future__ import annotations

from typing import Any

from django import template

from cases.models import Case
from smbcases import playbook

register = template.Library()


@register.inclusion_tag("cases/case_carried.html")
def rules_that_hold(case: Case) -> dict[str, Any]:
    """The rules of its own playbook, in words, where it is not the active one; else nothing."""
    rules = case.rules
    if rules.key == playbook.active().key or not case.is_open:
        return {"rules": None}
    working = [status.short for status in rules.statuses.values() if status.stage == "in_progress"]
    endings = [status.short for status in rules.statuses.values() if status.stage == "closed"]
    return {"rules": rules, "working": working, "endings": endings, "active": playbook.active()}
