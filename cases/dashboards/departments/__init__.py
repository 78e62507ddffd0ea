"""Cases by department: what colleagues filed, how fast it was taken up, and what became of it."""

from __future__ import annotations

from datetime import datetime

from accounts.access import Reach
from accounts.models import Person
from cases.dashboards.asked import EVERY, Asked
from cases.dashboards.blocks import Dashboard
from cases.dashboards.departments import deciding, loading
from cases.dashboards.registry import LEADING, Kind


def load(asked: Asked, _reader: Person, _now: datetime) -> Dashboard:
    return deciding.decide(loading.load(asked))


KIND = Kind(
    key=deciding.KEY,
    name=deciding.NAME,
    about="What each department filed, how fast it was taken up, and what became of it.",
    load=load,
    icon="building-library",
    place=60,
    open_to=LEADING | {Reach.DEPARTMENT},
    filters=("department", *EVERY),
)
