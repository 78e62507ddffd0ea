"""What is going on with an account already, for who is about to file on it: their own open cases, the rest unsaid."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Person
from cases import access
from cases.models import Case

SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Beside:
    """The open cases that the filer may see, and whether there are others, of which no more is told."""

    cases: list[Case]
    has_others: bool

    @property
    def is_empty(self) -> bool:
        return not self.cases and not self.has_others


def seen_open(account_id: int, *, by: Person) -> list[Case]:
    """The account's open cases that `by` may see, the newest first."""
    found = access.visible(by).open().filter(account=account_id).select_related("account", "owner")
    return list(found.order_by("-id")[:SHOWN])


def look(account_id: int, *, by: Person) -> Beside:
    theirs = access.visible(by).open().filter(account=account_id).values_list("pk", flat=True)
    others = Case.objects.open().filter(account=account_id).exclude(pk__in=list(theirs))
    return Beside(cases=seen_open(account_id, by=by), has_others=others.exists())
