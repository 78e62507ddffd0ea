"""Filed cases as a file: read a thousand at a time, so that the longest list takes no more memory than a short one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import IO, Any
from zoneinfo import ZoneInfo

import xlsxwriter

from cases.following import columns
from cases.following.columns import COLUMNS, Cell
from cases.models import Case
from cases.models.case import Cases

AT_ONCE = 1000
MOST_ROWS = 1_048_575  # that a sheet holds below its head
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def rows(cases: Cases, *, oldest_first: bool) -> Iterator[Case]:
    """The cases by their numbers, each page by where the one before it ended: no cursor stays open meanwhile."""
    last: int | None = None
    while True:
        behind = {} if last is None else {"pk__gt" if oldest_first else "pk__lt": last}
        page = list(cases.filter(**behind).order_by("id" if oldest_first else "-id")[:AT_ONCE])
        yield from page
        if len(page) < AT_ONCE:
            return
        last = page[-1].pk


def as_csv(cases: Iterator[Case], keys: Sequence[str], *, zone: ZoneInfo) -> Iterator[str]:
    """Lines of a CSV file, with a mark that makes Excel read it as UTF-8."""
    yield "\ufeff" + _line([COLUMNS[key].name for key in keys])
    for case in cases:
        yield _line([_text(value) for value in columns.row(case, keys, zone=zone)])


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([guarded(cell) for cell in cells])
    return line.getvalue()


def guarded(cell: str) -> str:
    """With an apostrophe in front where a program would take it for a formula and carry it out."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _text(value: Cell) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return "" if value is None else str(value)


def as_xlsx(cases: Iterator[Case], keys: Sequence[str], *, zone: ZoneInfo) -> IO[bytes]:
    """A workbook, open at its beginning. Rows go to the disk as they are written; texts stay texts, never formulas."""
    file = TemporaryFile()  # noqa: SIM115  the response closes it
    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("Cases")
    sheet.freeze_panes(1, 0)
    styles = _Styles(book)
    for at, key in enumerate(keys):
        sheet.set_column(at, at, COLUMNS[key].width)
        sheet.write_string(0, at, COLUMNS[key].name, styles.head)
    for line, case in enumerate(cases, start=1):
        if line > MOST_ROWS:
            break
        for at, value in enumerate(columns.row(case, keys, zone=zone)):
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
    elif isinstance(value, int):
        sheet.write_number(line, at, value)
    elif value:
        sheet.write_string(line, at, value)
