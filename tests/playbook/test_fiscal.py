"""Fiscal years and quarters cover every day once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from smbcases import playbook
from smbcases.playbook import fiscal

DAYS = some.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31))


@pytest.mark.parametrize(
    ("day", "first", "last", "year", "quarter"),
    [
        (date(2025, 1, 31), date(2024, 2, 1), date(2025, 1, 31), "FY25", "FY25 Q4"),
        (date(2025, 2, 1), date(2025, 2, 1), date(2026, 1, 31), "FY26", "FY26 Q1"),
        (date(2025, 4, 30), date(2025, 2, 1), date(2026, 1, 31), "FY26", "FY26 Q1"),
        (date(2025, 5, 1), date(2025, 2, 1), date(2026, 1, 31), "FY26", "FY26 Q2"),
        (date(2025, 12, 31), date(2025, 2, 1), date(2026, 1, 31), "FY26", "FY26 Q4"),
        (date(2024, 2, 29), date(2024, 2, 1), date(2025, 1, 31), "FY25", "FY25 Q1"),
    ],
)
def test_a_day_has_its_year_and_quarter(day: date, first: date, last: date, year: str, quarter: str) -> None:
    fy26 = playbook.get("fy26")
    assert fy26.fiscal_year_of(day) == (first, last, year)
    assert fy26.quarter_of(day).name == quarter


@given(day=DAYS, starts=some.sampled_from(["01-01", "02-01", "07-01", "11-28", "12-15"]))
def test_periods_hold_their_day_and_meet_without_gap(day: date, starts: str) -> None:
    for period_of in (fiscal.fiscal_year, fiscal.quarter):
        period = period_of(day, starts=starts)
        assert period.first_on <= day <= period.last_on
        assert period_of(period.last_on, starts=starts) == period
        assert period_of(period.last_on + timedelta(days=1), starts=starts).first_on > period.last_on
        assert period_of(period.first_on - timedelta(days=1), starts=starts).last_on < period.first_on
