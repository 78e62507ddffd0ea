"""What people change at the desk, field by field beside what the CRM tells.

A record's `as_of` is the CRM's time of what it told last; `changed_here` has the columns that were changed at the
desk since, each with when. An event of the CRM leaves such a column as it is where it tells of an earlier time, and
brings all others up to date. So of each field the latest word holds, in whatever order the words arrive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.models.book import Record
from accounts.payloads import Field
from smbcases.lib import bulk

Changes = Mapping[str, str]
"""Columns, each with the moment of its change, in ISO format with its offset."""


def write(record: Record, *, now: datetime, **values: Any) -> None:
    """Set these fields of a record that the caller has locked, and note that they were changed here."""
    for name, value in values.items():
        setattr(record, name, value)
    note(record, names=values, now=now)
    record.save(update_fields=[*values, "changed_here"])


def write_many(records: Sequence[Record], *, names: Sequence[str], now: datetime) -> None:
    """Write these columns, which the caller has set on locked records of one kind, and note that they were changed
    here; one statement for all."""
    for record in records:
        note(record, names=names, now=now)
    written = ("id", *names, "changed_here")
    rows = [{name: getattr(record, name) for name in written} for record in records]
    if records:
        bulk.update(type(records[0]), rows)


def note(record: Record, *, names: Iterable[str], now: datetime) -> None:
    """Note on the record, without saving it, that these fields were changed here.

    Whoever changes a field has seen what the CRM told, even where its clock is ahead of ours: `as_of` at least.
    """
    at = max(record.as_of, now).isoformat()
    columns = (record._meta.get_field(name).column for name in names)  # type: ignore[union-attr]  # all are columns
    record.changed_here = {**record.changed_here, **dict.fromkeys(columns, at)}


def kept(changes: Changes, *, fields: Iterable[Field], time: datetime) -> list[str]:
    """The names of the fields that an event of that time leaves as they were changed here."""
    return [field.name for field in fields if _is_later(changes.get(field.column), time)]


def _is_later(changed_at: str | None, time: datetime) -> bool:
    return changed_at is not None and datetime.fromisoformat(changed_at) > time


def stays(table: str) -> str:
    """The SQL condition of the same rule; `{column}` is for the name of a column of this table.

    It is asked of the row as it is when it is written, so that a change made at that very moment is kept.
    """
    return f"(\"{table}\".changed_here ->> '{{column}}')::timestamptz > excluded.as_of"
