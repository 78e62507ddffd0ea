"""What an act changed on a case, or beside it: columns before, and those of them that are different now.

Left out is what follows from other columns: the clocks, the version, and what the database computes.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import GeneratedField

from cases import clocks
from cases.models import Case

Snapshot = dict[str, Any]


def take(case: Case) -> Snapshot:
    return {name: getattr(case, name) for name in _kept(case)}


def changed(before: Snapshot, case: Case) -> Snapshot:
    """The columns of `before` that the case has otherwise now, as they were, fit for JSON."""
    return {name: value for name, value in before.items() if value != getattr(case, name)}


def restored(before: Snapshot, model: type[models.Model] = Case) -> Snapshot:
    """The same as it comes back from JSON, as the columns of `model` take it."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in before.items()}


def _kept(case: Case) -> list[str]:
    derived = {"id", "version", *clocks.read(case).columns()}
    return [
        field.attname
        for field in Case._meta.concrete_fields
        if field.attname not in derived and not isinstance(field, GeneratedField)
    ]
