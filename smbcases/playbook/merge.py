"""Fill the merge fields of a text.

`{account}` is replaced by the value of that name, `{contact_first_name|there}` by it or, where it is unknown, by the
words after the bar. Other braces stay as they are. Values are not looked into for further fields.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

UNKNOWN = "—"
MONEY = frozenset({"carr", "amount"})
_FIELD = re.compile(r"\{([a-z][a-z_]*)(?:\|([^{}|]*))?\}")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Field = tuple[str, str]


def render(template: str, values: Mapping[str, object]) -> str:
    """The text with its fields filled. Never raises: what is unknown, empty or unprintable prints as “—”."""
    return "".join(
        piece if isinstance(piece, str) else _text(piece[0], values.get(piece[0])) or piece[1]
        for piece in _pieces(template)
    )


def fill(template: str, values: Mapping[str, object]) -> str:
    """The text with the fields filled whose value is known. The others stay, to be seen and settled by a person."""
    return "".join(
        piece if isinstance(piece, str) else _text(piece[0], values.get(piece[0])) or _left(piece)
        for piece in _pieces(template)
    )


def _left(piece: Field) -> str:
    name, fallback = piece
    return f"{{{name}}}" if fallback == UNKNOWN else fallback


def fields(template: str) -> frozenset[str]:
    """The names of the merge fields in a text."""
    return frozenset(piece[0] for piece in _pieces(template) if not isinstance(piece, str))


def stray_braces(template: str) -> bool:
    """Is there a brace that belongs to no field, as in “{Account}” or “{carr”?"""
    return bool(re.search(r"[{}]", _FIELD.sub("", template)))


@lru_cache(maxsize=1024)
def _pieces(template: str) -> tuple[str | Field, ...]:
    """Literal text and fields (name, words for an unknown value), in order."""
    literal, name, fallback = 0, 1, 2
    parts = _FIELD.split(template)
    pieces: list[str | Field] = [parts[literal]]
    for at in range(0, len(parts) - 1, 3):
        pieces.append((parts[at + name], parts[at + fallback] or UNKNOWN))
        pieces.append(parts[at + 3])
    return tuple(piece for piece in pieces if piece)


def _text(name: str, value: object) -> str:  # noqa: PLR0911  one return a kind of value
    """The value as people write it; empty where there is nothing to print."""
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case bool():
            return "yes" if value else "no"
        case int() | float() | Decimal():
            return _number(name, Decimal(str(value)))
        case date():
            return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
        case list() | tuple():
            return ", ".join(filter(None, (_text(name, one) for one in value)))
    try:
        return str(value).strip()
    except Exception:  # noqa: BLE001  a text for a person must not fail for what a model's __str__ does
        return ""


def _number(name: str, value: Decimal) -> str:
    """12,500 · 0.5 · $12,500 · $1,234.50 · -$3; at most two decimals."""
    if not value.is_finite() or abs(value) >= 10**18:
        return "" if not value.is_finite() else str(value)
    rounded = value.quantize(Decimal("0.01"))
    whole = rounded == rounded.to_integral_value()
    digits = f"{abs(rounded):,.0f}" if whole else f"{abs(rounded):,.2f}"
    if name in MONEY:
        return f"{'-' if rounded < 0 else ''}${digits}"
    return f"{'-' if rounded < 0 else ''}{digits if whole else digits.rstrip('0')}"
