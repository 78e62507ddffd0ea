"""The dashboards of cases themselves, brought in once the models are there."""

from __future__ import annotations

from cases.dashboards import departments, languages, large_deals, registry, scorecard


def offer() -> None:
    for kind in (scorecard.KIND, large_deals.KIND, departments.KIND, languages.KIND):
        registry.offer(kind)
