"""A table of a dashboard as a file, and a dashboard as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.http import HttpResponseBase

from cases.dashboards import wording
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Cell, Dashboard, Figure, Money, Share, Table
from smbcases.lib import downloads, sheets


def respond(table: Table, *, called: str, ending: str) -> HttpResponseBase:
    """The table with its total, as `called`.csv or .xlsx. Raises Http404 for another ending."""
    names = head(table)
    widths = [28, *(max(12, min(44, len(name) + 4)) for name in names[1:])]
    sheet = table.name.replace("/", " ")
    return downloads.respond(called, names, rows(table), ending=ending, sheet=sheet, widths=widths)


def head(table: Table) -> list[str]:
    heads = []
    for at, column in enumerate(table.columns):
        unit = wording.unit(column.kind)
        heads.append(f"{column.name} ({unit})" if unit else column.name)
        heads.extend(f"{column.name}, {name}" for name in _beside(table, at))
    return heads


def rows(table: Table) -> Iterator[list[sheets.Cell]]:
    beside = [_beside(table, at) for at in range(len(table.columns))]
    for row in table.every_row:
        line: list[sheets.Cell] = []
        for column, cell, names in zip(table.columns, row, beside, strict=True):
            line.append(wording.plain(cell.value, column.kind))
            line.extend(_BESIDE[name](cell) for name in names)
        yield line


def _of(cell: Cell) -> int | None:
    return cell.value.whole if isinstance(cell.value, Share) else cell.of


def _currency(cell: Cell) -> str:
    return ", ".join(currency for currency, _ in cell.value.amounts) if isinstance(cell.value, Money) else ""


_BESIDE: Mapping[str, Callable[[Cell], sheets.Cell]] = {
    "of": _of,
    "currency": _currency,
    "note": lambda cell: cell.hint,
}


def _beside(table: Table, at: int) -> list[str]:
    """What stands beside a column: of a share, a median or an average of how many it is one, of money its currency,
    and what the page says in small beside the number."""
    kind, cells = table.columns[at].kind, [row[at] for row in table.every_row]
    has_of = kind in {"share", "duration", "days"} or (kind == "money" and any(cell.of for cell in cells))
    found = {"of": has_of, "currency": kind == "money", "note": any(cell.hint for cell in cells)}
    return [name for name, is_so in found.items() if is_so]


def shape(dashboard: Dashboard, asked: Asked) -> dict[str, Any]:
    """The blocks as the API sends them."""
    return {
        "key": dashboard.key,
        "name": dashboard.name,
        "period": {"name": asked.period.name, "start": asked.start, "end": asked.end},
        "filters": asked.state,
        "notes": list(asked.notes),
        "answer": dashboard.answer.words,
        "figures": [_figure(figure) for figure in dashboard.figures],
        "tables": [_table(table) for table in dashboard.tables],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "key": figure.key,
        "name": figure.name,
        "kind": figure.kind,
        "value": wording.shape(figure.value),
        "before": wording.shape(figure.before),
        "of": figure.of,
        "url": figure.url,
    }


def _table(table: Table) -> dict[str, Any]:
    columns = [{"key": one.key, "name": one.name, "kind": one.kind} for one in table.columns]
    return {
        "key": table.key,
        "name": table.name,
        "columns": columns,
        "rows": [_row(table, row) for row in table.rows],
        "total": _row(table, table.total) if table.total else None,
    }


def _row(table: Table, row: tuple[Cell, ...]) -> dict[str, Any]:
    cells = zip(table.columns, row, strict=True)
    return {
        column.key: {"value": wording.shape(cell.value), "of": cell.of, "url": cell.url}
        for column, cell in cells
    }
