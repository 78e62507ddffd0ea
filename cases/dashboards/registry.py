"""The dashboards there are. Each app offers its own when it is ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse

from accounts.access import Act, Reach, reach
from accounts.models import Person, Role
from cases.dashboards.asked import EVERY, Asked, regions
from cases.dashboards.blocks import Dashboard
from smbcases.lib.refusal import Refusal

Load = Callable[[Asked, Person, datetime], Dashboard]
LEADING = frozenset({Reach.TEAM, Reach.ALL})


class NoSuchDashboard(Refusal):
    name = "no-such-dashboard"
    status = 404
    title = "There is no such dashboard"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A dashboard as the frame knows it. `about` says in a sentence what it answers; `place` orders them.

    `open_to`: the reaches of `act` that may open it; managers and leads unless it says more. `filters`: those of
    `asked.EVERY` (and "department") that it offers, beside the period; `timed`: whether a period means anything.
    `template`: what the page is drawn by, where it shows more than blocks. `page`: the name of its page's address,
    where it has one of its own.
    """

    key: str
    name: str
    load: Load
    about: str = ""
    icon: str = "chart-bar"
    place: int = 50
    act: Act = Act.SEE_DASHBOARDS
    open_to: frozenset[Reach] = field(default=LEADING)
    filters: tuple[str, ...] = EVERY
    timed: bool = True
    template: str = "dashboards/dashboard.html"
    page: str = ""

    def is_open_to(self, person: Person) -> bool:
        return reach(person, self.act) in self.open_to


_known: dict[str, Kind] = {}


def offer(kind: Kind) -> None:
    _known[kind.key] = kind


def find(key: str, *, reader: Person) -> Kind:
    """Raises NoSuchDashboard, also where it is not the reader's to see."""
    kind = _known.get(key)
    if kind is None or not kind.is_open_to(reader):
        raise NoSuchDashboard("There is no such dashboard, or it is not yours to see.")
    return kind


def known() -> list[Kind]:
    return sorted(_known.values(), key=lambda kind: (kind.place, kind.key))


def address(kind: Kind, *, reader: Person) -> str:
    """Where a link leads: a manager to their own region, a filter like any other, that can be taken away."""
    url = reverse(kind.page) if kind.page else reverse("dashboard", args=[kind.key])
    is_regional = reader.role == Role.MANAGER and "region" in kind.filters
    return f"{url}?region={reader.region}" if is_regional and reader.region in regions() else url


def seen_by(person: Person) -> list[Kind]:
    return [kind for kind in known() if kind.is_open_to(person)]
