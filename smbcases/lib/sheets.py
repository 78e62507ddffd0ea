"""Tables as files: CSV that Excel reads as UTF-8, and workbooks; what a program would take for a formula stays text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter

Cell = str | int | Decimal | date | datetime | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
MOST_ROWS = 1_048_575  # that a sheet holds below its head
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Lines of a CSV file, with a mark that makes Excel read it as UTF-8."""
    yield "\ufeff" + _line([guarded(name) for name in head])
    for row in rows:
        yield _line([_text(value) for value in row])


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def guarded(cell: str) -> str:
    """With an apostrophe in front where a program would take it for a formula and carry it out."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _text(value: Cell) -> str:
    """Texts guarded; a negative number is a number."""
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return "" if value is None else str(value)


def as_xlsx(
    name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], *, widths: Sequence[int]
) -> IO[bytes]:
    """A workbook of one sheet, open at its beginning. Rows go to the disk as they are written; texts stay texts."""
    file = TemporaryFile()  # noqa: SIM115  the response closes it
    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    styles = _Styles(book)
    for at, (title, width) in enumerate(zip(head, widths, strict=True)):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, title, styles.head)
    for line, row in enumerate(rows, start=1):
        if line > MOST_ROWS:
            break
        for at, value in enumerate(row):
            _write(sheet, line, at, value, styles)
    book.close()
    file.seek(0)
    return file


class _Styles:
    def __init__(self, book: Any) -> None:
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})


def _write(sheet: Any, line: int, at: int, value: Cell, styles: _Styles) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(line, at, value, styles.moment)
    elif isinstance(value, date):
        sheet.write_datetime(line, at, value, styles.day)
    elif isinstance(value, int | Decimal):
        sheet.write_number(line, at, value)
    elif value:
        sheet.write_string(line, at, value)
