"""The values of dashboards, as pages say and draw them. `{% load dashboards %}`."""

from __future__ import annotations

from html import escape  # of the standard library: a table has thousands of texts, none of them lazy
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from cases.dashboards import wording
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Cell, Column, Figure, Money, Share, Table, Value
from cases.lists import Chip

register = template.Library()
_TEXTS = {"text", "day"}
CURRENT = ' aria-current="true"'
LONG_FIGURE = 12  # characters from which the words of a tile are set smaller
LONG_TEXT = 36  # from which a text of a table may take several lines
FEW_AMOUNTS = 2  # of so many currencies, what stands on one line


@register.filter
def said(value: Value, kind: str = "text") -> str:
    """The value in words: `1,204`, `83.3 %`, `2.4 d`."""
    words = wording.say(value, kind)  # type: ignore[arg-type]  # templates name kinds
    return _unbroken(words) if kind == "money" else words


def _unbroken(money: str) -> str:
    """Of several currencies a line ends between two, never within one."""
    return " + ".join(one.replace(" ", "\N{NO-BREAK SPACE}") for one in money.split(" + "))


@register.filter
def said_of(one: Cell | Figure) -> str:
    """Of how many it is, where that is not the value itself: `of 120`, `of 4 only`, `from 2 cases`."""
    if isinstance(one.value, Share):
        few = " only" if one.value.is_few else ""
        return f"of {one.value.whole:,}{few}" if one.value.whole else ""
    if not one.of or one.value is None:
        return ""
    if isinstance(one.value, Money):
        return f"from {one.of:,} case{'' if one.of == 1 else 's'}"
    return f"of {one.of:,}"


@register.filter
def said_before(one: Figure) -> str:
    """The same of the period before; nothing where it is unknown, of nothing, or is money of several currencies."""
    before = one.before
    is_nothing = before is None or (isinstance(before, Share) and not before.whole)
    if is_nothing or (isinstance(before, Money) and len(before.amounts) > 1):
        return ""
    return wording.say(before, one.kind)


@register.filter
def is_long(one: Figure) -> bool:
    """Whether the words are too long to be said large."""
    return len(wording.say(one.value, one.kind)) > LONG_FIGURE


@register.filter
def rows(table: Table, which: str = "rows") -> SafeString:
    """The rows of a table, or its `total`. Markup made here: a table has cells by the thousand."""
    found = ([table.total] if table.total else []) if which == "total" else table.rows
    return mark_safe("".join([f"<tr>{_cells(table, row)}</tr>" for row in found]))  # noqa: S308  each part is escaped


def _cells(table: Table, row: tuple[Cell, ...]) -> str:
    first, *rest = zip(table.columns, row, strict=True)
    return _name(*first) + "".join([_cell(column, cell) for column, cell in rest])


@register.filter
def options(chip: Chip) -> SafeString:
    """What a filter offers, each a link. Markup made here: there is one for everybody at a desk."""
    links = [
        f'<a href="{escape(one.url)}"{CURRENT if one.current else ""}>{escape(one.words)}</a>'
        for one in chip.options
    ]
    return mark_safe("".join(links))  # noqa: S308  each part is escaped


def _name(column: Column, cell: Cell) -> str:
    words = escape(wording.say(cell.value, column.kind))
    named = f'<a href="{escape(cell.url)}">{words}</a>' if cell.url else f"<span>{words}</span>"
    more = f'<span class="row-more">{escape(cell.hint)}</span>' if cell.hint else ""
    return f'<th scope="row">{named}{more}</th>'


def _cell(column: Column, cell: Cell) -> str:
    value = wording.number(cell.value, column.kind)
    tone = f' class="words tone-{cell.tone}"' if cell.tone else ""
    words = wording.say(cell.value, column.kind)
    if not isinstance(cell.value, int | Share):  # which are said without signs to escape
        words = _unbroken(escape(words)) if isinstance(cell.value, Money) else escape(words)
    shown = f'<a{tone} href="{escape(cell.url)}">{words}</a>' if cell.url else f"<span{tone}>{words}</span>"
    beside = f' <span class="cell-of">{of}</span>' if (of := said_of(cell)) else ""
    if cell.hint:
        beside += f' <span class="cell-of">{escape(cell.hint)}</span>'
    return (
        f'<td{_shape(column, cell, words)} data-value="{"" if value is None else value}">{shown}{beside}</td>'
    )


def _shape(column: Column, cell: Cell, words: str) -> str:
    if isinstance(cell.value, Money) and len(cell.value.amounts) > FEW_AMOUNTS:
        return ' class="end wraps"'
    if is_number(column):
        return ' class="end"'
    return ' class="wraps"' if len(words) > LONG_TEXT else ""


@register.filter
def is_number(column: Column) -> bool:
    return column.kind not in _TEXTS


@register.simple_tag
def with_query(asked: Asked, **changes: Any) -> str:
    """This view with changes, as an address."""
    return f"?{asked.query(**changes)}"
