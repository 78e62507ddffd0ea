"""One pass over many cases, counted in several ways at once: by person, by week, all together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Rows = QuerySet[Any, Any]
Grouping = tuple[str, ...]
Counted = dict[Grouping, dict[tuple[Any, ...], dict[str, Any]]]
"""Grouping → group → figures."""


def tally(parts: Sequence[Rows], *, by: Sequence[Sequence[str]], figures: Mapping[str, str]) -> Counted:
    """Count the rows of `parts` for each of the groupings `by`, the empty one for all together.

    `parts` are `.values(...)` of the same columns in the same order, taken together, so that closed and open cases
    can each use their own index. `by` names some of these columns; `figures` are SQL over them, by name. No name and
    no SQL may come from outside. Answers grouping → group → figures; a grouping without rows has no groups.
    """
    columns = list(dict.fromkeys(column for grouping in by for column in grouping))
    inner, params = _union(parts)
    if not inner:
        return {tuple(grouping): {} for grouping in by}
    listed = ", ".join([*columns, *(f"{sql} AS {name}" for name, sql in figures.items())])
    level, groups = _grouped(by, columns)
    query = f"SELECT {level}, {listed} FROM ({inner}) AS counted GROUP BY {groups}"  # noqa: S608  names and figures are the code's own
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        rows = cursor.fetchall()
    return _sorted_out(rows, by=by, columns=columns, figures=list(figures))


def spell(rows: Rows) -> str | None:
    """The query of `rows` with its parameters in place, so that the same words mean the same rows; None where there
    can be none."""
    for sql, params in _compile([rows]):
        with connection.cursor() as cursor:
            return str(cursor.mogrify(sql, params))
    return None


def _grouped(by: Sequence[Sequence[str]], columns: list[str]) -> tuple[str, str]:
    """Which grouping a row is of, and what to group by. A single one is grouped plainly: that may be done by several
    processes at once, which several groupings may not."""
    if len(by) == 1:
        return str(_level(by[0], columns)), ", ".join(columns) or "()"
    groupings = ", ".join(f"({', '.join(grouping)})" for grouping in by)
    return f"grouping({', '.join(columns)})", f"GROUPING SETS ({groupings})"


def _union(parts: Sequence[Rows]) -> tuple[str, tuple[Any, ...]]:
    compiled = list(_compile(parts))
    params = tuple(param for _, given in compiled for param in given)
    return " UNION ALL ".join(f"({sql})" for sql, _ in compiled), params


def _compile(parts: Sequence[Rows]) -> Iterator[tuple[str, Sequence[Any]]]:
    """Each part's SQL; one that can have no rows is left out."""
    for part in parts:
        with suppress(EmptyResultSet):
            yield part.order_by().query.get_compiler(connection=connection).as_sql()


def _sorted_out(
    rows: Sequence[Sequence[Any]], *, by: Sequence[Sequence[str]], columns: list[str], figures: list[str]
) -> Counted:
    found: Counted = {tuple(grouping): {} for grouping in by}
    levels = {_level(grouping, columns): tuple(grouping) for grouping in by}
    for level, *values in rows:
        grouping = levels[level]
        group = tuple(values[columns.index(column)] for column in grouping)
        found[grouping][group] = dict(zip(figures, values[len(columns) :], strict=True))
    return found


def _level(grouping: Sequence[str], columns: list[str]) -> int:
    """As PostgreSQL's grouping(): a bit for each column, set where it is not grouped by; the last is the lowest."""
    return sum(1 << at for at, column in enumerate(reversed(columns)) if column not in grouping)
