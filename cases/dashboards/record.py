"""Lists behind figures that count no cases: their addresses, the time that they speak of, and their page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.access import person_of
from cases.dashboards import asked as reading
from cases.dashboards import chips, periods
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Table
from smbcases.lib import keyset

SIZE = 50
LATEST: tuple[str, ...] = ("-at", "-id")
_WHEN = {"period", "from", "to"}

Read = Callable[[Asked, Mapping[str, str]], QuerySet[Any]]


def address(name: str, asked: Asked, *span: datetime, **more: object) -> str:
    """Where the record called `name` is, narrowed as the dashboard is and by `more`; `span`: from, and before when."""
    kept = {key: value for key, value in asked.state.items() if key not in _WHEN}
    instants = zip(("at_from", "at_before"), (at.isoformat() for at in span), strict=False)
    state = {**kept, **dict(instants), **more}
    query = urlencode({key: str(value) for key, value in state.items() if value})
    return f"{reverse(name)}?{query}" if query else reverse(name)


def read_span(asked: Asked, wanted: Mapping[str, str]) -> tuple[datetime, datetime]:
    """The instants that the address names; the period's own where they cannot be read."""
    return _instant(wanted.get("at_from", ""), asked.start), _instant(wanted.get("at_before", ""), asked.end)


def _instant(text: str, usual: datetime) -> datetime:
    return _read_instant(text) or usual


def _read_instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if timezone.is_aware(found) and found.year in periods.YEARS else None


def _unread(wanted: Mapping[str, str]) -> list[str]:
    """Which instants of the address could not be read, in a sentence."""
    given = [text for name in ("at_from", "at_before") if (text := wanted.get(name, ""))]
    is_all = all(_read_instant(text) for text in given)
    return [] if is_all else ["Those times could not be read; this is the usual period."]


def moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.day} {local:%b %Y, %H:%M}"


def span_words(asked: Asked, wanted: Mapping[str, str]) -> str:
    """1 Oct 2026 to 31 Oct 2026: the last day that is within."""
    start, end = (at.astimezone(asked.zone) for at in read_span(asked, wanted))
    last = end - timedelta(microseconds=1)
    return f"{start.day} {start:%b %Y} to {last.day} {last:%b %Y}"


def narrowed(asked: Asked) -> list[str]:
    """The filters in force, in words: Team: Rosa Chen."""
    return [
        f"{reading.LABELS[name]}: {words}" for name in reading.EVERY if (words := chips.said(asked, name))
    ]


def show(
    request: HttpRequest,
    *,
    back: str,
    read: Read,
    draw: Callable[[list[Any]], Table],
    words: Callable[[Asked, Mapping[str, str]], str],
    order: Sequence[str] = LATEST,
) -> HttpResponse:
    """A page of the record. `back`: the dashboard that led here; `order`: fields, the last of them unique."""
    wanted = request.GET.dict()
    asked = reading.read(wanted, reader=person_of(request), now=timezone.now())
    rows, notes = read(asked, wanted), [*asked.notes, *_unread(wanted)]
    try:
        found = keyset.cut(rows, order=order, size=SIZE, cursor=wanted.get("page", ""))
    except keyset.BadCursor:
        found = keyset.cut(rows, order=order, size=SIZE)
        notes.append("That page is gone; this is the first one.")
    kept = {name: value for name, value in wanted.items() if name != "page"}
    context = {
        "asked": asked,
        "notes": notes,
        "back": back,
        "table": draw(found.rows),
        "words": words(asked, wanted),
        "previous": _turn(kept, found.previous),
        "next": _turn(kept, found.next),
    }
    return render(request, "dashboards/record.html", context)


def _turn(kept: Mapping[str, str], cursor: str) -> str:
    return f"?{urlencode({**kept, 'page': cursor})}" if cursor else ""
