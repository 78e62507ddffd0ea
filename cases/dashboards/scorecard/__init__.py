"""The advocates' scorecard: what each has in hand, did, and how well it went, beside their team."""

from __future__ import annotations

from datetime import datetime

from accounts.access import Reach
from accounts.models import Person
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Dashboard
from cases.dashboards.registry import LEADING, Kind
from cases.dashboards.scorecard import deciding, loading


def load(asked: Asked, _reader: Person, _now: datetime) -> Dashboard:
    return deciding.decide(loading.load(asked))


KIND = Kind(
    key=deciding.KEY,
    name=deciding.NAME,
    about="What each advocate has in hand, did, and how well it went, beside the team.",
    load=load,
    icon="identification",
    place=20,
    open_to=LEADING | {Reach.OWN},
)
