"""The list of filed cases: whose, narrowed by what, in which columns. All is in the address, so a view is a link."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import django_filters as filters
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from cases import access, tabs
from cases.filters import CaseFilters, Choices
from cases.following import columns
from cases.lists import Chip, Kind, Listing, Option
from cases.models.case import Cases
from cases.tabs import Tab

_IDS = re.compile(r"[0-9]{1,18}(,[0-9]{1,18})*")
STATE: Choices = [
    ("open", "Open"),
    ("waiting", "Nobody has it"),
    ("to_pick_up", "Not picked up"),
    ("late", "Pick-up overdue"),
    ("closed", "Closed"),
]
FILED: Choices = [("7", "Last 7 days"), ("30", "Last 30 days"), ("90", "Last 90 days")]
_COLUMNS_READ = (
    *("origin", "subject", "case_reason", "resolution_action", "pick_up_by", "department"),
    *("contact__name", "filed_by__name"),
)


class FiledFilters(CaseFilters):
    """Those of any list of cases, and by who filed them, when, and how far they are."""

    state = filters.ChoiceFilter(choices=STATE, method="narrow_by_state", label="State")
    filed = filters.ChoiceFilter(choices=FILED, method="narrow_by_filed", label="Filed")
    people = filters.CharFilter(method="narrow_by_people", label="Colleagues")

    def narrow_by_state(self, cases: Cases, _name: str, key: str) -> Cases:
        now = timezone.now()
        states = {
            "open": cases.open,
            "waiting": cases.waiting,
            "to_pick_up": cases.to_pick_up,
            "late": lambda: cases.to_pick_up().filter(pick_up_by__lte=now),
            "closed": cases.closed,
        }
        return states[key]()

    def narrow_by_filed(self, cases: Cases, _name: str, days: str) -> Cases:
        return cases.filter(opened_at__gte=timezone.now() - timedelta(days=int(days)))

    def narrow_by_people(self, cases: Cases, _name: str, ids: str) -> Cases:
        return cases.filter(filed_by__in=people_of(ids))


def people_of(ids: str) -> list[int]:
    """`3,17` as ids; what cannot be read is nobody."""
    return [int(one) for one in ids.split(",")] if _IDS.fullmatch(ids) else []


@dataclass(frozen=True, kw_only=True)
class Switch:
    """A column to show or to leave out."""

    name: str
    url: str
    is_on: bool


_BY_ID = {"newest": tabs.NEWEST, "oldest": tabs.OLDEST}


def kind_of(person: Person) -> Kind:
    """Mine, my department's, and those that I follow: of what `person` may see."""
    mine = Tab(
        key="mine",
        name="Mine",
        narrow=lambda cases, _now: cases.filter(filed_by=person),
        orders=_BY_ID,
        nothing="You have filed nothing like this.",
        what_then="What you file is listed here, with who has it and what they promised.",
    )
    department = Tab(
        key="department",
        name=person.get_department_display(),
        narrow=lambda cases, _now: cases.filter(Q(filed_by=person) | Q(department=person.department)),
        orders=_BY_ID,
        nothing="Your department has filed nothing like this.",
    )
    followed = Tab(
        key="followed",
        name="I follow",
        narrow=lambda cases, _now: cases.filter(follows__person=person),
        orders=_BY_ID,
        nothing="You follow no such case.",
        what_then="“Tell me of changes” on a case puts it here.",
    )
    filters_ = ("q", "state", "people", "case_type", "status", "priority", "filed", "account", "question")
    return Kind(url="filed_cases", tabs=(mine, department, followed), first=mine, filters=filters_)


class FiledListing(Listing):
    """A list page of filed cases for `reader`; `view` is the kept view that it was opened by, if it was."""

    filters = FiledFilters

    def __init__(self, *, asked: Mapping[str, str], reader: Person, now: datetime) -> None:
        self.reader = reader
        super().__init__(kind=kind_of(reader), asked=asked, seen=access.visible(reader), now=now)
        self.usual = columns.OF_MINE if self.tab.key == "mine" else columns.USUAL
        self.columns = columns.chosen(asked.get("columns", ""), usual=self.usual)

    @cached_property
    def cases(self) -> Cases:
        """All cases of this view, with what any column reads."""
        shown: Cases = super().cases
        return shown.select_related("account", "owner", "contact", "filed_by").only(*_shown(shown))

    def query(self, **changes: str) -> list[tuple[str, str]]:
        changes.setdefault("columns", columns.spell(self.columns, usual=self.usual))
        return super().query(**changes)

    @property
    def heads(self) -> list[columns.Column]:
        return [columns.COLUMNS[key] for key in self.columns]

    @property
    def switches(self) -> list[Switch]:
        return [
            Switch(name=column.name, url=self._toggled(key), is_on=key in self.columns)
            for key, column in columns.COLUMNS.items()
            if key != columns.ALWAYS
        ]

    def _toggled(self, key: str) -> str:
        on = [*self.columns]
        kept = [one for one in on if one != key] if key in on else [*on, key]
        return self.address(columns=columns.spell(kept, usual=self.usual))

    @property
    def csv(self) -> str:
        return self._export("csv")

    @property
    def xlsx(self) -> str:
        return self._export("xlsx")

    def _export(self, ending: str) -> str:
        query = urlencode(self.query())
        path = reverse("filed_export", args=[ending])
        return f"{path}?{query}" if query else path

    @cached_property
    def colleagues(self) -> list[Person]:
        """Who of the reader's department may be chosen."""
        theirs = Person.objects.filter(department=self.reader.department, is_active=True)
        return list(theirs.order_by("name", "id")[:200])

    def _chip(self, name: str) -> Chip:
        chip = super()._chip(name)
        return chip if name != "people" else replace(chip, **self._of_people())

    def _of_people(self) -> dict[str, Any]:
        """Each colleague a switch of their own."""
        chosen = people_of(self.set_filters.get("people", ""))
        names = [person.name for person in self.colleagues if person.pk in chosen]
        return {
            "words": ", ".join(names) or ("nobody" if self.set_filters.get("people") else ""),
            "options": [
                Option(words=one.name, url=self._with_people(chosen, one.pk), current=one.pk in chosen)
                for one in self.colleagues
            ],
        }

    def _with_people(self, chosen: list[int], pk: int) -> str:
        ids = [one for one in chosen if one != pk] if pk in chosen else [*chosen, pk]
        return self.address(people=",".join(map(str, ids)), tab="department")


def _shown(cases: Cases) -> list[str]:
    fields, _defers = cases.query.deferred_loading
    return [*sorted(fields), *_COLUMNS_READ]
