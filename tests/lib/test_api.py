"""JSON as every API page sends it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from smbcases.lib.api import OrjsonRenderer


def test_what_django_holds_has_a_json_form() -> None:
    held = {
        "at": datetime(2026, 3, 3, 15, 0, tzinfo=UTC),
        "on": date(2026, 3, 3),
        "carr": Decimal("8200.50"),
        "id": UUID(int=1),
        7: "ü",
    }
    assert OrjsonRenderer().render(held).decode() == (
        '{"at":"2026-03-03T15:00:00+00:00","on":"2026-03-03","carr":"8200.50",'
        '"id":"00000000-0000-0000-0000-000000000001","7":"ü"}'
    )


def test_an_answer_without_content_is_empty() -> None:
    assert OrjsonRenderer().render(None) == b""
