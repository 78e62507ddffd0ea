"""What a list of cases may be narrowed by: an allow-list, each value checked; nothing else gets further."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

import django_filters as filters
from django.db.models import Q
from django.utils import timezone

from accounts.models import Account
from cases import case_territory, counts
from cases.counted_filters import CountedFilters, on_staff
from cases.models import Case, Priority
from cases.models.case import Cases
from smbcases import playbook

Choices = list[tuple[str, str]]

NUMBER = re.compile(r"^\s*(?:smb-?)?0*(\d{1,18})\s*$", re.IGNORECASE)
MANY = 1000
DUE: Choices = [("late", "Late"), ("today", "Today, or late"), ("week", "Within 7 days"), ("none", "No date")]
TOUCH: Choices = [("due", "Due, or overdue"), ("overdue", "Overdue")]
QUESTION: Choices = [("open", "Open"), ("late", "Late")]
AGE: Choices = [("young", "Under 7 days"), ("target", "7 days and more"), ("limit", "15 days and more")]


def _statuses() -> Choices:
    return [(key, status.name) for key, status in playbook.active().statuses.items()]


def _categories() -> Choices:
    return [(key, category.name) for key, category in playbook.active().categories.items()]


def _case_types() -> Choices:
    return [(key, trigger.name) for key, trigger in playbook.active().triggers.items()]


def _territories() -> Choices:
    known = [(key, territory.name) for key, territory in playbook.active().territories.items()]
    return [*known, ("unknown", "Region not known")]


def _priorities() -> Choices:
    return [(level.name.lower(), level.label) for level in reversed(Priority)]


def _days() -> dict[str, int]:
    clocks = playbook.active().clocks
    return {"target": clocks.target_days, "limit": clocks.limit_days}


def by_number_or_words(cases: Cases, words: str) -> Cases:
    """SMB-10471, or the beginning of the subject or of the account's name; each has an index to answer it."""
    number = NUMBER.match(words)
    found = Q(subject__istartswith=words) | of_accounts(words)
    return cases.filter(Q(pk=int(number[1])) | found if number else found)


def of_accounts(words: str) -> Q:
    """Cases of the accounts whose name begins so.

    By the accounts' ids, so that one index of cases answers; where very many begin so, by the name itself: then
    the first page is soon full whichever way it is read.
    """
    begun = Account.objects.filter(name__istartswith=words)
    ids = list(begun.values_list("pk", flat=True)[: MANY + 1])
    return Q(account__in=ids) if len(ids) <= MANY else Q(account__name__istartswith=words)


def by_touch(cases: Cases, key: str) -> Cases:
    """Cases whose next touch is due today or was before, or `overdue`: before today."""
    today = timezone.localdate()
    return cases.touch_due(today if key == "due" else today - timedelta(days=1))


class CaseFilters(CountedFilters):
    """`strictness` is kind: a value that nobody offers is left out, and `ignored` says so."""

    q = filters.CharFilter(method="narrow_by_words", label="Words")
    status = filters.ChoiceFilter(choices=_statuses, label="Status")
    category = filters.ChoiceFilter(choices=_categories, label="Category")
    priority = filters.ChoiceFilter(choices=_priorities, method="narrow_by_priority", label="Priority")
    case_type = filters.ChoiceFilter(choices=_case_types, label="Case type")
    account = filters.CharFilter(method="narrow_by_account", label="Account")
    question = filters.ChoiceFilter(choices=QUESTION, method="narrow_by_question", label="Question")
    age = filters.ChoiceFilter(choices=AGE, method="narrow_by_age", label="Age")
    due = filters.ChoiceFilter(choices=DUE, method="narrow_by_due", label="Due")
    touch = filters.ChoiceFilter(choices=TOUCH, method="narrow_by_touch", label="Touch")
    owner = filters.ModelChoiceFilter(queryset=on_staff, label="Owner")
    territory = filters.ChoiceFilter(choices=_territories, method="narrow_by_territory", label="Territory")

    class Meta:
        model = Case
        fields: list[str] = []

    def ignored(self) -> list[str]:
        """The labels of the filters whose value could not be used."""
        return [str(self.filters[name].label) for name in self.form.errors if name in self.filters]

    def narrow_by_words(self, cases: Cases, _name: str, words: str) -> Cases:
        return by_number_or_words(cases, words)

    def narrow_by_account(self, cases: Cases, _name: str, words: str) -> Cases:
        return cases.filter(of_accounts(words))

    def narrow_by_priority(self, cases: Cases, _name: str, level: str) -> Cases:
        return cases.filter(priority=Priority[level.upper()])

    def narrow_by_territory(self, cases: Cases, _name: str, key: str) -> Cases:
        return cases.filter(Q(territory="") if key == "unknown" else case_territory.lies_in(key))

    def narrow_by_age(self, cases: Cases, _name: str, key: str) -> Cases:
        days, now = _days(), timezone.now()
        if key == "young":
            return cases.filter(opened_at__gt=now - timedelta(days=days["target"]))
        return cases.filter(opened_at__lte=now - timedelta(days=days[key]))

    def narrow_by_question(self, cases: Cases, _name: str, key: str) -> Cases:
        asked = cases.filter(answer_by__isnull=False)
        return asked.filter(answer_by__lte=timezone.now()) if key == "late" else asked

    def narrow_by_due(self, cases: Cases, _name: str, key: str) -> Cases:
        narrowed: Cases = _DUE[key](cases, timezone.now())
        return narrowed

    def narrow_by_touch(self, cases: Cases, _name: str, key: str) -> Cases:
        return by_touch(cases, key)


def counted() -> tuple[str, ...]:
    """The names of the filters that dashboards lead by."""
    return (*CountedFilters.base_filters, *_offered)


def offer(name: str, one: filters.Filter, *, is_bounded: bool = True) -> None:
    """Add an app's own to them, such as why a case waits. `is_bounded`: it reads no case of long ago where no days are
    given. Raises ValueError where the name is taken."""
    if name in CaseFilters.base_filters:
        raise ValueError(f"There is a filter {name} already.")
    CaseFilters.base_filters[name] = one
    if not is_bounded:
        CaseFilters.unbounded.add(name)
    _offered.append(name)


_offered: list[str] = []


@cache
def offered(filterset: type[CaseFilters], names: tuple[str, ...]) -> type[CaseFilters]:
    """The filter set with the filters of these names alone: a list pays for no form field that it does not show."""
    chosen = cast(type[CaseFilters], type(filterset.__name__, (filterset,), {}))
    chosen.base_filters = {name: one for name, one in filterset.base_filters.items() if name in names}
    return chosen


_DUE: dict[str, Callable[[Cases, datetime], Any]] = {
    "late": lambda cases, now: cases.late(now),
    "today": lambda cases, now: cases.filter(due_at__lte=counts.end_of_today(now=now)),
    "week": lambda cases, now: cases.filter(due_at__lte=counts.end_of_today(now=now) + timedelta(days=7)),
    "none": lambda cases, _now: cases.filter(due_kind="none"),
}
