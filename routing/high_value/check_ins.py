"""When a High Value Account is due for a check-in: pure dates.

Days count from the day its High Value case was opened, and anew from the first day of each fiscal year that the case
lives to see. The check-in of a day belongs to the fiscal quarter around that day: it is asked for from that day to
the quarter's end, unless something else touched the account in that quarter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from smbcases.playbook import Playbook
from smbcases.playbook.fiscal import Period


@dataclass(frozen=True, kw_only=True)
class Window:
    """High Value cases opened between these days, both included, are due on check-in day `day`; None: however long
    ago."""

    day: int
    opened_from: date | None
    opened_to: date


@dataclass(frozen=True, kw_only=True)
class CheckIn:
    """A check-in of the present fiscal year: `day` days after the count began, in a fiscal quarter."""

    day: int
    on: date
    quarter: Period


def windows(*, today: date, rules: Playbook) -> list[Window]:
    """Which cases have a check-in day that has come and lies in this fiscal quarter, the latest day first."""
    year_on, quarter_on = rules.fiscal_year_of(today).first_on, rules.quarter_of(today).first_on
    found = []
    for day in sorted(rules.high_value.check_in_days, reverse=True):
        first, last = quarter_on - timedelta(days=day), today - timedelta(days=day)
        if year_on <= last:
            found.append(Window(day=day, opened_from=None if first <= year_on else first, opened_to=last))
    return found


def planned(*, opened_on: date, today: date, rules: Playbook) -> list[CheckIn]:
    """The check-ins of this fiscal year, by their days; those that fall behind its end are next year's affair."""
    year = rules.fiscal_year_of(today)
    begins = max(opened_on, year.first_on)
    days = [(day, begins + timedelta(days=day)) for day in rules.high_value.check_in_days]
    return [CheckIn(day=day, on=on, quarter=rules.quarter_of(on)) for day, on in days if on <= year.last_on]
