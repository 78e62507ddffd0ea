"""A value in words for a page, plain for a file, and in the API's shape."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from cases.dashboards.blocks import Money, Share, Value, ValueKind
from smbcases.lib.money import money

UNKNOWN = "—"
_HOUR, _DAY = 3600, 86400
_MINUTES_TO = 10  # hours up to which minutes are said too
_HOURS_TO = 48  # hours from which days are said


def say(value: Value, kind: ValueKind = "text") -> str:  # noqa: PLR0911  one for each kind of value
    """`1,204`, `83.3 %`, `3 h 20 min`, `2.4 d`, `$11,900`; a dash for what is not known."""
    match value:
        case int():  # first, as there are hundreds
            return f"{value:,}"
        case None:
            return UNKNOWN
        case Share():
            return UNKNOWN if value.percent is None else f"{value.percent:.1f} %"
        case timedelta():
            return f"{_tenths(value, _DAY)} d" if kind == "days" else _span(value)
        case Money():
            return " + ".join(money(round(amount), currency) for currency, amount in value.amounts) or UNKNOWN
        case date():
            return f"{value.day} {value:%b %Y}"
        case Decimal():
            return f"{value} %" if kind == "share" else f"{value:,}"
    return value


def _span(span: timedelta) -> str:
    minutes = max(0, round(span.total_seconds() / 60))
    hours = minutes // 60
    if hours >= _HOURS_TO:
        return f"{_tenths(span, _DAY)} d"
    if hours >= _MINUTES_TO:
        return f"{round(minutes / 60)} h"
    if hours:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{minutes} min"


def _tenths(span: timedelta, unit: int) -> Decimal:
    return (Decimal(span.total_seconds()) / unit).quantize(Decimal("0.1"), ROUND_HALF_UP)


def number(value: Value, kind: ValueKind = "text") -> Decimal | int | None:
    """What a chart draws and a sheet adds up: percent, hours (`duration`), days, the amount of the first currency."""
    match value:
        case int() | Decimal():
            return value
        case Share():
            return value.percent
        case timedelta():
            return _tenths(value, _DAY if kind == "days" else _HOUR)
        case Money():
            return value.amounts[0][1] if value.amounts else Decimal(0)
    return None


def plain(value: Value, kind: ValueKind = "text") -> int | Decimal | date | str | None:
    """For a file: numbers as `number`, days as dates; money of several currencies, and texts, in words."""
    match value:
        case None | date() | str():
            return value
        case Money() if len(value.amounts) > 1:
            return say(value)
    return number(value, kind)


def unit(kind: ValueKind) -> str:
    """What stands behind a column's name in a file."""
    return {"share": "%", "duration": "hours", "days": "days"}.get(kind, "")


def shape(value: Value) -> Any:
    """For JSON: a share as part, whole and percent, a length of time in seconds, money by currency as strings."""
    match value:
        case Share():
            percent = None if value.percent is None else float(value.percent)
            return {"part": value.part, "whole": value.whole, "percent": percent}
        case Money():
            return [{"currency": currency, "amount": str(amount)} for currency, amount in value.amounts]
        case timedelta():
            return round(value.total_seconds())
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return float(value)
    return value
