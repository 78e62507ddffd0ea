"""Conditions: DjangoQL text over a whitelisted schema, compiled to one query filter.

The same compiled condition serves the whole book, one account, and the book as it stood on a day in the past.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case as Switch
from django.db.models import Model, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields import BooleanField
from djangoql.ast import Comparison, Logical, Name, Node
from djangoql.exceptions import DjangoQLError
from djangoql.parser import DjangoQLParser
from djangoql.queryset import build_filter
from djangoql.schema import (
    BoolField,
    DateField,
    DjangoQLField,
    DjangoQLSchema,
    FloatField,
    IntField,
    RelationField,
    StrField,
)

from accounts.models import Account
from routing.triggers.fields import ACCOUNT_FIELDS, ROOTS, Field, Root

_TYPES: dict[str, type[DjangoQLField]] = {
    "int": IntField,
    "float": FloatField,
    "str": StrField,
    "bool": BoolField,
    "date": DateField,
}


class InvalidCondition(ValidationError):
    """The text is no condition. `line` and `column` (from 1) point at the place, where it is known."""

    def __init__(self, message: str, *, line: int, column: int) -> None:
        super().__init__(f"Line {line}, column {column}: {message}")
        self.line = line
        self.column = column


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A field that a condition names, with the way to its record: `account.pte` of an opportunity."""

    name: str
    prefix: str
    field: Field


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A checked condition. `tree` is None where it always holds."""

    text: str
    root: Root
    tree: Node | None
    asked: tuple[Asked, ...]

    def annotate(self, rows: QuerySet[Any], *, today: date) -> QuerySet[Any]:
        """Add what the named fields need computed."""
        computed = {
            one.prefix + one.field.source: one.field.annotation(one.prefix, today)
            for one in self.asked
            if one.field.annotation
        }
        annotated: QuerySet[Any] = rows.annotate(**computed)
        return annotated

    def filter(self, *, today: date) -> Q:
        """The condition as a filter of annotated rows."""
        return build_filter(self.tree, _schema(self.root, today)) if self.tree else Q()

    def where(self, rows: QuerySet[Any], *, today: date) -> QuerySet[Any]:
        """The rows that satisfy it."""
        return self.annotate(rows, today=today).filter(self.filter(today=today))

    def judge(self, rows: QuerySet[Any], *, today: date) -> QuerySet[Any]:
        """All the rows, each with `holds`: whether it satisfies the condition."""
        holds: Combinable = Value(True, output_field=BooleanField())
        if self.tree is not None:
            holds = Switch(When(self.filter(today=today), then=Value(True)), default=Value(False))
        judged: QuerySet[Any] = self.annotate(rows, today=today).annotate(holds=holds)
        return judged

    def values(self, row: Model, *, today: date) -> dict[str, Any]:
        """What the condition saw on this row: field name to value."""
        return {one.name: one.field.read(row, one.prefix, today=today) for one in self.asked}


@lru_cache(maxsize=512)
def compile_condition(text: str, *, root: str) -> Condition:
    """Check a condition and make it ready. Raises InvalidCondition, pointing at the place."""
    found = ROOTS[root]
    if not text.strip():
        return Condition(text="", root=found, tree=None, asked=())
    tree = _parsed(text, found)
    return Condition(text=text, root=found, tree=tree, asked=tuple(_asked(tree, found)))


def _parsed(text: str, root: Root) -> Node:
    try:
        tree = DjangoQLParser().parse(text)
    except DjangoQLError as error:
        line, column = error.line, error.column
        if not line:
            line, column = _line_and_column(text, len(text.rstrip()))
        raise InvalidCondition(_sentence(error), line=line, column=column) from error
    schema = _schema(root, date.min)
    for comparison, at in _placed(tree, text):
        _check(comparison, schema, text, at=at)
    return tree


def _sentence(error: DjangoQLError) -> str:
    """The message without the place that DjangoQL puts in front of it."""
    return str(error).split(": ", 1)[-1] if getattr(error, "line", None) else str(error)


def _placed(tree: Node, text: str) -> Iterator[tuple[Any, int]]:
    """Each comparison with where it begins: they come in the order of the text."""
    bare = _STRING.sub(lambda found: " " * len(found[0]), text)
    at = 0
    for comparison in _comparisons(tree):
        at = bare.index(comparison.left.value, at)
        yield comparison, at
        at += len(comparison.left.value)


_STRING = re.compile(r'"(?:\\.|[^"\\])*"')


def _check(comparison: Any, schema: DjangoQLSchema, text: str, *, at: int) -> None:
    """The field is known and its value fits it. A misspelt word of a list would be compared and never hold."""
    try:
        schema.validate(comparison)
    except DjangoQLError as error:
        line, column = _line_and_column(text, at)
        raise InvalidCondition(_sentence(error), line=line, column=column) from error
    field, value = schema.resolve_name(comparison.left), comparison.right.value
    choices = field.ours.choices if isinstance(field, _Comparable) else ()
    for word in value if isinstance(value, list) else [value]:
        if choices and word and word not in choices:
            line, column = _line_and_column(text, text.find(f'"{word}"', at))
            message = f"“{word}” is no {field.name}. It can be: {', '.join(choices)}."
            raise InvalidCondition(message, line=line, column=column)


def _line_and_column(text: str, at: int) -> tuple[int, int]:
    before = text[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1


def _comparisons(node: Node) -> Iterator[Any]:
    if isinstance(node.operator, Logical):
        yield from _comparisons(node.left)
        yield from _comparisons(node.right)
    elif isinstance(node.operator, Comparison):
        yield node


def _asked(tree: Node, root: Root) -> Iterator[Asked]:
    seen: set[str] = set()
    for comparison in _comparisons(tree):
        name = comparison.left.value
        if name not in seen:
            seen.add(name)
            yield _resolve(comparison.left, root)


def _resolve(name: Name, root: Root) -> Asked:
    *path, last = name.parts
    prefix = root.account_prefix if path else ""
    return Asked(name=name.value, prefix=prefix, field=(ACCOUNT_FIELDS if path else root.fields)[last])


class _Comparable:
    """What our fields add to DjangoQL's: comparing as `Field.compare` says, on the day that is asked about."""

    ours: Field
    account_prefix: str
    today: date
    name: str

    def get_lookup(self, path: list[str], operator: str, value: Any) -> Q:
        plain = self.get_lookup_value(value)  # type: ignore[attr-defined]  # of the DjangoQL class it is mixed into
        return self.ours.compare(self.account_prefix if path else "", operator, plain, today=self.today)


def _schema(root: Root, today: date) -> DjangoQLSchema:
    class Schema(DjangoQLSchema):
        def get_fields(self, model: type[Model]) -> list[DjangoQLField]:
            own = model is root.model
            fields = root.fields if own else ACCOUNT_FIELDS
            found = [_field(model, field, root, today) for field in fields.values()]
            if own and root.account_prefix:
                found.append(RelationField(model, "account", Account, nullable=True))
            return found

    return Schema(root.model)


def _field(model: type[Model], field: Field, root: Root, today: date) -> DjangoQLField:
    base = _TYPES[field.kind]
    made = type(f"Our{base.__name__}", (_Comparable, base), {})(model=None, name=field.name, nullable=True)
    made.ours, made.account_prefix, made.today = field, root.account_prefix, today
    return made
