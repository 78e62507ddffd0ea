"""An act on many cases as pages: chosen on a list, asked for and previewed, done, undone. Works without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Act, page, person_of
from accounts.models import Person
from cases.acting import ours, way_back
from cases.many import acts, running, selecting, undoing
from cases.many.forms import ManyForm
from cases.models import BulkRun, RunState, Verdict
from smbcases.lib import ids
from smbcases.lib.refusal import Refusal


@page(Act.WORK_CASES)
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Take what is ticked, or all that the list matches, and go on to the form or the preview."""
    person, now, sent = person_of(request), timezone.now(), request.POST
    back = way_back(request, usual=reverse("my_cases"))
    try:
        run = running.choose(
            act=sent.get("act", ""), chosen=_chosen(sent, by=person), by=person, now=now, back=back[:2000]
        )
        if acts.find(run.act).form is None:
            running.preview(run_id=run.pk, given={}, by=person, now=now)
    except Refusal as refusal:
        messages.warning(request, refusal.detail)
        return redirect(back)
    return redirect("many_run", run=run.pk)


def _chosen(sent: QueryDict, *, by: Person) -> selecting.Chosen:
    if sent.get("all"):
        asked = QueryDict(sent.get("query", "")).dict()
        return selecting.matching(sent.get("list", ""), asked, by=by, now=timezone.now())
    return selecting.ticked(ids.read_all(sent.getlist("case")), by=by)


@page(Act.WORK_CASES)
@require_safe
def run(request: HttpRequest, run: UUID) -> HttpResponse:
    """Where the run is: its form, its preview, or what it came to."""
    return _render(request, _find(request, run))


@page(Act.WORK_CASES)
@require_POST
def preview(request: HttpRequest, run: UUID) -> HttpResponse:
    found = _find(request, run)
    form = _form(found, request.POST)
    if form is not None and not form.is_valid():
        return _render(request, found, form=form, status=422)
    given = form.given() if form else {}
    return _then(
        request,
        found,
        lambda: running.preview(run_id=run, given=given, by=person_of(request), now=timezone.now()),
    )


@page(Act.WORK_CASES)
@require_POST
def carry_out(request: HttpRequest, run: UUID) -> HttpResponse:
    found = _find(request, run)
    return _then(
        request,
        found,
        lambda: running.carry_out(run_id=run, by=person_of(request), now=timezone.now()),
    )


@page(Act.WORK_CASES)
@require_POST
def undo(request: HttpRequest, run: UUID) -> HttpResponse:
    """Back to the list where it was undone from there (`back`), with what it came to."""
    found = _find(request, run)
    answer = _then(
        request, found, lambda: undoing.undo(run_id=run, by=person_of(request), now=timezone.now())
    )
    back = request.POST.get("back", "")
    if not back:
        return answer
    _tell_undone(request, _find(request, run))
    return redirect(ours(back, usual=reverse("my_cases")))


def _tell_undone(request: HttpRequest, run: BulkRun) -> None:
    """In one sentence, with what stays as it is; the page of the run has it case by case."""
    rows = list(run.rows.filter(verdict=Verdict.GOES, undone__isnull=False).order_by("position"))
    put_back = sum(row.undone is True for row in rows)
    if rows:
        messages.info(request, f"{put_back} of {len(rows)} {'is' if len(rows) == 1 else 'are'} as before.")
    for sentence in dict.fromkeys(row.undo_detail for row in rows if row.undo_detail):
        messages.warning(request, sentence)


def _then(request: HttpRequest, found: BulkRun, do: Callable[[], object]) -> HttpResponse:
    try:
        do()
    except Refusal as refusal:
        messages.warning(request, refusal.detail)
    return redirect("many_run", run=found.pk)


def _find(request: HttpRequest, run: UUID) -> BulkRun:
    try:
        return running.find(run, by=person_of(request))
    except running.NoSuchRun as error:
        raise Http404(error.detail) from error


def _form(found: BulkRun, data: QueryDict | None = None) -> ManyForm | None:
    made = acts.find(found.act).form
    return made(data, run=found) if made else None


def _render(
    request: HttpRequest, found: BulkRun, *, form: ManyForm | None = None, status: int = 200
) -> HttpResponse:
    rows = list(found.rows.select_related("case", "case__account").order_by("position"))
    ends = undoing.until(found)
    is_open = found.state in {RunState.CHOSEN, RunState.PREVIEWED}
    context: dict[str, Any] = {
        "run": found,
        "act": acts.find(found.act),
        "form": (form or _form(found)) if is_open else None,
        "rows": sorted(rows, key=lambda row: (row.verdict != Verdict.REFUSED, row.position)),
        "goes": sum(row.verdict == Verdict.GOES for row in rows),
        "same": sum(row.verdict == Verdict.SAME for row in rows),
        "refused": sum(row.verdict == Verdict.REFUSED for row in rows),
        "put_back": sum(row.undone is True for row in rows),
        "undo_until": ends if ends and ends >= timezone.now() else None,
        "back": found.back or reverse("my_cases"),
    }
    return render(request, "cases/many/run.html", context, status=status)
