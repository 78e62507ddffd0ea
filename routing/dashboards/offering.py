"""Routing's dashboards and filters, brought in once the apps are there."""

from __future__ import annotations

from cases.dashboards import registry
from routing.dashboards import filters, queues, team, triggers


def offer() -> None:
    filters.offer()
    for kind in (team.KIND, queues.KIND, triggers.KIND):
        registry.offer(kind)
