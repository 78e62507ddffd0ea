"""Fiscal years and their quarters."""

from datetime import date, timedelta
from typing import NamedTuple


class Period(NamedTuple):
    """First and last day, both inside, and what people call it."""

    first_on: date
    last_on: date
    name: str


def fiscal_year(day: date, *, starts: str) -> Period:
    """The fiscal year around `day`; `starts` is its first day as MM-DD. Named for the year it ends in."""
    month, first_day = (int(part) for part in starts.split("-"))
    first = date(day.year, month, first_day)
    if day < first:
        first = first.replace(year=day.year - 1)
    last = first.replace(year=first.year + 1) - timedelta(days=1)
    return Period(first, last, f"FY{last.year % 100:02}")


def quarter(day: date, *, starts: str) -> Period:
    """The fiscal quarter around `day`, such as FY26 Q3."""
    year = fiscal_year(day, starts=starts)
    firsts = [_months_after(year.first_on, months) for months in (0, 3, 6, 9)]
    number = sum(first <= day for first in firsts)
    after = firsts[number] if number < len(firsts) else year.last_on + timedelta(days=1)
    return Period(firsts[number - 1], after - timedelta(days=1), f"{year.name} Q{number}")


def _months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1)
