"""What closing many cases did beside them, taken back: the opportunities that it closed, the High Value cases that it
stopped. The cases themselves are open again by then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts import desk_changes, opportunities
from accounts.models import Opportunity
from cases import concluding
from cases.many import snapshots
from cases.models import Case

Beside = Mapping[int, dict[str, Any]]
"""By case id, as `concluding.Close` notes it."""


def take_back(beside: Beside, now: datetime) -> dict[int, str]:
    """Make each opportunity as it was, unless somebody changed it since; answer, by case, what stays closed."""
    _lift_stops(pk for pk, noted in beside.items() if noted.get("stopped"))
    closed = {pk: noted["opportunity"] for pk, noted in beside.items() if "opportunity" in noted}
    deals = opportunities.lock_many(noted["id"] for noted in closed.values())
    relied_on = _load_relied_on(deals, since=min((noted["at"] for noted in closed.values()), default=now))
    free, stays = [], {}
    for pk, noted in closed.items():
        deal = deals.get(noted["id"])
        why = _why_not(deal, noted, relied_on=relied_on)
        if deal is None or why:
            stays[pk] = why
            continue
        for name, value in snapshots.restored(noted["before"], Opportunity).items():
            setattr(deal, name, value)
        free.append(deal)
    names = {name for noted in closed.values() for name in noted["before"]}
    desk_changes.write_many(free, names=sorted(names), now=now)
    return stays


def _why_not(deal: Opportunity | None, noted: Mapping[str, Any], *, relied_on: Mapping[int, Case]) -> str:
    """A sentence for an opportunity that stays as it is now; empty for one that goes back."""
    if deal is None:
        return "Its opportunity is not there any more."
    state = deal.get_stage_display()
    after = snapshots.restored(noted["after"], Opportunity)
    if any(getattr(deal, name) != value for name, value in after.items()):
        return f"Its opportunity {deal.name} was changed since, so that stays as it is now: {state}."
    if deal.pk in relied_on:
        number = relied_on[deal.pk].number
        return f"Its opportunity {deal.name} stays {state}: {number}, which is closed, is about it too."
    return ""


def _load_relied_on(deals: Mapping[int, Opportunity], *, since: datetime) -> dict[int, Case]:
    """By opportunity, a case that was closed then or later and is so still: it may have needed it to be closed."""
    closed = Case.objects.closed().filter(opportunity__in=deals, closed_at__gte=since)
    return {case.opportunity_id or 0: case for case in closed.order_by("closed_at", "id")}


def _lift_stops(case_ids: Iterable[int]) -> None:
    ids = list(case_ids)
    if ids:
        concluding.lift_stops(list(Case.objects.filter(pk__in=ids)))
