"""Rows of the book as a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse

from smbcases.lib import sheets


def respond(
    called: str, head: Sequence[str], rows: Iterable[Sequence[sheets.Cell]], *, ending: str
) -> HttpResponseBase:
    """The rows as `called`.csv or .xlsx. Raises Http404 for another ending."""
    if ending == "csv":
        response: HttpResponseBase = StreamingHttpResponse(sheets.as_csv(head, rows), content_type=sheets.CSV)
        response["Content-Disposition"] = f'attachment; filename="{called}.csv"'
    elif ending == "xlsx":
        book = sheets.as_xlsx(called[:31], head, rows, widths=[max(14, len(name) + 4) for name in head])
        response = FileResponse(book, as_attachment=True, filename=f"{called}.xlsx", content_type=sheets.XLSX)
    else:
        raise Http404("There is no such kind of file.")
    response["Cache-Control"] = "private, no-store"
    return response
