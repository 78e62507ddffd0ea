"""From a click to an answer: every form on a case is shown, carried out and refused the same way.

A form is a partial that stands on the case's page, in a dialog, or alone on a page of its own for who has no
JavaScript. Refused, it comes back with what was typed; carried out, the case's page comes in its place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from accounts.access import person_of
from accounts.models import Person
from cases import access, case_page, telling
from cases.closing import NotReadyToClose
from cases.forms import CaseForm
from cases.models import Case
from cases.writing import StaleCase
from smbcases.lib.refusal import Refusal

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

LONGEST_BACK = 2000
Do = Callable[[int], object]
Context = Mapping[str, Any]

forms_only = require_http_methods(["GET", "HEAD", "POST"])


class Call(TypedDict):
    """What every domain call on a case needs."""

    case_id: int
    by: Person
    now: datetime


def begin(request: HttpRequest, pk: int) -> tuple[Case, Call]:
    """The case, and what every domain call needs. Raises Http404 where the case may not be seen."""
    person = person_of(request)
    case = access.get_case(person, pk)
    return case, {"case_id": pk, "by": person, "now": timezone.now()}


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A form as it is shown: its partial template, its title, the word on its button, what else it shows.

    `options`: for a form of choices the records to choose from.
    """

    template: str
    title: str
    button: str
    context: Context = field(default_factory=dict)
    options: Iterable[Any] = ()
    wide: str = ""


def act(request: HttpRequest, *, case: Case, form: CaseForm, ask: Ask, do: Do, done: str) -> HttpResponse:
    """Show the form, or carry it out: `do` gets the version that was seen, and may refuse.

    `done` is said where it went through. Refusals keep what was typed; of a case that changed meanwhile it is
    told what changed, and the same form sent again applies to its new state.
    """
    if request.method != "POST":
        return show(request, case=case, form=form, ask=ask)
    if not form.is_valid():
        return show(request, case=case, form=form, ask=ask, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        do(form.cleaned_data["version"])
    except StaleCase as stale:
        form.meet(access.get_case(person_of(request), case.pk))
        changes = [telling.tell(row, case=form.case) for row in stale.changes]
        return show(
            request,
            case=form.case,
            form=form,
            ask=ask,
            status=HTTPStatus.PRECONDITION_FAILED,
            changes=changes,
        )
    except Refusal as refusal:
        _say(form, refusal)
        return show(request, case=case, form=form, ask=ask, status=refusal.status)
    return _done(request, case, done)


def is_htmx(request: HttpRequest) -> bool:
    return bool(cast("HtmxDetails", getattr(request, "htmx", False)))


def _say(form: CaseForm, refusal: Refusal) -> None:
    """Put the refusal above the form; the closing form itself says beside each field what is missing."""
    if isinstance(refusal, NotReadyToClose):
        form.add_error(None, "It cannot be closed yet: see below what is missing.")
    else:
        form.add_error(None, refusal.detail)


def show(
    request: HttpRequest,
    *,
    case: Case,
    form: CaseForm,
    ask: Ask,
    status: int = 200,
    changes: list[telling.Told] | None = None,
) -> HttpResponse:
    """The form on a page of its own; for htmx in a dialog, or in the place of the one that was refused."""
    context = {
        "case": case,
        "type_name": telling.case_type_name(case),
        "form": form,
        "ask": ask,
        "changes": changes or [],
        "back": way_back(request),
        **ask.context,
    }
    if not is_htmx(request):
        return render(request, "cases/case_form.html", context, status=status)
    if request.method != "POST":
        return render(request, "cases/sheet.html", context)
    if request.headers.get("HX-Target") == "sheet":  # from a button in a row, where no form stood open
        return render(request, "cases/sheet.html", context, status=_swapped(status))
    return render(request, ask.template, context, status=_swapped(status))


_SWAPPED = frozenset({HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT})


def _swapped(status: int) -> int:
    """Forms are swapped in on these answers only: a 403 or 404 of the frame must not land in one."""
    return status if status in _SWAPPED else HTTPStatus.UNPROCESSABLE_ENTITY


def way_back(request: HttpRequest, *, usual: str = "") -> str:
    """The page of ours that the form was opened from, by `back`; the usual one, empty: the case's own."""
    return ours(request.POST.get("back", "") or request.GET.get("back", ""), usual=usual)


def ours(back: str, *, usual: str) -> str:
    """The address, if it is one of ours; else the usual one."""
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back[:LONGEST_BACK] if is_ours else usual


def _done(request: HttpRequest, case: Case, done: str) -> HttpResponse:
    """Back to the case, or to where the form was opened from: in place for htmx, a redirect for others."""
    messages.success(request, done)
    back = way_back(request)
    if back:
        return show_anew(request, back)
    if not is_htmx(request):
        return redirect("case", pk=case.pk)
    response = case_page.show(request, case.pk)
    response["HX-Retarget"] = "#case"
    response["HX-Reswap"] = "outerHTML"
    return response


def show_anew(request: HttpRequest, url: str) -> HttpResponse:
    """Show this page of ours as it is now: its content in place for htmx, a redirect for others."""
    if not is_htmx(request):
        return redirect(url)
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    again = {"path": url, "target": "#main", "select": "#main", "swap": "outerHTML show:none"}
    response["HX-Location"] = json.dumps(again)
    return response
