"""A list of cases as its address asks for it: tab, filters, order, page. Every view is a link.

What the address says is checked against what is offered; what is not offered is left out, and `notes` says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from functools import cached_property, lru_cache
from urllib.parse import quote_plus, urlencode

from django.forms import ModelChoiceField
from django.urls import reverse
from django.utils import timezone

from cases.counts import COUNTED
from cases.filters import CaseFilters, counted, offered
from cases.models import Case
from cases.models.case import Cases
from cases.tabs import Order, Tab
from smbcases.lib import keyset

PAGE_SIZE = 25
_SHOWN = [
    *("playbook", "case_type", "category", "subject", "priority", "territory", "status"),
    *(
        "next_steps",
        "next_steps_on",
        "deferred_until",
        "due_at",
        "due_kind",
        "target_at",
        "limit_at",
        "next_touch_on",
        "answer_by",
    ),
    *("opened_at", "queued_at", "assigned_at", "picked_up_at", "closed_at"),
    *("owner_id", "owner__name", "account__name"),
]


_quoted = lru_cache(maxsize=4096)(quote_plus)  # a list spells the same few words a hundred times


@dataclass(frozen=True, kw_only=True)
class TabLink:
    name: str
    url: str
    count: int | None
    current: bool


@dataclass(frozen=True, kw_only=True)
class Option:
    words: str
    url: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter as the page offers it; without `options` it is asked for in words, and its form passes `kept` on.

    One that is `given` came with the address, and can only be taken away.
    """

    key: str
    name: str
    value: str
    words: str
    clear: str
    options: list[Option]
    kept: list[tuple[str, str]]
    given: bool = False


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What lists of one kind offer. `url` is the name of their page, `first` the tab it opens on.

    `counted`: it also takes the filters by which dashboards lead to it; they are shown where they are set.
    """

    url: str
    tabs: Sequence[Tab]
    first: Tab
    filters: Sequence[str]
    counted: bool = False

    @property
    def known(self) -> tuple[str, ...]:
        """The names of all filters that it takes."""
        return (*self.filters, *(counted() if self.counted else ()))


class Listing:
    """What one list page shows. `asked` is the address's query, `seen` what the reader may see at all."""

    filters = CaseFilters
    _is_page_gone = False

    def __init__(
        self,
        *,
        kind: Kind,
        asked: Mapping[str, str],
        seen: Cases,
        now: datetime,
        counts: Mapping[str, int] | None = None,
    ) -> None:
        self.kind, self.asked, self.counts = kind, asked, counts or {}
        self.path = reverse(kind.url)
        self.tab = next((tab for tab in kind.tabs if tab.key == asked.get("tab")), kind.first)
        given = {name: asked[name] for name in kind.known if asked.get(name)}
        filters = offered(self.filters, tuple(kind.known))
        self.filterset = filters(given, queryset=self.tab.narrow(seen, now))
        self.filterset.is_whole, self.filterset.goes_back = self.tab.is_whole, self.tab.goes_back
        self.filterset.form.is_valid()

    @cached_property
    def set_filters(self) -> dict[str, str]:
        """The filters in force, by name, as the address spells them."""
        return {
            name: self.filterset.data[name]
            for name in self.kind.known
            if self.filterset.form.cleaned_data.get(name) not in (None, "")
        }

    @property
    def order_key(self) -> str:
        asked = self.asked.get("sort", "")
        return asked if asked in self.orders else self.tab.first_order

    @cached_property
    def orders(self) -> dict[str, Order]:
        """Those of the view that its filters allow, by key."""
        given = set(self.set_filters)
        return {
            key: order
            for key, order in self.tab.orders.items()
            if not order.needs or given.intersection(order.needs)
        }

    @property
    def order(self) -> Order:
        return self.tab.orders[self.order_key]

    @cached_property
    def cases(self) -> Cases:
        """All cases of this view, in no order."""
        found: Cases = self.filterset.qs
        return _drawn(found)

    @cached_property
    def page(self) -> keyset.Page[Case]:
        try:
            return self._cut(self.asked.get("page", ""))
        except keyset.BadCursor:
            self._is_page_gone = True
            return self._cut("")

    def _cut(self, cursor: str) -> keyset.Page[Case]:
        is_halved = self.tab.is_whole and self.order.by_halves
        parts = [_drawn(half) for half in self.filterset.halves] if is_halved else [self.cases]
        return keyset.cut(*parts, order=self.order.fields, size=PAGE_SIZE, cursor=cursor)

    @property
    def rows(self) -> list[Case]:
        return self.page.rows

    @property
    def is_first_page(self) -> bool:
        return not self.page.previous

    @property
    def total(self) -> int | None:
        """How many there are, where that is known without counting."""
        return None if self.set_filters else self.counts.get(self.tab.key)

    @property
    def extent(self) -> str:
        """`25 of 37`, where the whole is known; there are no page numbers to count by."""
        shown = len(self.rows)
        if self.total is None or not shown:
            return f"{shown} on this page" if self.previous or self.next else ""
        whole = f"{COUNTED}+" if self.total > COUNTED else str(self.total)
        return f"{shown} of {whole}"

    @cached_property
    def notes(self) -> list[str]:
        """What the address asked for and the list does not offer, in sentences."""
        said = [f"“{label}” has no such value; it was left out." for label in self.filterset.ignored()]
        if self.filterset.is_recent:
            said.append(
                "Where no days are named, these are open cases and those closed in the last 12 months."
            )
        if self.asked.get("tab") and self.asked["tab"] != self.tab.key:
            said.append("There is no such view; this is the usual one.")
        if self.asked.get("sort") and self.asked["sort"] != self.order_key:
            said.append(f"This view is not sorted that way; it is sorted: {self.order.name.lower()}.")
        if self.page and self._is_page_gone:  # which reading the page finds out
            said.append("That page is gone; this is the first one.")
        return said

    def address(self, **changes: str) -> str:
        """This view with `changes`, from its first page on; what is as usual is not spelt out."""
        query = "&".join(f"{name}={_quoted(value)}" for name, value in self.query(**changes))
        return f"{self.path}?{query}" if query else self.path

    def query(self, **changes: str) -> list[tuple[str, str]]:
        tab = "" if self.tab is self.kind.first else self.tab.key
        sort = "" if self.order_key == self.tab.first_order else self.order_key
        state = {"tab": tab, "sort": sort, **self.set_filters, **changes}
        return [(name, value) for name, value in state.items() if value]

    @property
    def query_string(self) -> str:
        """This view as `cases.many.selecting` reads it."""
        return urlencode(self.query())

    @property
    def here(self) -> str:
        """The address of this very page."""
        return self.address(page=self.asked.get("page", ""))

    @property
    def bare(self) -> str:
        """The tab without any filter."""
        return self.address(**dict.fromkeys(self.set_filters, ""))

    @property
    def previous(self) -> str:
        return self.address(page=self.page.previous) if self.page.previous else ""

    @property
    def next(self) -> str:
        return self.address(page=self.page.next) if self.page.next else ""

    @cached_property
    def tab_links(self) -> list[TabLink]:
        return [
            TabLink(
                name=tab.name,
                url=self.address(tab="" if tab is self.kind.first else tab.key, sort=""),
                count=self.counts.get(tab.key),
                current=tab is self.tab,
            )
            for tab in self.kind.tabs
        ]

    @cached_property
    def order_options(self) -> list[Option]:
        usual = self.tab.first_order
        return [
            Option(
                words=order.name,
                url=self.address(sort="" if key == usual else key),
                current=key == self.order_key,
            )
            for key, order in self.orders.items()
        ]

    @cached_property
    def chips(self) -> list[Chip]:
        offered = [self._chip(name) for name in self.kind.filters if name != "q"]
        given = [name for name in self.set_filters if name not in self.kind.filters]
        return offered + [replace(self._chip(name), given=True) for name in given]

    def _chip(self, name: str) -> Chip:
        choices = self._choices(name)
        value = self.set_filters.get(name, "")
        return Chip(
            key=name,
            name=str(self.filterset.filters[name].label),
            value=value,
            words=self._words(name, dict(choices), value) if value else "",
            clear=self.address(**{name: ""}),
            options=[
                Option(words=words, url=self.address(**{name: key}), current=key == value)
                for key, words in choices
            ],
            kept=self.query(**{name: ""}),
        )

    def _words(self, name: str, choices: Mapping[str, str], value: str) -> str:
        cleaned = self.filterset.form.cleaned_data[name]
        return choices.get(value) or (_moment(cleaned) if isinstance(cleaned, datetime) else str(cleaned))

    def _choices(self, name: str) -> list[tuple[str, str]]:
        """What is offered: of owners those who work cases now, though an address may ask for any."""
        if name == "owner":
            people = self.filterset.form.fields["owner"].queryset
            working = people.filter(role__in=["advocate", "team_lead"], is_active=True).order_by("name", "id")
            return [(str(pk), words) for pk, words in working.values_list("pk", "name")]
        field = self.filterset.form.fields[name]
        if isinstance(field, ModelChoiceField):
            return []
        return [(str(key), str(words)) for key, words in getattr(field, "choices", []) if key]

    @property
    def words(self) -> str:
        return self.set_filters.get("q", "")

    @property
    def kept_by_search(self) -> list[tuple[str, str]]:
        return self.query(q="")

    @property
    def order_name(self) -> str:
        return self.order.name


def _moment(at: datetime) -> str:
    """The day in the reader's zone, with the time where it is not the day's beginning."""
    local = timezone.localtime(at)
    day = f"{local.day} {local:%b %Y}"
    return f"{day}, {local:%H:%M}" if local.time() != time.min else day


def _drawn(cases: Cases) -> Cases:
    return cases.select_related("account", "owner").only(*_SHOWN)
