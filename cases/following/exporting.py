"""Filed cases as a file: read a thousand at a time, so that the longest list takes no more memory than a short one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from django.http import HttpResponseBase

from cases.following import columns
from cases.following.columns import COLUMNS
from cases.models import Case
from cases.models.case import Cases
from smbcases.lib import downloads

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


def respond(
    cases: Iterator[Case], keys: Sequence[str], *, called: str, zone: ZoneInfo, ending: str
) -> HttpResponseBase:
    """The cases in the columns `keys`, in `zone`, as `called`.csv or .xlsx. Raises Http404 for another ending."""
    return downloads.respond(
        called,
        [COLUMNS[key].name for key in keys],
        (columns.row(case, keys, zone=zone) for case in cases),
        ending=ending,
        sheet="Cases",
        widths=[COLUMNS[key].width for key in keys],
    )
