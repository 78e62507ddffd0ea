"""Forms about an account, as those about a case are: in a sheet over the page, or alone on a page of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cases.acting import is_htmx


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A form as it is shown: its partial, its title, and where it leads back to."""

    template: str
    title: str
    back: str
    context: Mapping[str, Any] = field(default_factory=dict)


def show(
    request: HttpRequest, sheet: Sheet, *, form: Form | None = None, refused: bool = False
) -> HttpResponse:
    context = {"sheet": sheet, "form": form, **sheet.context}
    if is_htmx(request) and request.method == "POST":
        return render(request, sheet.template, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    template = "routing/high_value/sheet.html" if is_htmx(request) else "routing/high_value/form_page.html"
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, template, context, status=status)


def done(request: HttpRequest, *, to: str, said: str) -> HttpResponse:
    """Say it on the page that the form was opened from."""
    messages.success(request, said)
    if not is_htmx(request):
        return redirect(to)
    return HttpResponse(headers={"HX-Redirect": to})
