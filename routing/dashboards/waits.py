"""What waits, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Cell, Column, Table
from cases.models import Case
from routing.dashboards import links
from routing.models import WaitingReason


@dataclass(frozen=True, kw_only=True)
class Wait:
    """`reason` is empty where no drain has looked at them yet."""

    reason: str
    number: int
    oldest_at: datetime

    @property
    def words(self) -> str:
        return WaitingReason(self.reason).label if self.reason else "Routing looks at them in a moment"


def load(asked: Asked) -> tuple[Wait, ...]:
    """Most first; one query."""
    rows = (
        asked.narrow(Case.objects.waiting())
        .values_list("waiting__reason")
        .annotate(count=Count("*"), oldest_at=Min("queued_at"))
        .order_by("-count", "waiting__reason")
    )
    return tuple(Wait(reason=reason or "", number=number, oldest_at=at) for reason, number, at in rows)


def table(found: tuple[Wait, ...], asked: Asked) -> Table:
    return Table(
        key="waits",
        name="Why cases wait",
        columns=(
            Column("reason", "Reason", "text"),
            Column("number", "Cases"),
            Column("oldest", "Longest", "duration", "Since it began to wait", drawn=False),
        ),
        rows=tuple(
            (
                Cell(wait.words),
                Cell(wait.number, url=links.waiting(asked, waits_for=wait.reason or "unseen")),
                Cell(asked.now - wait.oldest_at),
            )
            for wait in found
        ),
        empty="Nothing waits: each case was placed as it came.",
    )
