"""Holds any dashboard to its word: what a figure says, the list that it opens has exactly.

`open_all(dashboard, reader=…)` follows every address of its figures and tables as `reader`. A count has as many rows
behind it, a share as many as its part, anything else as many as its `of`. How the rows of a list are counted stands in
`COUNTED_BY`.
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
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Cell, Dashboard, Figure, Share
from cases.dashboards.registry import Kind
from cases.dashboards.scorecard import records as scorecard_records
from cases.intake import lists as mail_lists
from cases.lists import PAGE_SIZE, Listing
from cases.room import board
from cases.room.kinds import Kind as RoomKind
from routing.dashboards import records

Given = dict[str, str]
PART = "#"  # names the part of its page that an address leads to


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
        given = dict(parse_qsl(parts.query))
        return counted_by(given | {PART: parts.fragment} if parts.fragment else given, reader, now)


def _of_all_cases(given: Given, reader: Person, now: datetime) -> int:
    listing = Listing(kind=ALL, asked=given, seen=visible(reader), now=now)
    assert not listing.notes, f"{given}: {listing.notes}"
    unknown = set(given) - {*ALL.known, "tab", "sort"}
    assert not unknown, f"All cases knows no filter {sorted(unknown)}."
    found = listing.filterset.qs.order_by(*listing.order.fields).values_list("pk", flat=True)
    assert [case.pk for case in listing.rows] == [*found[:PAGE_SIZE]]
    return int(found.count())


def _asked(given: Given, reader: Person, now: datetime) -> Asked:
    return reading.read(given, reader=reader, now=now)


def _of_required_ten(given: Given, reader: Person, now: datetime) -> int:
    """Its lines that are met."""
    cases = scorecard_records.required(_asked(given, reader, now), given)
    return sum(share.part for _, share, _ in scorecard_records.shares([*cases]))


def _of_a_room(given: Given, reader: Person, now: datetime) -> int:
    """All that a room has but tasks; at one of its parts what that has."""
    part = given.pop(PART, "").removeprefix("room-")
    found = load(board.KIND, reader=reader, now=now, **given)
    assert isinstance(found, board.Room)
    if part:
        return next(one.count for one in found.parts if one.kind == part)
    return sum(int(str(figure.value)) for figure in found.figures if figure.key != RoomKind.TASKS)


COUNTED_BY: dict[str, Callable[[Given, Person, datetime], int]] = {
    reverse("cases"): _of_all_cases,
    reverse("clean_room"): _of_a_room,
    reverse("touches"): lambda given, *who: scorecard_records.touches(_asked(given, *who), given).count(),
    reverse("required_ten"): _of_required_ten,
    reverse("given"): lambda given, *who: records.given(_asked(given, *who), given).count(),
    reverse("looks"): lambda given, *who: records.looks(_asked(given, *who), given).count(),
    reverse("mail_in", args=["unmatched"]): lambda *_: mail_lists.count("unmatched"),
}


def _each(dashboard: Dashboard) -> Iterator[tuple[str, Figure | Cell]]:
    for figure in dashboard.figures:
        if figure.url:
            yield f"{dashboard.key}: {figure.key}", figure
    for table in dashboard.tables:
        for row in (*table.rows, *([table.total] if table.total else [])):
            for column, cell in zip(table.columns, row, strict=True):
                if cell.url:
                    yield f"{dashboard.key}, {table.key}, {row[0].value}: {column.key}", cell


def silent(dashboard: Dashboard, *, but: tuple[str, ...] = ()) -> set[str]:
    """The columns and figures that count something and yet open nothing; `but` rows whose names begin so."""
    found = {one.key for one in dashboard.figures if _counts(one.value, one.of) and not one.url}
    for table in dashboard.tables:
        rows = [row for row in table.every_row if not str(row[0].value).startswith(but or ("\0",))]
        for row in rows:
            for column, cell in zip(table.columns[1:], row[1:], strict=True):
                if _counts(cell.value, cell.of) and not cell.url:
                    found.add(f"{table.key}.{column.key}")
    return found


def _counts(value: object, of: int | None) -> bool:
    return not isinstance(value, str | None) and value not in {0, Share(0, 0)} and of != 0


def _expected(one: Figure | Cell) -> int | None:
    value: Any = one.value
    if isinstance(value, Share):
        return value.part
    return value if isinstance(value, int) and one.of is None else one.of
