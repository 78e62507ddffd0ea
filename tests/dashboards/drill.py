"""Holds any dashboard to its word: what a figure says, the list that it opens has exactly.

`open_all(dashboard, reader=…)` follows every address of its figures and tables as `reader`. A count has as many rows
behind it, a share as many as its part, anything else as many as its `of`. For lists other than All cases, add how to
count them to `COUNTED_BY`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from cases.access import visible
from cases.all_cases import ALL
from cases.dashboards import asked as reading
from cases.dashboards.blocks import Cell, Dashboard, Figure, Share
from cases.dashboards.registry import Kind
from cases.lists import Listing

Given = dict[str, str]


def load(kind: Kind, *, reader: Person, now: datetime, **given: str) -> Dashboard:
    """The dashboard as its page would load it for `reader` with this address."""
    asked = reading.read(given, reader=reader, now=now, offered=kind.filters)
    return kind.load(asked, reader, now)


def open_all(dashboard: Dashboard, *, reader: Person, now: datetime) -> int:
    """Follow every address; answers how many there were. Raises AssertionError with the first that does not hold."""
    followed = 0
    for where, one in _each(dashboard):
        if isinstance(one.value, str) and one.of is None:
            continue  # a signpost: it leads to what the row is about and counts nothing
        expected = _expected(one)
        assert expected is not None, (
            f"{where} opens {one.url}, and does not say how many there are: give it `of`."
        )
        found = count(one.url, reader=reader, now=now)
        assert found == expected, f"{where} says {expected}, and {one.url} lists {found}."
        followed += 1
    return followed


def count(url: str, *, reader: Person, now: datetime) -> int:
    """How many rows the list at this address has for `reader`."""
    parts = urlsplit(url)
    counted_by = COUNTED_BY.get(parts.path)
    assert counted_by, f"Say in COUNTED_BY how the rows of {parts.path} are counted."
    with time_machine.travel(now, tick=False), timezone.override(ZoneInfo(reader.time_zone)):
        return counted_by(dict(parse_qsl(parts.query)), reader, now)


def _of_all_cases(given: Given, reader: Person, now: datetime) -> int:
    listing = Listing(kind=ALL, asked=given, seen=visible(reader), now=now)
    assert not listing.notes, f"{given}: {listing.notes}"
    unknown = set(given) - {*ALL.known, "tab", "sort"}
    assert not unknown, f"All cases knows no filter {sorted(unknown)}."
    return int(listing.filterset.qs.count())


COUNTED_BY: dict[str, Callable[[Given, Person, datetime], int]] = {reverse("cases"): _of_all_cases}


def _each(dashboard: Dashboard) -> Iterator[tuple[str, Figure | Cell]]:
    for figure in dashboard.figures:
        if figure.url:
            yield f"{dashboard.key}: {figure.key}", figure
    for table in dashboard.tables:
        for row in (*table.rows, *([table.total] if table.total else [])):
            for column, cell in zip(table.columns, row, strict=True):
                if cell.url:
                    yield f"{dashboard.key}, {table.key}, {row[0].value}: {column.key}", cell


def _expected(one: Figure | Cell) -> int | None:
    value: Any = one.value
    if isinstance(value, Share):
        return value.part
    return value if isinstance(value, int) and one.of is None else one.of
