"""The last time that it was a weekday and an hour."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from smbcases.lib import weeks

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        (datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 9, tzinfo=UTC)),
        (datetime(2026, 3, 2, 8, 59, tzinfo=UTC), datetime(2026, 2, 23, 9, tzinfo=UTC)),
        (datetime(2026, 3, 8, 23, tzinfo=UTC), datetime(2026, 3, 2, 9, tzinfo=UTC)),
        (datetime(2027, 1, 3, 12, tzinfo=UTC), datetime(2026, 12, 28, 9, tzinfo=UTC)),
    ],
)
def test_it_is_the_last_monday_at_nine(now: datetime, slot: datetime) -> None:
    assert weeks.last_slot(weekday=0, hour=9, now=now) == slot


def test_it_is_nine_there_before_and_after_clocks_change() -> None:
    """On 8 March clocks go forward in New York."""
    there = ZoneInfo("America/New_York")
    slots = [
        weeks.last_slot(weekday=0, hour=9, now=datetime(2026, 3, day, 12, tzinfo=there)) for day in (6, 9)
    ]
    assert [slot.astimezone(UTC).hour for slot in slots] == [14, 13]


def test_a_week_has_one_monday() -> None:
    assert {weeks.monday_of(MONDAY.replace(day=day)) for day in range(2, 9)} == {MONDAY.date()}
