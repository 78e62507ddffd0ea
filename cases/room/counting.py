"""How much there is to tidy, by person: one query over their open cases and two over the book, for however many."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import Count

from accounts.ownership import strays
from cases.models import Case, Task
from cases.models.case import Cases
from cases.room import narrowing
from cases.room.kinds import OF_CASES, Kind
from cases.room.narrowing import When


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How many of each kind; a kind that is not in it was not asked for."""

    by_kind: Mapping[Kind, int] = field(default_factory=dict)

    def of(self, kind: Kind) -> int:
        return self.by_kind.get(kind, 0)

    @property
    def total(self) -> int:
        return sum(self.by_kind.values())

    def __add__(self, other: Counted) -> Counted:
        kinds = [kind for kind in Kind if kind in self.by_kind or kind in other.by_kind]
        return Counted(by_kind={kind: self.of(kind) + other.of(kind) for kind in kinds})


def count_cases(cases: Cases, *, when: When) -> dict[int, Counted]:
    """By owner; one query. Who has nothing to tidy may be left out."""
    each = {str(kind): Count("id", filter=narrowing.is_untidy(kind, when=when)) for kind in OF_CASES}
    held = cases.open().filter(owner__isnull=False).values("owner_id").annotate(**each).order_by("owner_id")
    return {row["owner_id"]: Counted(by_kind={kind: row[str(kind)] for kind in OF_CASES}) for row in held}


def count_book(people: Collection[int]) -> dict[int, Counted]:
    """What stands in their names; two queries."""
    found: dict[int, Counted] = {}
    for held in strays.count(people):
        counted = Counted(by_kind={Kind.ACCOUNTS: held.accounts, Kind.OPPORTUNITIES: held.opportunities})
        found[held.owner_id] = found.get(held.owner_id, Counted()) + counted
    return found


def count_tasks(person_id: int, *, when: When) -> Counted:
    """Of the reader's own: nobody else sees their tasks."""
    overdue = Task.objects.open().filter(person=person_id, due_on__lt=when.today).count()
    return Counted(by_kind={Kind.TASKS: overdue})


def count(people: Collection[int], *, when: When) -> dict[int, Counted]:
    """Everything but tasks, for each of them."""
    cases = count_cases(Case.objects.filter(owner__in=people), when=when)
    book = count_book(people)
    nothing = Counted(by_kind=dict.fromkeys(OF_CASES, 0))
    return {pk: cases.get(pk, nothing) + book.get(pk, Counted()) for pk in people}
