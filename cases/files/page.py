"""Files on a case's page: attached by form, drop or paste, downloaded, shown if images, taken away."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Act, page, person_of
from cases import access
from cases.acting import is_htmx
from cases.files import attaching, rights, serving
from cases.models import Attachment, Case
from smbcases.lib.refusal import Refusal


@page(Act.SEE_CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Each file by itself: what is refused is said by name and holds no other up."""
    case = access.get_case(person_of(request), pk)
    rights.check_may_attach(person_of(request), case)
    if request.method != "POST":
        return _form(request, case)
    files = request.FILES.getlist("file")
    if not files:
        messages.warning(request, "Choose a file first.")
    refused = 0
    for file in files:
        try:
            kept = attaching.attach(
                case_id=pk, file=file, name=file.name or "", by=person_of(request), now=timezone.now()
            )
        except Refusal as refusal:
            refused += 1
            messages.error(request, refusal.detail)
        else:
            messages.success(request, f"“{kept.name}” is attached.")
    if request.headers.get("Accept") == "application/json":
        return HttpResponse(status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.NO_CONTENT)
    return redirect("case", pk=pk)


def _form(request: HttpRequest, case: Case) -> HttpResponse:
    template = "cases/files/attach_sheet.html" if is_htmx(request) else "cases/files/attach_page.html"
    return render(request, template, {"case": case})


@page(Act.SEE_CASES)
@require_safe
def download(request: HttpRequest, pk: int, attachment: int) -> HttpResponseBase:
    return serving.answer(_find(request, pk, attachment))


@page(Act.SEE_CASES)
@require_safe
def image(request: HttpRequest, pk: int, attachment: int) -> HttpResponseBase:
    return serving.answer(_find(request, pk, attachment), inline=True)


@page(Act.SEE_CASES)
@require_POST
def remove(request: HttpRequest, pk: int, attachment: int) -> HttpResponse:
    kept = _find(request, pk, attachment)
    try:
        attaching.detach(case_id=pk, attachment_id=kept.pk, by=person_of(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, f"“{kept.name}” was taken away.")
    return redirect("case", pk=pk)


def _find(request: HttpRequest, pk: int, attachment: int) -> Attachment:
    """The file, of a case that may be seen now. Raises Http404."""
    case = access.get_case(person_of(request), pk)
    kept = Attachment.objects.there().filter(case=case, pk=attachment).first()
    if kept is None:
        raise Http404("There is no such file, or it was taken away.")
    return kept
