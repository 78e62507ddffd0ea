"""What every page shows around its content: who is signed in, their capacity, what waits for them.

Nothing is read until the page asks for it; a page without a frame costs no query.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.access import Act, Reach, may, person_of, reach
from cases import counts
from cases.counts import COUNTED, Counts
from cases.dashboards import registry
from cases.escalating import reach as reach_of_requests
from cases.intake import lists as mail_lists
from cases.models import Case
from routing.candidates import load_away
from routing.high_value import reach as reach_of_nominations
from routing.models import Member
from smbcases import playbook

RAIL_VIEWS = {"tab=due_today", "tab=high_value"}


@dataclass(frozen=True, kw_only=True)
class Link:
    """A line of the rail. `waits`: the count is of what waits for somebody, and says so."""

    name: str
    short: str
    url: str
    icon: str
    count: int | None = None
    waits: bool = False
    current: bool = False
    in_bar: bool = True
    in_menu: bool = True
    counted_at: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    title: str
    links: list[Link]


class Shell:
    """The frame of one request's page, for the person who asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.person = person_of(request)
        self.rules = playbook.active()

    @cached_property
    def counts(self) -> Counts:
        return counts.of_request(self.request)

    @property
    def has_desk(self) -> bool:
        """Whether cases are given to this person, so that capacity and availability mean something."""
        return self.person.handles_cases

    @cached_property
    def places(self) -> int:
        own = Member.objects.filter(person=self.person, pool__playbook=self.rules.key)
        found = own.order_by("id").values_list("places", flat=True).first()
        return found if found is not None else self.rules.capacity.places

    @cached_property
    def back_on(self) -> date | None:
        away = load_away([self.person], now=timezone.now()).get(self.person.pk)
        return away.back_on if away else None

    @property
    def is_full(self) -> bool:
        return self.counts.held >= self.places

    @cached_property
    def territory(self) -> str:
        """The key of the territory that this person belongs to, or the first one."""
        return self.rules.territory_of(self.person.region) or next(iter(self.rules.territories))

    @cached_property
    def waiting(self) -> int:
        return Case.objects.waiting().filter(territory=self.territory)[: COUNTED + 1].count()

    @cached_property
    def groups(self) -> list[Group]:
        territory = self.rules.territories[self.territory].name
        groups = [
            Group(title="Desk", links=list(self._desk())),
            Group(title="Book", links=list(self._book())),
            Group(title=f"Team · {territory}", links=list(self._team())),
            Group(title="Dashboards", links=list(self._dashboards())),
            Group(title="House", links=list(self._house())),
        ]
        return [group for group in groups if group.links]

    @cached_property
    def bar(self) -> list[Link]:
        """The four of the phone's bottom bar."""
        links = [link for group in self.groups for link in group.links if link.in_bar and "?" not in link.url]
        return links[:4]

    def _desk(self) -> Iterator[Link]:
        if self.has_desk:
            mine = reverse("my_cases")
            yield self._link("Run your day", reverse("my_day"), "sun", short="Day")
            yield self._link("My cases", mine, "inbox-stack", count=self.counts.on_desk)
            yield self._link("Due today", f"{mine}?tab=due_today", "clock", count=self.counts.due_today)
            yield self._link("Tasks", reverse("tasks"), "check-circle", in_bar=False)
            high_value = reverse("high_value")
            yield self._link(
                "Clean your room",
                reverse("clean_room"),
                "sparkles",
                in_bar=False,
                counted_at=reverse("clean_room_count"),
            )
            yield self._link("High value", high_value, "star", count=self.counts.high_value, in_bar=False)

    def _book(self) -> Iterator[Link]:
        seen = reach(self.person, Act.SEE_CASES)
        if seen not in {Reach.NONE, Reach.DEPARTMENT}:
            name = "Renewal cases" if seen is Reach.RENEWALS else "All cases"
            yield self._link(name, reverse("cases"), "folder", short="Cases")
        if seen is Reach.DEPARTMENT:
            yield self._link("Cases we filed", reverse("filed_cases"), "folder", short="Filed")
        if may(self.person, Act.FILE_CASES):
            files = seen is Reach.DEPARTMENT
            yield self._link("File a case", reverse("file_case"), "plus-circle", short="File", in_bar=files)
        if may(self.person, Act.SEE_BOOK):
            yield self._link("Accounts", reverse("accounts"), "building-office-2")

    def _team(self) -> Iterator[Link]:
        if may(self.person, Act.SEE_TEAM):
            team = reverse("team", args=[self.territory])
            yield from self._nominations()
            yield self._link("Capacity", team, "users", count=self.waiting, waits=True)
        if not self.has_desk and reach(self.person, Act.SEE_DASHBOARDS) is Reach.ALL:
            yield self._link("Advocates’ days", reverse("my_day"), "sun", in_bar=False)
        if may(self.person, Act.ANSWER_REQUESTS):
            asked = reach_of_requests.to_answer(self.person)[: COUNTED + 1].count()
            yield self._link("Requests", reverse("requests"), "user-group", count=asked)

    @property
    def has_dashboards(self) -> bool:
        return may(self.person, Act.SEE_DASHBOARDS)

    def _dashboards(self) -> Iterator[Link]:
        for kind in registry.seen_by(self.person):
            if kind.key == "clean_room" and self.has_desk:
                continue  # it stands at the desk, with its count
            url = registry.address(kind, reader=self.person)
            is_here = urlsplit(url).path == self.here  # however it is narrowed
            yield self._link(kind.name, url, kind.icon, in_bar=False, in_menu=False, current=is_here)

    def _nominations(self) -> Iterator[Link]:
        if may(self.person, Act.DECIDE_NOMINATIONS):
            waiting = reach_of_nominations.decidable(self.person).to_decide()
            count = waiting[: COUNTED + 1].count()
            yield self._link("Nominations", reverse("nominations"), "star", count=count, in_bar=False)

    def _house(self) -> Iterator[Link]:
        if may(self.person, Act.SORT_MAIL):
            count = mail_lists.count("unmatched")
            yield self._link(
                "Mail", reverse("mail_in", args=["unmatched"]), "envelope", count=count, waits=True
            )
        if may(self.person, Act.CHANGE_BOOK):
            yield self._link("Ownership", reverse("ownership"), "arrow-uturn-left", in_bar=False)
            yield self._link("Segment moves", reverse("segment_moves"), "arrow-up-right", in_bar=False)
        if may(self.person, Act.ADMINISTER):
            yield self._link("Admin", reverse("admin:index"), "cog-6-tooth")
        if may(self.person, Act.SEE_COMPONENTS):
            yield self._link("Components", reverse("styleguide"), "swatch")

    def _link(self, name: str, url: str, icon: str, *, short: str = "", **more: Any) -> Link:
        more.setdefault("current", url == self.here)
        return Link(name=name, short=short or name, url=url, icon=icon, **more)

    @cached_property
    def here(self) -> str:
        """The link that leads to where the browser is: that very address, or else its page."""
        asked = urlsplit(self.request.headers.get("HX-Current-URL") or self.request.get_full_path())
        return asked.path if asked.query not in RAIL_VIEWS else f"{asked.path}?{asked.query}"


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `shell` on every page of somebody signed in, and whether this is a demo."""
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return {}
    return {"shell": Shell(request)}
