"""The check-ins of a High Value Account's fiscal year, each with what came of it: planned, due, not needed, skipped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Activity
from cases.models import Case
from routing.high_value import check_ins, holding
from routing.high_value.check_ins import CheckIn
from smbcases import playbook
from smbcases.playbook.vocabulary import HIGH_VALUE, HIGH_VALUE_CHECK_IN


@dataclass(frozen=True, kw_only=True)
class Told:
    """A check-in and its `state`: planned, due, opened (its case), done (touched on `touched_on`), or skipped."""

    check_in: CheckIn
    state: str
    touched_on: date | None = None
    case: Case | None = None


def of_case(case: Case, *, now: datetime) -> list[Told]:
    """The check-ins of the account of a High Value case in this fiscal year."""
    today, rules = holding.today_of(now), playbook.active()
    planned = check_ins.planned(opened_on=holding.today_of(case.opened_at), today=today, rules=rules)
    touches = _load_touches(case, since=rules.fiscal_year_of(today).first_on)
    opened = Case.objects.filter(account=case.account_id, case_type=HIGH_VALUE_CHECK_IN).order_by("id")
    by_day = {holding.today_of(one.opened_at): one for one in opened}
    return [_told(one, touches=touches, opened=by_day, today=today) for one in planned]


def _load_touches(case: Case, *, since: date) -> list[date]:
    activities = Activity.objects.filter(account=case.account_id, happened_at__date__gte=since)
    cases = Case.objects.filter(account=case.account_id, opened_at__date__gte=since)
    others = cases.exclude(case_type__in=[HIGH_VALUE, HIGH_VALUE_CHECK_IN])
    moments = [
        *activities.values_list("happened_at", flat=True),
        *others.values_list("opened_at", flat=True),
    ]
    return sorted(map(holding.today_of, moments))


def _told(one: CheckIn, *, touches: list[date], opened: dict[date, Case], today: date) -> Told:
    first, last, _ = one.quarter
    case = next((case for day, case in opened.items() if one.on <= day <= last), None)
    if case is not None:
        return Told(check_in=one, state="opened", case=case)
    if today < one.on:
        return Told(check_in=one, state="planned")
    touched_on = next((day for day in touches if first <= day <= last), None)
    if touched_on is not None:
        return Told(check_in=one, state="done", touched_on=touched_on)
    return Told(check_in=one, state="due" if today <= last else "skipped")
