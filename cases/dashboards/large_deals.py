"""Large deals: opportunities above the playbook's line, the case that works each, and how those of the period ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import Count, F, Max, Q, QuerySet, Sum, Value

from accounts.models import Activity, Opportunity, Person
from accounts.models.book import CLOSED_STAGES, Stage
from cases.dashboards import large_deal_blocks
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Dashboard, Money
from cases.dashboards.registry import Kind
from cases.models import Case
from smbcases import playbook

KEY = "large-deals"
SHOWN = 100
MOST = 5000  # of each part in a file or by API
PARTS = ("past", "coming", "won", "lost")
"""An opportunity of this page is exactly one of these."""


@dataclass(frozen=True, kw_only=True)
class Deal:
    """An opportunity, the case that works it or did so last, if any, and when its account was last touched."""

    opportunity: Opportunity
    case: Case | None
    touched_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Found:
    """`counts` and `sums` of all; `deals` are the first `SHOWN` of each part, or the first `MOST`."""

    counts: Mapping[str, int]
    sums: Mapping[str, Money]
    deals: Mapping[str, tuple[Deal, ...]]

    @property
    def open(self) -> int:
        return self.counts["past"] + self.counts["coming"]

    @property
    def pipeline(self) -> Money:
        return self.sums["past"] + self.sums["coming"]


def are_large() -> Q:
    """Opportunities from the playbook's amount on, each in its own currency."""
    line = playbook.active().large_deals
    known = [Q(currency=currency, amount__gte=amount) for currency, amount in line.amount_from.items()]
    others = ~Q(currency__in=[*line.amount_from]) & Q(amount__gte=line.elsewhere)
    least = min([line.elsewhere, *line.amount_from.values()])
    return Q(amount__gte=least) & reduce(or_, known, others)  # the first is for the index


def load(asked: Asked) -> Found:
    """A query for what they come to, one for each part that there is, and two for what stands beside them."""
    large = _narrow(Opportunity.objects.filter(are_large()), asked)
    parts = _parts(asked)
    counts, sums = _count(large, parts)
    shown = {
        name: list(_first(large.filter(within), name, most=MOST if asked.whole else SHOWN))
        if counts[name]
        else []
        for name, within in parts.items()
    }
    every = [one for found in shown.values() for one in found]
    cases, touches = _load_cases(every), _load_touches(every)
    return Found(
        counts=counts,
        sums=sums,
        deals={
            name: tuple(
                Deal(opportunity=one, case=cases.get(one.pk), touched_at=touches.get(one.account_id))
                for one in found
            )
            for name, found in shown.items()
        },
    )


def _narrow(deals: QuerySet[Opportunity], asked: Asked) -> QuerySet[Opportunity]:
    """By the account's region; by who and what through the cases that work them."""
    territory = playbook.active().territories.get(asked.territory)
    if territory is not None:
        deals = deals.filter(account__region__in=territory.regions)
    if asked.region:
        deals = deals.filter(account__region=asked.region)
    if asked.owner or asked.team or asked.category or asked.case_type:
        everywhere = replace(asked, territory="", region="")
        cases = everywhere.narrow(Case.objects.filter(opportunity__isnull=False))
        deals = deals.filter(pk__in=cases.values("opportunity"))
    return deals


def _parts(asked: Asked) -> dict[str, Q]:
    """Open ones by their close date; closed ones of the period by how they ended."""
    is_open = ~Q(stage__in=CLOSED_STAGES)
    span = Q(close_on__range=(asked.period.span.first_on, asked.period.span.last_on))
    return {
        "past": is_open & Q(close_on__lt=asked.today),
        "coming": is_open & (Q(close_on__gte=asked.today) | Q(close_on__isnull=True)),
        "won": Q(stage=Stage.CLOSED_WON) & span,
        "lost": Q(stage=Stage.CLOSED_LOST) & span,
    }


def _count(large: QuerySet[Opportunity], parts: Mapping[str, Q]) -> tuple[dict[str, int], dict[str, Money]]:
    """How many of each part, and their amounts by currency: one query."""
    numbers = {f"{name}_count": Count(Value(1), filter=within) for name, within in parts.items()}
    amounts = {f"{name}_sum": Sum("amount", filter=within) for name, within in parts.items()}
    rows = list(
        large.filter(reduce(or_, parts.values())).values("currency").annotate(**numbers, **amounts).order_by()
    )
    counts = {name: sum(row[f"{name}_count"] for row in rows) for name in parts}
    sums = {
        name: Money.of({row["currency"]: row[f"{name}_sum"] or Decimal(0) for row in rows}) for name in parts
    }
    return counts, sums


def _first(deals: QuerySet[Opportunity], part: str, *, most: int) -> QuerySet[Opportunity]:
    """Open ones that close first, closed ones that closed last."""
    order = "close_on" if part in {"past", "coming"} else "-close_on"
    return deals.select_related("account").order_by(order, "-amount", "id")[:most]


def _load_cases(deals: Sequence[Opportunity]) -> dict[int, Case]:
    """The open case of each, the one opened last; of a deal that is closed, else the case that was closed last."""
    keys = [one.pk for one in deals]
    done = [one.pk for one in deals if one.stage in CLOSED_STAGES]
    which = Q(opportunity__in=keys, closed_at__isnull=True) | Q(opportunity__in=done, closed_at__isnull=False)
    of_deals = Case.objects.filter(which).select_related("owner")
    found = of_deals.order_by(F("closed_at").asc(nulls_last=True), "opened_at", "id")
    return {case.opportunity_id: case for case in found if case.opportunity_id}


def _load_touches(deals: Iterable[Opportunity]) -> dict[int, datetime]:
    of_accounts = Activity.objects.filter(account__in={one.account_id for one in deals})
    return dict(of_accounts.values_list("account").annotate(last=Max("happened_at")).order_by())


def show(asked: Asked, _reader: Person, _now: datetime) -> Dashboard:
    found = load(asked)
    return Dashboard(
        key=KEY,
        name="Large deals",
        answer=large_deal_blocks.answer(found),
        figures=large_deal_blocks.figures(found),
        tables=(
            large_deal_blocks.of_currencies(found, playbook.active().large_deals),
            *(
                large_deal_blocks.table(part, found, asked)
                for part in PARTS
                if found.counts[part] or part == "coming"
            ),
        ),
    )


KIND = Kind(
    key=KEY,
    name="Large deals",
    load=show,
    about="Open opportunities above the line, which of them are past their close date, and what was won and lost.",
    icon="banknotes",
    place=50,
)
