"""The API's own page: the generated document as a page to read, by subject, with its examples.

Pure reading of the document that `/api/schema` hands out; nothing is said here that is not said there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from accounts import access

Document = Mapping[str, Any]
_REFERENCE = "#/components/schemas/"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A parameter, or a field of a body or an answer."""

    name: str
    kind: str
    needed: bool
    text: str
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Example:
    title: str
    media_type: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: str
    title: str
    text: str
    shape: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    text: str
    parameters: list[Row]
    fields: list[Row]
    examples: list[Example]
    answers: list[Answer]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A component: an object with its fields, or a list of allowed words."""

    name: str
    anchor: str
    text: str
    fields: list[Row]
    words: list[str]


@access.public
@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api_docs.html", contents())


@cache
def contents() -> dict[str, Any]:
    """What the page shows: it changes only with the program."""
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # not typed
    subjects: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            subject = (described.get("tags") or ["other"])[0]
            subjects.setdefault(subject, []).append(_operation(path, method, described, document))
    return {"title": document["info"]["title"], "subjects": subjects, "shapes": [*_shapes(document)]}


def _operation(path: str, method: str, described: Mapping[str, Any], document: Document) -> Operation:
    bodies = described.get("requestBody", {}).get("content", {})
    return Operation(
        id=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described.get("summary", described["operationId"]),
        text=_plain(described.get("description", "")),
        parameters=[_parameter(one) for one in described.get("parameters", [])],
        fields=_fields(_first(bodies), document),
        examples=[*_examples(bodies)],
        answers=[_answer(status, one) for status, one in sorted(described["responses"].items())],
    )


def _parameter(one: Mapping[str, Any]) -> Row:
    return Row(
        name=one["name"],
        kind=kind_of(one.get("schema", {})),
        needed=bool(one.get("required")),
        text=_plain(one.get("description", "")),
        place=one["in"],
    )


def _fields(schema: Mapping[str, Any], document: Document) -> list[Row]:
    found = _resolve(schema, document)
    needed = set(found.get("required", ()))
    return [
        Row(name=name, kind=kind_of(one), needed=name in needed, text=_plain(one.get("description", "")))
        for name, one in found.get("properties", {}).items()
    ]


def _first(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of the first media type; empty where there is none."""
    for described in content.values():
        found: Mapping[str, Any] = described.get("schema", {})
        return found
    return {}


def _resolve(schema: Mapping[str, Any], document: Document) -> Mapping[str, Any]:
    name = schema.get("$ref", "").removeprefix(_REFERENCE)
    found: Mapping[str, Any] = document["components"]["schemas"][name] if name else schema
    return found


def kind_of(schema: Mapping[str, Any]) -> str:
    """In words: string, list of Problem, one of a | b, string or null."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_REFERENCE)
    if schema.get("type") == "array":
        return f"list of {kind_of(schema.get('items', {}))}"
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(kind_of(one) for one in schema[several]))
    if "const" in schema:
        return f"“{schema['const']}”"
    kinds = schema.get("type", "any")
    words = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"{words} ({schema['format']})" if "format" in schema else words


def _examples(bodies: Mapping[str, Any]) -> Iterator[Example]:
    for media_type, described in bodies.items():
        for name, one in described.get("examples", {}).items():
            text = json.dumps(one["value"], indent=2, ensure_ascii=False, default=str)
            yield Example(title=one.get("summary") or name, media_type=media_type, text=text)


def _answer(status: str, one: Mapping[str, Any]) -> Answer:
    schema = _first(one.get("content", {}))
    return Answer(
        status=status,
        title=HTTPStatus(int(status)).phrase if status.isdecimal() else status,
        text=_plain(one.get("description", "")),
        shape=kind_of(schema) if schema else "",
    )


def _shapes(document: Document) -> Iterator[Shape]:
    for name, one in sorted(document["components"]["schemas"].items()):
        yield Shape(
            name=name,
            anchor=f"shape-{re.sub(r'[^A-Za-z0-9]+', '-', name)}",
            text=_plain(one.get("description", "")),
            fields=_fields(one, document),
            words=[str(word) for word in one.get("enum", [])],
        )


def _plain(text: str) -> str:
    """Markdown's links as plain words; enumerations are listed from their schema instead."""
    text = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r"\1 (\2)", text).replace("`", "")
    return "\n".join(line for line in text.splitlines() if not line.startswith("* ")).strip()
