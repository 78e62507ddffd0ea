"""Run your day: one list of everything to do, worked off in place, by keys, on a phone, and without a script."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts import access
from accounts.access import Act, Reach, reach
from accounts.models import Person
from cases.day import doing, reading, whose
from cases.day.reading import Reading
from cases.many import bar


@access.page(Act.SEE_MY_CASES)
@never_cache
@require_safe
@vary_on_headers("HX-Target")
def show(request: access.SignedInRequest) -> HttpResponse:
    """The page, or for htmx its content alone. `?owner=`: another's day, to look at."""
    reader = request.user
    owner = whose.find(reader, request.GET.get("owner", ""))
    found = reading.read(owner, now=timezone.now(), with_tasks=owner == reader)
    is_part = request.headers.get("HX-Target") == "main"
    template = "cases/day/again.html" if is_part else "cases/day/page.html"
    return render(request, template, _context(reader, owner, found))


def _context(reader: Person, owner: Person, found: Reading) -> dict[str, Any]:
    is_own = owner == reader
    here = reverse("my_day") + ("" if is_own else f"?{urlencode({'owner': owner.pk})}")
    acts = bar.context(reader, now=found.clock.now) if is_own else {"many_acts": []}
    return {
        **acts,
        "reading": found,
        "groups": [
            (group, [(thing, doing.act_of(thing, back=here), doing.url_of(thing)) for thing in things])
            for group, things in found.groups
        ],
        "owner": owner,
        "is_own": is_own,
        "has_desk": owner.handles_cases,
        "people": [] if reach(reader, Act.SEE_DASHBOARDS) is Reach.OWN else list(whose.others(reader)),
        "here": here,
    }
