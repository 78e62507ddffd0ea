"""Language barriers: the cases that were tagged so when they were closed, and who handed them to whom."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Dashboard
from cases.dashboards.languages import deciding, loading
from cases.dashboards.registry import Kind


def load(asked: Asked, _reader: Person, _now: datetime) -> Dashboard:
    return deciding.decide(loading.load(asked))


KIND = Kind(
    key=deciding.KEY,
    name=deciding.NAME,
    about="Where customers and advocates had no language in common, and who took the case over.",
    load=load,
    icon="language",
    place=70,
)
