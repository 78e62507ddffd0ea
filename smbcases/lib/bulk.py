"""Rows to PostgreSQL by the thousand: one JSON document, one statement.

PostgreSQL turns the document into rows of the table's own type (`json_populate_recordset`), so every column type
works without a cast of ours, and the cost in Python is one pass of a C encoder.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson
from django.db import connection, models

Row = Mapping[str, Any]


def insert(model: type[models.Model], rows: Sequence[Row], *, returning: str = "id") -> list[Any]:
    """Insert `rows` (column name to value, the same columns in each) and answer the `returning` of each one kept.

    A row that a unique constraint already has is left out; without an id of its own a row takes the next one.
    """
    if not rows:
        return []
    names = ", ".join(_quoted(name) for name in rows[0])
    return _run(
        f"INSERT INTO {_table(model)} ({names}) SELECT {names} FROM {_recordset(model)}"
        f" ON CONFLICT DO NOTHING RETURNING {_quoted(returning)}",
        rows,
    )


def upsert(
    model: type[models.Model],
    rows: Sequence[Row],
    *,
    key: str | tuple[str, ...],
    where: str,
    stays: str = "false",
    adds: Collection[str] = (),
) -> list[Any]:
    """Insert `rows`, or update the row with the same `key` where the SQL condition holds; answer the keys written,
    of a key of several columns the first.

    `where` compares the held row, by the table's name, with the new one, named `excluded`. No key may come twice.
    A column of the held row stays where the condition `stays` holds, in which {column} is for the column's name. One
    that is named in `adds` is added to.
    """
    if not rows:
        return []
    keys = (key,) if isinstance(key, str) else key
    names = list(rows[0])
    listed = ", ".join(_quoted(name) for name in names)
    changes = ", ".join(
        _set(model, name, stays=stays.format(column=name), adds=name in adds)
        for name in names
        if name not in keys
    )
    return _run(
        f"INSERT INTO {_table(model)} ({listed}) SELECT {listed} FROM {_recordset(model)}"
        f" ON CONFLICT ({', '.join(_quoted(name) for name in keys)}) DO UPDATE SET {changes} WHERE {where}"
        f" RETURNING {_quoted(keys[0])}",
        rows,
    )


def _set(model: type[models.Model], name: str, *, stays: str, adds: bool) -> str:
    column = _quoted(name)
    if adds:
        return f"{column} = {_table(model)}.{column} + excluded.{column}"
    if stays == "false":
        return f"{column} = excluded.{column}"
    return f"{column} = CASE WHEN {stays} THEN {_table(model)}.{column} ELSE excluded.{column} END"


def update(
    model: type[models.Model], rows: Sequence[Row], *, key: str = "id", where: str = "true"
) -> list[Any]:
    """Set the other columns of each row on the one with the same `key`; answer the keys changed.

    `where` may compare `held` (the row in the table) with `new` (the row given).
    """
    if not rows:
        return []
    changes = ", ".join(f"{_quoted(name)} = new.{_quoted(name)}" for name in rows[0] if name != key)
    return _run(
        f"UPDATE {_table(model)} AS held SET {changes} FROM {_recordset(model)} AS new"
        f" WHERE held.{_quoted(key)} = new.{_quoted(key)} AND {where} RETURNING held.{_quoted(key)}",
        rows,
    )


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Take `count` ids from the table's sequence, so that rows can name each other before they are written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def _run(statement: str, rows: Sequence[Row]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [_encoded(rows)])
        return [row[0] for row in cursor.fetchall()]


def _encoded(rows: Sequence[Row]) -> str:
    return orjson.dumps(list(rows), default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form.")


def _recordset(model: type[models.Model]) -> str:
    return f"json_populate_recordset(NULL::{_table(model)}, %s::json)"


def _table(model: type[models.Model]) -> str:
    return _quoted(model._meta.db_table)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
