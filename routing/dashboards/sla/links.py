"""From each figure of the SLA dashboard to its list."""

from __future__ import annotations

from datetime import datetime

from cases.dashboards.asked import Asked
from cases.dashboards.drilling import cases_url, spelt
from routing.dashboards.sla.causes import Cause
from routing.dashboards.sla.standards import Clock


def ended(
    asked: Asked,
    clock: Clock,
    how: str | Cause,
    start: datetime | None = None,
    end: datetime | None = None,
    **more: object,
) -> str:
    """Cases that kept or broke the clock in the period: `how` is kept, broken, close, or a cause."""
    by = clock.spec.instants
    span = {f"{by}_from": start or asked.start, f"{by}_before": end or asked.end}
    found_by = {"tab": "closed"} if by == "closed" else {"sort": "picked"}
    return cases_url(asked, sla=f"{clock}.{how}", **found_by, **span, **more)


def now(asked: Asked, name: str) -> str:
    return cases_url(asked, tab="open", sla=name)


def questions(asked: Asked, how: str) -> str:
    span = "/".join(spelt(one) for one in (asked.start, asked.end))
    return cases_url(asked, answered_in=f"{how}/{span}")
