"""The form that files a case: shown, kept as it is typed, filed, added to an open case, or thrown away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Act, page, person_of
from accounts.models import Person
from cases.filing import adding, beginning, beside, draft_files, drafts, filing, finding, unsent
from cases.filing.filing import NotReadyToFile, OpenCasesThere
from cases.filing.forms import FilingForm
from cases.models import FilingDraft
from smbcases.lib import ids
from smbcases.lib.refusal import Refusal
from smbcases.playbook.vocabulary import FIRST_ORDER

View = Callable[..., HttpResponse]


def _back_to_form(view: View) -> View:
    """Signing in again comes back to the address that was posted to: it leads to the form, which has all that was
    typed."""

    @wraps(view)
    def answer(request: HttpRequest, key: UUID, **more: Any) -> HttpResponse:
        if request.method in {"GET", "HEAD"}:
            return redirect("file_case_form", key)
        return view(request, key, **more)

    return answer


@page(Act.FILE_CASES)
@never_cache
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """A new form, which is sent to an address of its own: a reload there, or signing in again, comes back to it."""
    by, key = person_of(request), uuid4()
    initial = {"follow": "on", **beginning.begin(request.GET)}
    return _show(request, key, form=FilingForm(by=by, initial=initial), draft=None)


@unsent.kept
@page(Act.FILE_CASES)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, key: UUID) -> HttpResponse:
    by, now = person_of(request), timezone.now()
    filed = _or_404(lambda: filing.filed_before(key, by=by))
    if filed is not None:
        return redirect("case_filed", pk=filed.pk)
    if request.method == "POST":
        return _file(request, key, by=by, now=now)
    if unsent.take(request, key, person=by, now=now):
        messages.info(request, "What you had typed before you were signed out is here.")
    draft = _draft(key, by=by)
    initial = draft.typed if draft and draft.typed else {"follow": "on", **beginning.begin(request.GET)}
    return _show(request, key, form=FilingForm(by=by, initial=initial), draft=draft)


def _file(request: HttpRequest, key: UUID, *, by: Person, now: datetime) -> HttpResponse:
    """What was sent is kept as a draft first, its files with it; then it is filed, or shown with what is wrong."""
    draft = _or_404(lambda: drafts.save(key=key, person=by, typed=request.POST.dict(), now=now))
    refused = _keep_files(request, key, by=by, now=now)
    sent = FilingForm(request.POST, by=by, initial={})
    if refused or not sent.is_valid():
        return _show(request, key, form=sent, draft=draft, status=422)
    try:
        case = filing.file_case(
            asked=sent.asked(),
            by=by,
            now=now,
            key=key,
            anyway="anyway" in request.POST,
            follow=sent.cleaned_data["follow"],
        )
    except NotReadyToFile as refusal:
        sent.refuse(refusal.wrongs)
        return _show(request, key, form=sent, draft=draft, status=refusal.status)
    except OpenCasesThere as refusal:
        return _show(request, key, form=sent, draft=draft, status=refusal.status, warned=refusal.detail)
    messages.success(request, f"{case.number} is filed.")
    return redirect("case_filed", pk=case.pk)


def _show(
    request: HttpRequest,
    key: UUID,
    *,
    form: FilingForm,
    draft: FilingDraft | None,
    status: int = 200,
    warned: str = "",
) -> HttpResponse:
    by = person_of(request)
    others = [one for one in drafts.of_person(by) if one.key != key] if request.method != "POST" else []
    context = {
        **_beside(form, key, by=by),
        "form": form,
        "key": key,
        "draft": draft,
        "files": draft_files.of(draft),
        "others": others,
        "warned": warned,
        "first_order": FIRST_ORDER,
        "picks": form.picks,
    }
    return render(request, "cases/filing/form.html", context, status=status)


def _beside(form: FilingForm, key: UUID, *, by: Person) -> dict[str, Any]:
    account = form.account
    return {
        "key": key,
        "account": account,
        "beside": beside.look(account.pk, by=by) if account else None,
        "asked": form.given("description"),
    }


@unsent.kept
@page(Act.FILE_CASES)
@require_POST
def draft(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keep what is typed; answered with the account's open cases, and the address that the account has."""
    by, now = person_of(request), timezone.now()
    kept = _or_404(lambda: drafts.save(key=key, person=by, typed=request.POST.dict(), now=now))
    form = FilingForm(by=by, initial=kept.typed)
    context = _beside(form, key, by=by)
    billing = beginning.billing(form.account) if form.account else {}
    html = render_to_string("cases/filing/beside.html", context, request=request)
    return JsonResponse(
        {"saved_at": timezone.localtime(now).strftime("%H:%M"), "beside": html, "billing": billing}
    )


@page(Act.FILE_CASES)
@require_POST
def discard(request: HttpRequest, key: UUID) -> HttpResponse:
    drafts.drop(key=key, person=person_of(request))
    messages.info(request, "The form was thrown away.")
    return redirect("filed_cases")


@unsent.kept
@page(Act.FILE_CASES)
@_back_to_form
@require_POST
def add(request: HttpRequest, key: UUID, pk: int) -> HttpResponse:
    """Say it on an open case instead; nothing is said while a file of it is refused."""
    by, now = person_of(request), timezone.now()
    _or_404(lambda: drafts.save(key=key, person=by, typed=request.POST.dict(), now=now))
    if _keep_files(request, key, by=by, now=now):
        return redirect("file_case_form", key)
    asks = request.POST.get("as") != "comment"
    text = request.POST.get("description", "")
    try:
        case = adding.add(key=key, case_id=pk, text=text, is_question=asks, by=by, now=now)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
        return redirect("file_case_form", key)
    said = "Asked. Who works the case is told." if asks else "Your comment is saved."
    messages.success(request, f"{case.number}: {said[0].lower()}{said[1:]}")
    return redirect("case", pk=case.pk)


@unsent.kept
@page(Act.FILE_CASES)
@_back_to_form
@require_POST
def attach(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keep files with the form; each by itself."""
    by, now = person_of(request), timezone.now()
    refused = _keep_files(request, key, by=by, now=now)
    if request.headers.get("Accept") != "application/json":
        return redirect("file_case_form", key)
    files = draft_files.of(_draft(key, by=by))
    html = render_to_string("cases/filing/files.html", {"files": files, "key": key}, request=request)
    return JsonResponse({"files": html, "refused": refused}, status=422 if refused else 200)


@unsent.kept
@page(Act.FILE_CASES)
@_back_to_form
@require_POST
def take_away(request: HttpRequest, key: UUID, file: int) -> HttpResponse:
    """Keep what was typed first: that the file is gone already is no reason to lose it."""
    by, now = person_of(request), timezone.now()
    if any(name in request.POST for name in drafts.TYPED):
        _or_404(lambda: drafts.save(key=key, person=by, typed=request.POST.dict(), now=now))
    try:
        draft_files.take_away(key=key, person=by, file_id=file)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    return redirect("file_case_form", key)


@page(Act.FILE_CASES)
@require_safe
def find(request: HttpRequest, kind: str) -> JsonResponse:
    """What may be meant, as JSON for the list below the field."""
    pk = ids.read(request.GET.get("account", ""))
    found = _or_404(lambda: finding.find(kind, request.GET.get("q", ""), account_id=pk))
    return JsonResponse({"found": [vars(one) for one in found]})


def _keep_files(request: HttpRequest, key: UUID, *, by: Person, now: datetime) -> list[str]:
    """Keep what came with the form; answers what was refused, which is told too."""
    refused = []
    for file in request.FILES.getlist("file"):
        try:
            draft_files.attach(key=key, person=by, file=file, name=file.name or "", now=now)
        except Refusal as refusal:
            refused.append(refusal.detail)
            if request.headers.get("Accept") != "application/json":
                messages.error(request, refusal.detail)
    return refused


def _draft(key: UUID, *, by: Person) -> FilingDraft | None:
    found: FilingDraft | None = _or_404(lambda: drafts.load(key=key, person=by))
    return found


def _or_404(do: Any) -> Any:
    try:
        return do()
    except Refusal as refusal:
        raise Http404(refusal.detail) from refusal
