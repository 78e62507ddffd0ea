"""From a figure of routing to the cases, or to the record of what was given, that it counts."""

from __future__ import annotations

from datetime import datetime

from cases.dashboards import drilling, record
from cases.dashboards.asked import Asked
from cases.dashboards.drilling import cases_url


def opened(asked: Asked, start: datetime | None = None, end: datetime | None = None) -> str:
    return cases_url(asked, **drilling.opened(asked, start, end))


def closed(asked: Asked, start: datetime | None = None, end: datetime | None = None, **more: object) -> str:
    return cases_url(asked, **drilling.closed(asked, start, end), **more)


def open_now(asked: Asked, **more: object) -> str:
    return cases_url(asked, tab="open", **more)


def waiting(asked: Asked, **more: object) -> str:
    return cases_url(asked, tab="waiting", **more)


def held(asked: Asked, **more: object) -> str:
    """Cases that take a place of somebody in a territory's rotation, wherever the cases themselves lie."""
    everywhere = {"territory": "", "category": "", "case_type": ""}
    return cases_url(asked, **{"tab": "open", "crew": asked.territory or "any", **everywhere, **more})


def given(asked: Asked, start: datetime | None = None, end: datetime | None = None, **more: object) -> str:
    """The record of what was given between two instants."""
    return record.address("given", asked, start or asked.start, end or asked.end, **more)


def looks(asked: Asked, **more: object) -> str:
    """The record of the looks that would have opened a case."""
    return record.address("looks", asked, asked.start, asked.end, **more)
