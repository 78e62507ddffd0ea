"""Tables as files: numbers stay numbers, and no text is carried out as a formula."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from smbcases.lib import sheets


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_text_that_a_program_would_carry_out_is_guarded(text: str) -> None:
    head, row = sheets.as_csv(["Name"], [[text]])
    assert head == "\ufeffName\r\n"
    assert f"'{text[:1]}" in row


def test_numbers_and_days_are_not_texts() -> None:
    moment = datetime(2026, 11, 21, 9, 5, tzinfo=UTC).replace(tzinfo=None)  # a file's moments have no zone
    row = list(sheets.as_csv(["n"], [[-3, Decimal("83.3"), date(2026, 11, 21), moment, None]]))[1]
    assert row == "-3,83.3,2026-11-21,2026-11-21 09:05,\r\n"


def test_a_head_is_guarded_too() -> None:
    assert next(iter(sheets.as_csv(["=x"], []))) == "\ufeff'=x\r\n"


def test_a_workbook_has_numbers_days_and_texts() -> None:
    rows: list[list[sheets.Cell]] = [["=1+1", 3, Decimal("0.5"), date(2026, 11, 21), None]]
    with sheets.as_xlsx("Sheet", ["a", "b", "c", "d", "e"], rows, widths=[9] * 5) as file:
        book = zipfile.ZipFile(io.BytesIO(file.read()))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<v>0.5</v>" in sheet
    assert "=1+1" in sheet or "=1+1" in book.read("xl/sharedStrings.xml").decode()
