"""Many rows as instances that know some of their fields, at a fraction of what the ORM asks for it.

`QuerySet.only` looks at every field of the model for every row; a drain that loads thousands of wide rows would spend a
fifth of its time there.
"""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.db.models.base import ModelState

M = TypeVar("M", bound=Model)


def load(queryset: QuerySet[M], *fields: str, **annotated: str) -> list[M]:
    """The rows as `queryset.only(*fields)` has them; `annotated` are further attributes, each with its look-up.

    `fields` are names of columns, the primary key among them; any other field is loaded when it is asked for.
    """
    model = queryset.model
    columns = {field.name: field.attname for field in model._meta.concrete_fields}
    names = [*(columns[name] for name in fields), *annotated]
    rows = queryset.values_list(*fields, *annotated.values())
    return [_instance(model, dict(zip(names, row, strict=True)), queryset.db) for row in rows]


def _instance(model: type[M], values: dict[str, object], database: str) -> M:
    instance = model.__new__(model)
    state = ModelState()
    state.adding, state.db = False, database
    values["_state"] = state
    instance.__dict__ = values
    return instance
