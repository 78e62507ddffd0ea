"""What the API's list of cases may be narrowed by: an allow-list; anything else is answered as a mistake."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters as filters
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError

from cases import case_territory
from cases.filters import TOUCH, by_touch
from cases.models import Case, Priority
from cases.models.case import Cases
from smbcases import playbook

OF_THE_LIST = frozenset({"cursor", "page_size"})


def _keys(section: str) -> list[tuple[str, str]]:
    """The keys of a section of every playbook: a case keeps the one it was opened under."""
    found: dict[str, str] = {}
    for book in playbook.every():
        found |= {name: item.name for name, item in getattr(book, section).items()}
    return sorted(found.items())


class CaseQuery(filters.FilterSet):
    status = filters.ChoiceFilter(choices=lambda: _keys("statuses"))
    category = filters.ChoiceFilter(choices=lambda: _keys("categories"))
    case_type = filters.ChoiceFilter(choices=lambda: _keys("triggers"))
    priority = filters.ChoiceFilter(
        choices=[(level.name.lower(), level.label) for level in Priority], method="narrow_by_priority"
    )
    state = filters.ChoiceFilter(
        choices=[("open", "Open"), ("closed", "Closed"), ("waiting", "Waits for an advocate")],
        method="narrow_by_state",
        label="open, closed, or waiting: open and nobody's",
    )
    owner = filters.CharFilter(field_name="owner__email", lookup_expr="iexact", label="An e-mail address")
    account = filters.CharFilter(field_name="account__external_id", label="The account's id in the CRM")
    territory = filters.CharFilter(
        method="narrow_by_territory", label="Where it lies, or is worked if another playbook placed it"
    )
    touch = filters.ChoiceFilter(
        choices=TOUCH, method="narrow_by_touch", label="due: today or before; overdue: before today"
    )
    opened_after = filters.IsoDateTimeFilter(field_name="opened_at", lookup_expr="gte")
    opened_before = filters.IsoDateTimeFilter(field_name="opened_at", lookup_expr="lt")
    due_before = filters.IsoDateTimeFilter(method="narrow_by_due")

    class Meta:
        model = Case
        fields: list[str] = []

    def narrow_by_priority(self, cases: Cases, _name: str, value: str) -> Cases:
        return cases.filter(priority=Priority[value.upper()])

    def narrow_by_state(self, cases: Cases, _name: str, value: str) -> Cases:
        return {"open": cases.open, "closed": cases.closed, "waiting": cases.waiting}[value]()

    def narrow_by_territory(self, cases: Cases, _name: str, key: str) -> Cases:
        return cases.filter(case_territory.lies_in(key))

    def narrow_by_touch(self, cases: Cases, _name: str, key: str) -> Cases:
        return by_touch(cases, key)

    def narrow_by_due(self, cases: Cases, _name: str, value: Any) -> Cases:
        return cases.due_before(value)


class KnownFilters(DjangoFilterBackend):
    """As the framework's, but a parameter that nobody knows is refused: it would otherwise widen the answer."""

    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        known = {*CaseQuery.base_filters, *OF_THE_LIST}
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            raise ValidationError({name: [_no_such(known)] for name in unknown})
        return super().filter_queryset(request, queryset, view)


def _no_such(known: Iterable[str]) -> str:
    return f"There is no such filter. There are {', '.join(sorted(known))}."
