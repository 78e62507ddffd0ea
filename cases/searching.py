"""Search from everywhere: cases by number or beginning, accounts by name or domain, people by name.

Only what the reader may see, only beginnings of words, so that every part has an index; ten of each.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import access, visibility
from accounts.access import Act
from accounts.models import Account, Person, Role
from cases.access import visible
from cases.filters import NUMBER
from cases.many import bar
from cases.models import Case

MOST = 10
LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Found:
    """At most `MOST` of each; `numbered` is the case whose whole number was typed."""

    numbered: Case | None
    cases: list[Case]
    accounts: list[Account]
    people: list[Person]

    @property
    def is_empty(self) -> bool:
        return not (self.cases or self.accounts or self.people)


NOTHING = Found(numbered=None, cases=[], accounts=[], people=[])


@access.page(Act.SIGNED_IN)
@require_safe
def search(request: access.SignedInRequest) -> HttpResponse:
    """The results; a whole case number goes straight to its case."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    found = find(words, by=request.user) if words else NOTHING
    if found.numbered is not None and len(found.cases) == 1:
        return redirect("case", pk=found.numbered.pk)
    context = {"words": words, "found": found, "here": request.get_full_path()}
    return render(request, "cases/search.html", context | bar.context(request.user, now=timezone.now()))


def find(words: str, *, by: Person) -> Found:
    cases = _cases(words, by=by)[:MOST]
    number = NUMBER.match(words)
    numbered = (case for case in cases if number and case.pk == int(number[1]))
    return Found(
        numbered=next(numbered, None),
        cases=cases,
        accounts=_accounts(words, by=by),
        people=_people(words) if access.may(by, Act.SEE_TEAM) else [],
    )


def _cases(words: str, *, by: Person) -> list[Case]:
    """Two short looks, each with its index, where one OR over two tables would read them all."""
    number = NUMBER.match(words)
    seen = visible(by).select_related("account", "owner")
    exact = list(seen.filter(pk=int(number[1]))) if number else []
    begun = seen.filter(subject__istartswith=words).order_by("-id")[:MOST]
    return [*exact, *(case for case in begun if case not in exact)]


def _accounts(words: str, *, by: Person) -> list[Account]:
    named = Q(name__istartswith=words) | Q(domain__istartswith=words)
    return list(visibility.visible(by).filter(named).order_by("name", "id")[:MOST])


def _people(words: str) -> list[Person]:
    named = Q(name__istartswith=words) | Q(email__istartswith=words) | Q(initials__iexact=words)
    people = Person.objects.filter(named, is_active=True).exclude(role=Role.SALES_USER)
    return list(people.order_by("name", "id")[:MOST])
