"""The figures and tables of Large deals."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.models.book import Risk, Stage
from cases import next_steps
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Answer, Cell, Column, Figure, Money, Table, Tone

if TYPE_CHECKING:
    from cases.dashboards.large_deals import Deal, Found
    from smbcases.playbook.sections import LargeDeals

NAMES = {
    "past": "Open, past their close date",
    "coming": "Open, still to close",
    "won": "Closed won in the period",
    "lost": "Closed lost in the period",
}
NOTHING = {
    "past": "No open deal is past its close date.",
    "coming": "No large deal is open.",
    "won": "No large deal was won in this period.",
    "lost": "No large deal was lost in this period.",
}
RISKY: dict[str, Tone] = {Risk.HIGH: "soon", Risk.WILL_CHURN: "late"}
OPEN = ("past", "coming")


def answer(found: Found) -> Answer:
    """How many are open; whether some of them are late."""
    if not found.open:
        return Answer(words="No large deal is open.")
    noun = "large deal is" if found.open == 1 else "large deals are"
    past = found.counts["past"]
    late = f", {past:,} of them past {'its' if found.open == 1 else 'their'} close date" if past else ""
    return Answer(
        words=f"{found.open:,} {noun} open{late}.",
        tone="soon" if past else "plain",
        icon="exclamation-triangle" if past else "banknotes",
    )


def figures(found: Found) -> tuple[Figure, ...]:
    return tuple(
        Figure(
            key=part,
            name=NAMES[part],
            value=found.counts[part],
            url=f"#{part}" if found.counts[part] else "",
            tone="late" if part == "past" and found.counts[part] else "",
        )
        for part in NAMES
    )


def of_currencies(found: Found, line: LargeDeals) -> Table:
    """Amounts are not added up across currencies: each has a row."""
    sums = {part: dict(found.sums[part].amounts) for part in NAMES}
    worth: dict[str, Decimal] = {}
    for amounts in sums.values():
        for currency, amount in amounts.items():
            worth[currency] = worth.get(currency, Decimal(0)) + amount
    return Table(
        key="amounts",
        name="What they come to",
        columns=(
            Column("currency", "Currency", "text"),
            Column("pipeline", "Open in all", "money"),
            *(Column(part, name, "money", drawn=False) for part, name in NAMES.items()),
            Column("large_from", "Large from", "money", drawn=False),
        ),
        rows=tuple(
            (
                Cell(currency),
                _money(currency, sum((sums[part].get(currency, Decimal(0)) for part in OPEN), Decimal(0))),
                *(_money(currency, sums[part].get(currency, Decimal(0))) for part in NAMES),
                _money(currency, line.amount_from.get(currency, line.elsewhere)),
            )
            for currency in sorted(worth, key=lambda one: (-worth[one], one))
        ),
        empty="There is no large deal.",
        note="The playbook draws the line, for each currency its own.",
    )


def _money(currency: str, amount: Decimal) -> Cell:
    return Cell(Money(((currency, amount),)) if amount else None)


def table(part: str, found: Found, asked: Asked) -> Table:
    deals, count = found.deals[part], found.counts[part]
    is_open = part in OPEN
    return Table(
        key=part,
        name=NAMES[part],
        columns=(
            Column("deal", "Deal", "text"),
            *([Column("stage", "Stage", "text")] if is_open else []),
            Column("amount", "Amount", "money"),
            Column("close_on", "Closes" if is_open else "Closed", "day"),
            *([Column("risk", "Risk", "text")] if is_open else [Column("reason", "Because", "text")]),
            Column("case", "Case", "text"),
            Column("advocate", "Advocate", "text"),
            *([Column("next", "Next step", "text")] if is_open else []),
            Column("touched", "Last touch", "day"),
        ),
        rows=tuple(_row(deal, asked, is_open=is_open) for deal in deals),
        empty=NOTHING[part],
        note=_cut(len(deals), count, asked),
    )


def _cut(shown: int, count: int, asked: Asked) -> str:
    if count <= shown:
        return ""
    return f"The first {shown:,} of {count:,}, by close date.{'' if asked.whole else ' The file has more.'}"


def _row(deal: Deal, asked: Asked, *, is_open: bool) -> tuple[Cell, ...]:
    one, case = deal.opportunity, deal.case
    account = reverse("account", args=[one.account_id])
    at = reverse("case", args=[case.pk]) if case else ""
    is_late = is_open and one.close_on is not None and one.close_on < asked.today
    return (
        Cell(one.name, url=at or account, hint="" if one.account.name in one.name else one.account.name),
        *([Cell(Stage(one.stage).label)] if is_open else []),
        Cell(Money(((one.currency, one.amount),))),
        Cell(one.close_on, tone="late" if is_late else ""),
        *([_risk(one.risk)] if is_open else [Cell(one.lost_reason or "—")]),
        Cell(case.number if case else "—", url=at),
        Cell(case.owner.name if case and case.owner else "—"),
        *([Cell(next_steps.strip(case.next_steps) if case and case.next_steps else "—")] if is_open else []),
        Cell(deal.touched_at.astimezone(asked.zone).date() if deal.touched_at else None),
    )


def _risk(risk: str) -> Cell:
    return Cell(Risk(risk).label if risk else "—", tone=RISKY.get(risk, ""))
