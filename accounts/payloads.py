"""The words in which an event type describes its payload.

A field is a JSON Schema and what the book makes of it. A payload that fits its schema can be written to the
book: lengths, ranges and choices are those of the columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

Schema = Mapping[str, Any]
PERSON = "person"
_NOT_BLANK = r"\S"
_DAY = r"^(19|20|21)\d\d-\d\d-\d\d$"
INSTANT = r"^(19|20|21)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"
EXPECTED = {
    _NOT_BLANK: "Expected some text.",
    _DAY: "Expected a date such as 2025-01-31, between the years 1900 and 2199.",
    INSTANT: "Expected a moment with its offset, such as 2025-01-31T09:30:00Z.",
    r"^[A-Z]{2}$": "Expected a country in two capital letters, such as DE.",
    r"^[A-Z]{3}$": "Expected a currency in three capital letters, such as USD.",
    r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$": "Expected a language code, such as de or pt-BR.",
}
_SMALL, _WHOLE = 32_767, 2_147_483_647
_MONEY = 9_999_999_999.99


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a payload. Left out or null, the book holds `empty`.

    `refers_to` names what an external id points at; a `soft` reference is kept until its record comes, and
    the event does not wait for it.
    """

    name: str
    schema: Schema
    needed: bool = False
    empty: Any = None
    refers_to: str = ""
    soft: bool = False

    @property
    def column(self) -> str:
        return f"{self.name}_id" if self.refers_to else self.name

    @property
    def is_whole(self) -> bool:
        return bool(self.schema["type"] == "integer")

    @property
    def is_instant(self) -> bool:
        return self.schema.get("format") == "date-time"

    def published(self) -> Schema:
        """The schema as clients see it: null means left out, unless the field is needed."""
        if self.needed:
            return self.schema
        schema = {**self.schema, "type": [self.schema["type"], "null"]}
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
        return schema if self.empty in (None, "") else {**schema, "default": self.empty}


def needed(field: Field) -> Field:
    """The same field, which may not be left out; text in it may not be blank."""
    schema = dict(field.schema)
    if schema["type"] == "string" and not schema.keys() & {"enum", "pattern", "format"}:
        schema["pattern"] = _NOT_BLANK
    return replace(field, schema=schema, needed=True)


def text(name: str, description: str, *, most: int | None = 255) -> Field:
    limit = {"maxLength": most} if most else {}
    return Field(
        name=name,
        schema={"type": "string", **limit, "description": description},
        empty="",
    )


def email(name: str, description: str) -> Field:
    return Field(
        name=name,
        schema={**text(name, description).schema, "format": "email"},
        empty="",
    )


def country(name: str, description: str) -> Field:
    return _coded(name, description, r"^[A-Z]{2}$")


def language(name: str, description: str) -> Field:
    return _coded(name, description, r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")


def currency(name: str, description: str) -> Field:
    return replace(_coded(name, description, r"^[A-Z]{3}$"), empty="USD")


def choice(name: str, description: str, values: Sequence[str], *, empty: str = "") -> Field:
    return Field(
        name=name,
        schema={"type": "string", "enum": list(values), "description": description},
        empty=empty,
    )


def switch(name: str, description: str, *, empty: bool = False) -> Field:
    return Field(name=name, schema={"type": "boolean", "description": description}, empty=empty)


def money(name: str, description: str, *, least: float = 0) -> Field:
    schema = {
        "type": "number",
        "minimum": least,
        "maximum": _MONEY,
        "description": description,
    }
    return Field(name=name, schema=schema, empty=0)


def signed_money(name: str, description: str) -> Field:
    return money(name, description, least=-_MONEY)


def count(name: str, description: str, *, empty: int | None = 0) -> Field:
    return _whole(name, description, least=0, most=_WHOLE, empty=empty)


def months(name: str, description: str) -> Field:
    return _whole(name, description, least=1, most=_SMALL, empty=12)


def stars(name: str, description: str) -> Field:
    return _whole(name, description, least=1, most=5, empty=None)


def day(name: str, description: str) -> Field:
    return Field(
        name=name,
        schema={
            "type": "string",
            "format": "date",
            "pattern": _DAY,
            "description": description,
        },
    )


def instant(name: str, description: str) -> Field:
    schema = {
        "type": "string",
        "format": "date-time",
        "pattern": INSTANT,
        "description": description,
    }
    return Field(name=name, schema=schema)


def free(name: str, description: str) -> Field:
    return Field(name=name, schema={"type": "object", "description": description})


def own_id(description: str) -> Field:
    return needed(Field(name="external_id", schema=_id_schema(description)))


def reference(name: str, description: str, *, to: str = "", soft: bool = False) -> Field:
    return Field(name=name, schema=_id_schema(description), refers_to=to or name, soft=soft)


def person(name: str, description: str) -> Field:
    described = f"{description} By external id or e-mail; somebody whom we do not know is left out."
    return Field(name=name, schema=text(name, described).schema, refers_to=PERSON)


def schema_of(fields: Iterable[Field], *, one_of: Sequence[str] = ()) -> dict[str, Any]:
    """JSON Schema of a payload that has these fields and no others, and at least one of `one_of`."""
    listed = list(fields)
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {field.name: field.published() for field in listed},
        "required": [field.name for field in listed if field.needed],
        "additionalProperties": False,
    }
    if one_of:
        schema["anyOf"] = [{"required": [name], "properties": {name: {"type": "string"}}} for name in one_of]
    return schema


def _coded(name: str, description: str, pattern: str) -> Field:
    return Field(
        name=name, schema={"type": "string", "pattern": pattern, "description": description}, empty=""
    )


def _whole(name: str, description: str, *, least: int, most: int, empty: int | None) -> Field:
    schema = {
        "type": "integer",
        "minimum": least,
        "maximum": most,
        "description": description,
    }
    return Field(name=name, schema=schema, empty=empty)


def _id_schema(description: str) -> Schema:
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": 64,
        "pattern": _NOT_BLANK,
        "description": description,
    }
