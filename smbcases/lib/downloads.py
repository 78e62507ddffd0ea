"""Tables that a browser downloads, as CSV or as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse

from smbcases.lib import sheets

NARROWEST = 14  # signs of a column


def respond(
    called: str,
    head: Sequence[str],
    rows: Iterable[Sequence[sheets.Cell]],
    *,
    ending: str,
    sheet: str = "",
    widths: Sequence[int] = (),
) -> HttpResponseBase:
    """The rows as the file `called`.csv, sent as they are read, or `called`.xlsx; kept by nobody on the way.

    `sheet`: the name of the one sheet, as the file if left out; its first 31 signs. `widths`: of the columns, in signs;
    as wide as their heads if left out. Raises Http404 for another ending.
    """
    if ending == "csv":
        response: HttpResponseBase = StreamingHttpResponse(sheets.as_csv(head, rows), content_type=sheets.CSV)
        response["Content-Disposition"] = f'attachment; filename="{called}.csv"'
    elif ending == "xlsx":
        wide = widths or [max(NARROWEST, len(name) + 4) for name in head]
        book = sheets.as_xlsx((sheet or called)[:31], head, rows, widths=wide)
        response = FileResponse(book, as_attachment=True, filename=f"{called}.xlsx", content_type=sheets.XLSX)
    else:
        raise Http404("There is no such kind of file.")
    response["Cache-Control"] = "private, no-store"
    return response
