"""Say what the model refused as a sentence for people who edit text files."""

import difflib
from collections.abc import Iterable
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from smbcases.playbook.book import Playbook
from smbcases.playbook.problems import Path

_EXPECTED = {
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "decimal_type": "expected an amount such as 30000",
    "decimal_parsing": "expected an amount such as 30000",
    "bool_type": "expected on or off",
    "string_type": "expected text",
    "tuple_type": "expected a list",
    "dict_type": "expected a section of named entries",
    "model_type": "expected a section of named entries",
    "model_attributes_type": "expected a section of named entries",
    "date_type": "expected a date such as 2025-05-05",
    "date_parsing": "expected a date such as 2025-05-05",
    "date_from_datetime_parsing": "expected a date such as 2025-05-05",
    "string_too_short": "expected some text",
    "too_short": "expected at least one entry",
}


def sentences(error: ValidationError) -> list[tuple[Path, str]]:
    """Each refusal of the model as the path it concerns and one plain sentence."""
    return [(detail["loc"], f"{_where(detail['loc'])}{_sentence(detail)}.") for detail in error.errors()]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """“, did you mean …?” without its end, or nothing."""
    close = difflib.get_close_matches(str(word), list(known), n=1)
    return f"; did you mean “{close[0]}”" if close else ""


def alternatives(words: Iterable[str]) -> str:
    """“a, b or c”."""
    *most, last = list(words) or ["nothing"]
    return f"{', '.join(most)} or {last}" if most else last


def _where(path: Path) -> str:
    steps = [str(step + 1) if isinstance(step, int) else str(step) for step in path if step != "[key]"]
    return f"{' › '.join(steps)}: " if steps else ""


def _sentence(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return "this entry is missing"
    if kind == "extra_forbidden":
        return _unknown_entry(detail["loc"])
    return f"{_expected(kind, context, detail['msg'])}{_found(kind, detail['input'])}"


def _expected(kind: str, context: dict[str, Any], message: str) -> str:
    if kind == "literal_error":
        return f"expected {context['expected'].replace(chr(39), '')}"
    if kind == "greater_than_equal":
        return f"expected {context['ge']} or more"
    if kind == "value_error":
        return str(context["error"])
    return _EXPECTED.get(kind, message[:1].lower() + message[1:])


def _found(kind: str, value: object) -> str:
    match value:
        case _ if kind == "value_error":
            return ""
        case dict() | list() | tuple():
            return f", but found a {'section' if isinstance(value, dict) else 'list'}"
        case None | "":
            return ", but found nothing"
        case bool():
            return f", but found {'on' if value else 'off'}"
    return f", but found “{value}”"


def _unknown_entry(path: Path) -> str:
    known = _entries(path[:-1])
    close = did_you_mean(str(path[-1]), known)
    return (
        f"nothing is called “{path[-1]}” here{close or f'; expected {alternatives(known)}' if known else ''}"
    )


def _entries(path: Path) -> list[str]:
    """The entries that the section at `path` may have, read off the model."""
    found: Any = Playbook
    for step in path:
        if isinstance(found, type) and issubclass(found, BaseModel):
            found = found.model_fields[str(step)].annotation
        elif get_origin(found) in (dict, tuple):
            found = get_args(found)[1 if get_origin(found) is dict else 0]
    return list(found.model_fields) if isinstance(found, type) and issubclass(found, BaseModel) else []
