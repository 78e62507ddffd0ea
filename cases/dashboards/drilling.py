"""From a figure to the cases that it counts: an address of All cases that lists exactly those."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

from django.urls import reverse

from accounts.access import Reach
from cases import tabs
from cases.dashboards import record
from cases.dashboards.asked import Asked


def cases_url(asked: Asked, **filters: object) -> str:
    """All cases, narrowed as the dashboard is (all but its time), and by `filters`: names of `cases.filters`.

    `tab` is "all" unless said otherwise. Instants are spelt in UTC. A filter given here wins over the dashboard's
    own; an empty one takes it away.
    """
    own = {
        "territory": asked.territory,
        "region": asked.region,
        "team": asked.team,
        "owner": asked.owner,
        "category": asked.category,
        "case_type": asked.case_type,
        "department": asked.department or (_NOBODYS if asked.reach is Reach.DEPARTMENT else ""),
    }
    state = {"tab": "all", **own, **filters}
    if state["tab"] == tabs.OPEN.key:
        state["tab"] = ""
    query = {name: spelt(value) for name, value in state.items()}
    return f"{reverse('cases')}?{urlencode({name: value for name, value in query.items() if value})}"


class Addresses:
    """The addresses of many people's figures: all but the person is spelt once."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self._known: dict[tuple[object, ...], str] = {}

    def of(self, owner: int, **filters: object) -> str:
        """As `cases_url`, of that owner's cases."""
        key = tuple(filters.items())
        if key not in self._known:
            self._known[key] = cases_url(self.asked, **filters, owner="")
        return f"{self._known[key]}&owner={owner}"

    def record_of(self, owner: int, name: str, *span: datetime) -> str:
        """As `record.address`, of what that owner did or has."""
        key = name, *span
        if key not in self._known:
            whole = record.address(name, self.asked, *span, owner="")
            self._known[key] = f"{whole}{'&' if '?' in whole else '?'}"
        return f"{self._known[key]}owner={owner}"


def opened(asked: Asked, start: datetime | None = None, end: datetime | None = None) -> dict[str, object]:
    """The filters for cases opened in the period, or between two instants."""
    return {"sort": "opened", "opened_from": start or asked.start, "opened_before": end or asked.end}


def closed(asked: Asked, start: datetime | None = None, end: datetime | None = None) -> dict[str, object]:
    return {"tab": "closed", "closed_from": start or asked.start, "closed_before": end or asked.end}


def picked_up(asked: Asked, start: datetime | None = None, end: datetime | None = None) -> dict[str, object]:
    return {"sort": "picked", "picked_from": start or asked.start, "picked_before": end or asked.end}


_NOBODYS = "none"  # who is in no department sees no department's cases


def spelt(value: object) -> str:
    """As an address has it: instants in UTC."""
    if isinstance(value, datetime):
        return (
            value.astimezone(UTC)
            .isoformat(timespec="microseconds" if value.microsecond else "seconds")
            .replace("+00:00", "Z")
        )
    return "" if value is None else str(value)
