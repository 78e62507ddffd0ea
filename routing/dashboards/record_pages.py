"""The pages of what was given, and of looks that were held back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Act, page, person_of
from cases.dashboards import asked as reading
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Table
from routing.dashboards import records
from smbcases.lib import keyset

SIZE = 50


@page(Act.SEE_DECISIONS)
@require_safe
def given(request: HttpRequest) -> HttpResponse:
    related = ("case", "person", "by")
    return _show(request, back="team", read=records.given, related=related, draw=records.table_of_given)


@page(Act.SEE_DECISIONS)
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    related = ("account", "trigger")
    return _show(request, back="triggers", read=records.looks, related=related, draw=records.table_of_looks)


def _show(
    request: HttpRequest,
    *,
    back: str,
    read: Callable[[Asked, Mapping[str, str]], QuerySet[Any]],
    related: tuple[str, ...],
    draw: Callable[[list[Any]], Table],
) -> HttpResponse:
    reader, wanted = person_of(request), request.GET.dict()
    asked = reading.read(wanted, reader=reader, now=timezone.now())
    rows = read(asked, wanted).select_related(*related)
    found = _cut(rows, wanted.get("page", ""))
    kept = {name: value for name, value in wanted.items() if name != "page"}
    context = {
        "asked": asked,
        "back": back,
        "table": draw(found.rows),
        "words": records.words(asked, wanted),
        "previous": _address(kept, found.previous),
        "next": _address(kept, found.next),
    }
    return render(request, "routing/record.html", context)


def _cut(rows: QuerySet[Any], cursor: str) -> keyset.Page[Any]:
    try:
        return keyset.cut(rows, order=["-at", "-id"], size=SIZE, cursor=cursor)
    except keyset.BadCursor:
        return keyset.cut(rows, order=["-at", "-id"], size=SIZE, cursor="")


def _address(kept: Mapping[str, str], cursor: str) -> str:
    return f"?{urlencode({**kept, 'page': cursor})}" if cursor else ""
