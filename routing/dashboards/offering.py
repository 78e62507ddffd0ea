"""Routing's dashboards and filters, brought in once the apps are there."""

from __future__ import annotations

from cases.dashboards import registry
from routing.dashboards import filters, queues, team, triggers
from routing.dashboards.sla import filters as sla_filters
from routing.dashboards.sla import page as sla


def offer() -> None:
    filters.offer()
    sla_filters.offer()
    for kind in (team.KIND, queues.KIND, triggers.KIND, sla.KIND):
        registry.offer(kind)
