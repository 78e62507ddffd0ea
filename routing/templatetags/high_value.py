"""High Value in words, and its part of an account's and a case's page. `{% load high_value %}`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils import timezone

from accounts.access import Act, may
from accounts.models import Account, AccountPlan, Person
from cases.models import Case
from routing.high_value import holding, nominating
from routing.models import Nomination, State
from smbcases import playbook
from smbcases.lib.refusal import Refusal

register = template.Library()
_TONES = {State.PROPOSED: "soon", State.APPROVED: "done", State.DECLINED: "late", State.WITHDRAWN: "plain"}


@register.filter
def criteria_words(keys: Iterable[str]) -> str:
    """The criteria by name; the key itself where the playbook has dropped one."""
    known = playbook.active().high_value.criteria
    return ", ".join(known.get(key, key) for key in keys)


@register.filter
def nomination_tone(nomination: Nomination) -> str:
    return _TONES[State(nomination.state)]


@register.inclusion_tag("routing/high_value/of_account.html")
def high_value_of(account: Account, reader: Person) -> dict[str, Any]:
    """Who looks after the account, what was proposed this year, its plan, and whether the reader may nominate it."""
    now = timezone.now()
    live = Nomination.objects.live().filter(account=account, fiscal_year=holding.fiscal_year(now))
    return {
        "account": account,
        "case": holding.open_case_of(account.pk),
        "nomination": live.select_related("advocate").first(),
        "plan": AccountPlan.objects.filter(account=account).select_related("updated_by").first(),
        "may_nominate": _may_nominate(account, reader),
    }


def _may_nominate(account: Account, reader: Person) -> bool:
    if not may(reader, Act.NOMINATE):
        return False
    try:
        nominating.check_account(account, by=reader, now=timezone.now())
    except Refusal:
        return False
    return True


@register.filter
def offers_nomination(case: Case, reader: Person) -> bool:
    """Whether the case's menu names it: the form itself says why it cannot be, where it cannot."""
    account = case.account
    if account is None or account.high_value_stopped or not playbook.active().high_value.nominations:
        return False
    return may(reader, Act.NOMINATE) and reader.handles_cases and account.segment == "smb"
