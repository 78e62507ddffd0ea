"""Lengths of time and days, in the few characters that a list has room for."""

from __future__ import annotations

from datetime import date, timedelta

FROM_DAYS = 2
FROM_WHOLE_HOURS = 10


def in_words(span: timedelta) -> str:
    """`3 h 12 m`, `2 d`, `12 m`: the largest unit, and the next one only where it matters. Never negative."""
    minutes = max(0, int(span.total_seconds() // 60))
    hours, days = minutes // 60, minutes // 1440
    if days >= FROM_DAYS:
        return f"{days} d"
    if hours >= FROM_WHOLE_HOURS:
        return f"{hours} h"
    if hours:
        return f"{hours} h {minutes % 60} m" if minutes % 60 else f"{hours} h"
    return f"{minutes} m" if minutes else "under 1 m"


def day_in_words(day: date, *, today: date) -> str:
    """`today`, `tomorrow`, `24 Nov`, and with the year where it is another one."""
    if day == today:
        return "today"
    if day == today + timedelta(days=1):
        return "tomorrow"
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day.day} {day:%b}{year}"
