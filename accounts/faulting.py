"""What JSON Schema found wrong with a payload, in a sentence that says what was expected."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs
import orjson

from accounts.event_types import EventType
from accounts.payloads import EXPECTED
from smbcases.lib.pointer import pointer

_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object",
}
_FORMATS = {
    "email": "Expected an e-mail address.",
    "date": "There is no such day.",
    "date-time": "There is no such moment.",
}
_PLAIN: Mapping[str, Callable[[Any], str]] = {
    "pattern": lambda told: EXPECTED[told.pattern],
    "format": lambda told: _FORMATS[told.format],
    "minLength": lambda _: "Expected some text.",
    "minimum": lambda told: f"Expected at least {told.limit}.",
    "maximum": lambda told: f"Expected at most {told.limit}.",
}
_QUOTED_AT_MOST = 60


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with an event, and where: a JSON pointer into the event in its structured form."""

    pointer: str
    detail: str

    def inside(self, index: int) -> Fault:
        """The same fault, seen from the batch that the event is part of."""
        return Fault(pointer=f"/{index}{self.pointer}", detail=self.detail)


def explain(error: jsonschema_rs.ValidationError, *, kind: EventType) -> Iterator[Fault]:
    """The faults that one error stands for: one, or one for each field that is not known."""
    place = ["data", *error.instance_path]
    told: Any = error.kind  # each keyword has a class of its own
    match told.name:
        case "required":
            yield Fault(pointer=pointer([*place, told.property]), detail="This is needed.")
        case "additionalProperties":
            for name in told.unexpected:
                yield Fault(pointer=pointer([*place, name]), detail=_unknown(name, kind=kind))
        case "anyOf":
            yield Fault(pointer=pointer(place), detail=f"Expected at least one of {', '.join(kind.one_of)}.")
        case _:
            yield Fault(pointer=pointer(place), detail=_sentence(told, error.instance))


def _sentence(told: Any, value: Any) -> str:
    if told.name == "type":
        wanted = " or ".join(_TYPES[str(name)] for name in told.types if name != "null")
        return f"Expected {wanted}, not {orjson.dumps(value).decode()[:_QUOTED_AT_MOST]}."
    if told.name == "enum":
        return f"Expected one of {', '.join(str(option) for option in told.options if option is not None)}."
    if told.name == "maxLength":
        return f"Expected at most {told.limit} characters; these are {len(value)}."
    return _PLAIN.get(told.name, _of_schema)(told)


def _of_schema(told: Any) -> str:
    return f"This does not fit “{told.name}” in the schema of the type."


def _unknown(name: str, *, kind: EventType) -> str:
    known = [field.name for field in kind.fields]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Is it “{near[0]}”?" if near else f"It has {', '.join(known)}."
    return f"{kind.key} has no field “{name[:_QUOTED_AT_MOST]}”. {hint}"
