"""The values of dashboards, as pages say and draw them. `{% load dashboards %}`."""

from __future__ import annotations

from typing import Any

from django import template

from cases.dashboards import wording
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Cell, Column, Figure, Share, Table, Value

register = template.Library()
_TEXTS = {"text", "day"}


@register.filter
def said(value: Value, kind: str = "text") -> str:
    """The value in words: `1,204`, `83.3 %`, `2.4 d`."""
    return wording.say(value, kind)  # type: ignore[arg-type]  # templates name kinds


@register.filter
def said_of(one: Cell | Figure) -> str:
    """Of how many it is, where that is not the value itself: `of 120`, `of 4 only`."""
    if isinstance(one.value, Share):
        few = " only" if one.value.is_few else ""
        return f"of {one.value.whole:,}{few}" if one.value.whole else ""
    if one.of is None or one.value is None:
        return ""
    return f"of {one.of:,}"


@register.simple_tag
def drawn(cell: Cell, column: Column) -> str:
    """What a chart draws of the cell; empty where it is not known."""
    value = wording.number(cell.value, column.kind)
    return "" if value is None else str(value)


@register.filter
def cells(row: tuple[Cell, ...], table: Table) -> list[tuple[Column, Cell]]:
    """Each cell of a row with its column."""
    return list(zip(table.columns, row, strict=True))


@register.filter
def is_number(column: Column) -> bool:
    return column.kind not in _TEXTS


@register.simple_tag
def with_query(asked: Asked, **changes: Any) -> str:
    """This view with changes, as an address."""
    return f"?{asked.query(**changes)}"
