"""Office hours in each person's own zone."""

from datetime import UTC, date, datetime

import pytest

from smbcases.demo.hours import desk

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("zone", "at", "opens"),
    [
        (
            "Europe/Berlin",
            datetime(2026, 11, 18, 9, 30, tzinfo=UTC),
            datetime(2026, 11, 18, 9, 30, tzinfo=UTC),
        ),
        (
            "Europe/Berlin",
            datetime(2026, 11, 18, 5, 20, tzinfo=UTC),
            datetime(2026, 11, 18, 8, 20, tzinfo=UTC),
        ),
        (
            "Europe/Berlin",
            datetime(2026, 11, 18, 18, 0, tzinfo=UTC),
            datetime(2026, 11, 19, 8, 0, tzinfo=UTC),
        ),
        ("Asia/Tokyo", datetime(2026, 11, 20, 12, 0, tzinfo=UTC), datetime(2026, 11, 23, 0, 0, tzinfo=UTC)),
    ],
)
def test_the_next_working_moment(zone, at, opens):
    assert desk(zone).next_open(at) == opens


def test_days_off_are_skipped():
    away = desk("UTC", [(FRIDAY, date(2026, 11, 24))])
    assert away.next_open(datetime(2026, 11, 20, 10, tzinfo=UTC)) == datetime(2026, 11, 25, 9, tzinfo=UTC)
