"""Tables that a browser downloads."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse

from smbcases.lib import downloads, sheets


def respond(ending: str, **more: str) -> HttpResponseBase:
    return downloads.respond("moves-2026", ["Account", "Seats"], [["Acme", 3]], ending=ending, **more)  # type: ignore[arg-type]  # words only


def content(response: HttpResponseBase) -> bytes:
    assert isinstance(response, StreamingHttpResponse | FileResponse)
    found = b"".join(response)  # type: ignore[arg-type]  # not an asynchronous one
    for close in response._resource_closers:  # all that closing it does, but for the connections of a request
        close()
    return found


def test_lines() -> None:
    response = respond("csv")
    assert response["Content-Type"] == sheets.CSV
    assert response["Content-Disposition"] == 'attachment; filename="moves-2026.csv"'
    assert response["Cache-Control"] == "private, no-store"
    assert content(response).decode("utf-8-sig") == "Account,Seats\r\nAcme,3\r\n"


@pytest.mark.parametrize(("chosen", "name"), [({}, "moves-2026"), ({"sheet": "M" * 40}, "M" * 31)])
def test_a_workbook(chosen: dict[str, str], name: str) -> None:
    response = respond("xlsx", **chosen)
    assert response["Content-Type"] == sheets.XLSX
    assert response["Content-Disposition"] == 'attachment; filename="moves-2026.xlsx"'
    assert response["Cache-Control"] == "private, no-store"
    book = zipfile.ZipFile(io.BytesIO(content(response)))
    assert f'name="{name}"' in book.read("xl/workbook.xml").decode()


def test_there_is_no_other_kind() -> None:
    with pytest.raises(Http404):
        respond("pdf")
