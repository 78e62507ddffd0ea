"""Filed cases as a file: read a thousand at a time, so that the longest list takes no more memory than a short one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO
from zoneinfo import ZoneInfo

from cases.following import columns
from cases.following.columns import COLUMNS
from cases.models import Case
from cases.models.case import Cases
from smbcases.lib import sheets

AT_ONCE = 1000


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
    """Lines of a CSV file."""
    found = (columns.row(case, keys, zone=zone) for case in cases)
    return sheets.as_csv([COLUMNS[key].name for key in keys], found)


def as_xlsx(cases: Iterator[Case], keys: Sequence[str], *, zone: ZoneInfo) -> IO[bytes]:
    """A workbook, open at its beginning."""
    found = (columns.row(case, keys, zone=zone) for case in cases)
    widths = [COLUMNS[key].width for key in keys]
    return sheets.as_xlsx("Cases", [COLUMNS[key].name for key in keys], found, widths=widths)
