"""A table of a dashboard as a file, and a dashboard as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from cases.dashboards import wording
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Cell, Column, Dashboard, Figure, Table
from smbcases.lib import sheets

FORMATS = ("csv", "xlsx")


def respond(table: Table, *, called: str, ending: str) -> HttpResponseBase:
    """The table with its total, as `called`.csv or .xlsx; what is computed of few says of how many."""
    if ending == "csv":
        response: HttpResponseBase = StreamingHttpResponse(
            sheets.as_csv(head(table), rows(table)), content_type=sheets.CSV
        )
        response["Content-Disposition"] = f'attachment; filename="{called}.csv"'
    else:
        widths = [max(12, min(44, len(name) + 4)) for name in head(table)]
        widths[0] = 28
        book = sheets.as_xlsx(table.name[:31].replace("/", " "), head(table), rows(table), widths=widths)
        response = FileResponse(book, as_attachment=True, filename=f"{called}.xlsx", content_type=sheets.XLSX)
    response["Cache-Control"] = "private, no-store"
    return response


def head(table: Table) -> list[str]:
    return [name for column in table.columns for name in _heads(column)]


def rows(table: Table) -> Iterator[list[sheets.Cell]]:
    for row in (*table.rows, *([table.total] if table.total else [])):
        yield [
            value for column, cell in zip(table.columns, row, strict=True) for value in _values(column, cell)
        ]


def _heads(column: Column) -> list[str]:
    """Beside a share or a median stands of how many it is one."""
    unit = wording.unit(column.kind)
    name = f"{column.name} ({unit})" if unit else column.name
    return [name, f"{column.name}, of"] if column.kind in {"share", "duration", "days"} else [name]


def _values(column: Column, cell: Cell) -> list[sheets.Cell]:
    plain = wording.plain(cell.value, column.kind)
    if column.kind not in {"share", "duration", "days"}:
        return [plain]
    return [plain, getattr(cell.value, "whole", cell.of)]


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
