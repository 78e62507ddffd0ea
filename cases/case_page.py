"""The case's page: why it exists, what to do, what is missing, and everything that was done."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Act, page, person_of
from accounts.models import Person
from cases import access, case_facts
from cases.forms import NextStepForm, PickUpForm, StatusForm
from cases.models import Case
from cases.planning import local_day
from smbcases.lib import ids


@page(Act.SEE_CASES)
@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, pk)


@page(Act.SEE_CASES)
@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Older rows of the history: by themselves for htmx, else the page with them."""
    older_than = ids.read(request.GET.get("before", ""))
    if not getattr(request, "htmx", False):
        return show(request, pk, older_than=older_than)
    seen = access.get_case(person_of(request), pk)
    stretch = case_facts.load_history(seen, older_than=older_than)
    context = {"case": seen, "history": stretch}
    return render(request, "cases/case_history_rows.html", context)


def show(request: HttpRequest, pk: int, *, older_than: int | None = None) -> HttpResponse:
    """The page, or for htmx its region. Raises Http404 where the case may not be seen."""
    person = person_of(request)
    seen = access.get_case(person, pk)
    context = _context(seen, person, older_than=older_than)
    is_part = bool(getattr(request, "htmx", False))
    template = "cases/case_region.html" if is_part else "cases/case.html"
    return render(request, template, context)


def _context(case: Case, person: Person, *, older_than: int | None) -> dict[str, Any]:
    now = timezone.now()
    today = local_day(person, now=now)
    facts = case_facts.load(case, person=person, now=now, older_than=older_than)
    return {
        "facts": facts,
        "moves": facts.moves,
        "case": case,
        "today": today,
        "next_step_form": NextStepForm(case=case, today=today),
        "pick_up_form": PickUpForm(case=case),
        "status_form": StatusForm(case=case),
        "older_than": older_than,
    }
