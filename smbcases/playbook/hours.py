"""Working hours as a playbook writes them: 09:00-17:30."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

_HOURS = re.compile(r"([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})")


def check(text: str) -> str:
    """The text itself. Raises ValueError with what was expected."""
    read(text)
    return text


@lru_cache
def read(text: str) -> tuple[time, time]:
    """When they begin and end, on the same day. Raises ValueError."""
    found = _HOURS.fullmatch(text)
    try:
        begin, end = (time.fromisoformat(part) for part in found.groups()) if found else (time.max, time.min)
    except ValueError:
        begin, end = time.max, time.min
    if begin >= end:
        raise ValueError(f"expected hours of one day such as 09:00-17:30, but found “{text}”")
    return begin, end


def length(text: str) -> timedelta:
    """How long a working day is, by the clock on the wall."""
    begin, end = read(text)
    day = date(2001, 1, 1)
    return datetime.combine(day, end) - datetime.combine(day, begin)
