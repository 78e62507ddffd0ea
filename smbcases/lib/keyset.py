"""Pages of a long list by key, never by offset: page 40,000 costs what the first one does.

A cursor names the row that the reader has just passed, by the values it is ordered by. It is plain and
unsigned: whatever it says, it only moves a bound within rows that the reader may see.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


class BadCursor(Exception):
    """The cursor is damaged, or it belongs to another order."""


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Row]):
    """Rows in the order asked for, and the cursors of the pages beside it, empty where there is none."""

    rows: list[Row]
    previous: str = ""
    next: str = ""


@dataclass(frozen=True, kw_only=True)
class _Place:
    backwards: bool
    values: list[Any]


def cut(*parts: QuerySet[Row], order: Sequence[str], size: int, cursor: str = "") -> Page[Row]:
    """The page of `size` rows behind (or before) the cursor, in one query a part.

    `parts` have no row in common, and are taken together: each is found by an index of its own. `order` are fields of
    the rows, never null, the last of them unique; "-" turns one around; of several parts none is a text. Raises
    BadCursor.
    """
    place = _decode(cursor, model=parts[0].model, order=order) if cursor else None
    backwards = place is not None and place.backwards
    beyond = Q() if place is None else _beyond(place, order=order)
    asked = [_turned(name) for name in order] if backwards else order
    found = [row for rows in parts for row in rows.filter(beyond).order_by(*asked)[: size + 1]]
    if len(parts) > 1:
        _sort(found, order=asked)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    is_first = not more if backwards else place is None
    is_last = not backwards and not more
    return Page(
        rows=found,
        previous="" if is_first or not found else _encode(found[0], order=order, backwards=True),
        next="" if is_last or not found else _encode(found[-1], order=order, backwards=False),
    )


def _sort(rows: list[Row], *, order: Sequence[str]) -> None:
    """As PostgreSQL sorts numbers, instants and days; texts it sorts by rules of its own."""
    for name in reversed(order):
        rows.sort(key=attrgetter(name.lstrip("-")), reverse=name.startswith("-"))


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(place: _Place, *, order: Sequence[str]) -> Q:
    """(a, b, c) beyond the place, spelt out; the bound on `a` alone comes first, for the index."""
    either, level = Q(), Q()
    for name, value in zip(order, place.values, strict=True):
        field, is_down = name.lstrip("-"), name.startswith("-") != place.backwards
        either |= level & Q(**{f"{field}__{'lt' if is_down else 'gt'}": value})
        level &= Q(**{field: value})
    first, is_down = order[0].lstrip("-"), order[0].startswith("-") != place.backwards
    return Q(**{f"{first}__{'lte' if is_down else 'gte'}": place.values[0]}) & either


def _encode(row: Model, *, order: Sequence[str], backwards: bool) -> str:
    values = [getattr(row, name.lstrip("-")) for name in order]
    text = json.dumps([int(backwards), *values], separators=(",", ":"), default=_plain)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _read(model: type[Model], name: str, value: object) -> Any:
    field = model._meta.get_field(name.lstrip("-"))
    read = field.to_python(value)  # type: ignore[union-attr]  # what is ordered by is a column
    if read is None or (isinstance(read, datetime) and read.tzinfo is None):
        raise ValueError(value)
    return read


def _decode(cursor: str, *, model: type[Model], order: Sequence[str]) -> _Place:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        backwards, *values = json.loads(text)
        read = [_read(model, name, value) for name, value in zip(order, values, strict=True)]
    except (ValueError, TypeError, ArithmeticError, RecursionError, ValidationError) as error:
        raise BadCursor(cursor) from error
    return _Place(backwards=bool(backwards), values=read)
