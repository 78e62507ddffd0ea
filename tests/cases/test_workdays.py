"""Working days by country, across weekends and holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Account
from cases import workdays
from cases.models import Case
from cases.workdays import Calendar

US, DE, EGYPT, CHINA, NOWHERE = (Calendar(country=country) for country in ("US", "DE", "EG", "CN", ""))


@pytest.mark.parametrize(
    ("day", "calendar", "worked"),
    [
        (date(2026, 11, 20), US, True),
        (date(2026, 11, 21), US, False),
        (date(2026, 11, 26), US, False),  # Thanksgiving
        (date(2026, 11, 26), DE, True),
        (date(2026, 12, 25), NOWHERE, True),
        (date(2026, 12, 26), NOWHERE, False),
        (date(2026, 11, 20), EGYPT, False),  # its weekend is Friday and Saturday
        (date(2026, 11, 22), EGYPT, True),
        (date(2026, 10, 10), CHINA, True),  # a Saturday worked for the National Day week
        (date(2026, 12, 26), Calendar(country="XX"), False),
        (date(2026, 12, 25), Calendar(country="not a country"), True),
    ],
)
def test_a_day_is_worked_as_its_country_does(day: date, calendar: Calendar, worked: bool) -> None:
    assert workdays.is_workday(day, calendar=calendar) is worked


@pytest.mark.parametrize(
    ("day", "count", "calendar", "then"),
    [
        (date(2026, 11, 19), 0, US, date(2026, 11, 19)),
        (date(2026, 11, 21), 0, US, date(2026, 11, 23)),
        (date(2026, 11, 20), 1, US, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, US, date(2026, 11, 23)),
        (date(2026, 11, 25), 1, US, date(2026, 11, 27)),
        (date(2026, 11, 19), 1, EGYPT, date(2026, 11, 22)),
        (date(2026, 12, 31), 1, DE, date(2027, 1, 4)),
        (date(2026, 11, 16), 5, DE, date(2026, 11, 23)),
    ],
)
def test_days_are_added_across_weekends_and_years(
    day: date, count: int, calendar: Calendar, then: date
) -> None:
    assert workdays.add_workdays(day, count, calendar=calendar) == then


def test_a_business_day_ends_at_midnight_where_it_is_worked() -> None:
    friday_night_there = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    due = workdays.add_business_days(friday_night_there, 1, calendar=US, zone=ZoneInfo("America/New_York"))
    assert due == datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("country", "territory", "calendar"),
    [
        ("DE", "emea-apj", DE),
        ("de", "emea-apj", DE),
        ("", "emea-apj", Calendar(country="GB")),
        ("", "amer", US),
        ("", "", NOWHERE),
    ],
)
def test_the_customers_country_counts_before_the_territory(
    country: str, territory: str, calendar: Calendar
) -> None:
    case = Case(playbook="fy26", territory=territory, account=Account(country=country))
    assert workdays.calendar_of(case) == calendar


def test_without_an_account_the_territory_says() -> None:
    assert workdays.calendar_of(Case(playbook="fy25", territory="amer-apj")) == US
