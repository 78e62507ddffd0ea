"""What a dashboard is made of: values, figures, tables. No markup, no database; page, files and API all read these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Literal

FEW = 10  # a share of fewer than so many says little
_ALL = 1000  # tenths of a percent

Tone = Literal["", "late", "soon", "done", "info", "plain"]
ValueKind = Literal["text", "count", "share", "duration", "days", "money", "day"]
ChartKind = Literal["", "bar", "stacked", "line"]


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @cached_property
    def percent(self) -> Decimal | None:
        """With one digit, and never rounded up to 100; None of nothing."""
        if not self.whole:
            return None
        tenths = (self.part * 2000 + self.whole) // (2 * self.whole)
        if self.part < self.whole and tenths >= _ALL:
            tenths = self.part * _ALL // self.whole
        return Decimal(tenths) / 10

    @property
    def is_few(self) -> bool:
        return 0 < self.whole < FEW

    def __add__(self, other: Share) -> Share:
        return Share(self.part + other.part, self.whole + other.whole)


@dataclass(frozen=True)
class Money:
    """Amounts by currency, never added up across currencies; the largest stands first."""

    amounts: tuple[tuple[str, Decimal], ...] = ()

    @classmethod
    def of(cls, by_currency: Mapping[str, Decimal]) -> Money:
        found = [(currency, amount) for currency, amount in by_currency.items() if amount]
        return cls(tuple(sorted(found, key=lambda one: (-one[1], one[0]))))

    def __add__(self, other: Money) -> Money:
        total: dict[str, Decimal] = dict(self.amounts)
        for currency, amount in other.amounts:
            total[currency] = total.get(currency, Decimal(0)) + amount
        return Money.of(total)


Value = int | Decimal | timedelta | date | str | Share | Money | None
"""By kind: text str, count int, share `Share`, duration and days timedelta, money `Money`, day date. None: unknown.

A Decimal is an average of counts, or of shares in percent."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number of a page. `url` lists exactly the cases that it counts; of a share those of its part, of a median
    the `of` cases that it is the median of. `before` is the same of the period before."""

    key: str
    name: str
    value: Value
    kind: ValueKind = "count"
    url: str = ""
    tone: Tone = ""
    hint: str = ""
    before: Value = None
    of: int | None = None


@dataclass(frozen=True)
class Cell:
    """`of`: how many the value was computed from, where it is neither a count nor a share; `hint` is said beside."""

    value: Value
    url: str = ""
    tone: Tone = ""
    of: int | None = None
    hint: str = ""


@dataclass(frozen=True)
class Column:
    """`drawn`: whether a chart of the table shows it; of a table's first column, its labels."""

    key: str
    name: str
    kind: ValueKind = "count"
    help: str = ""
    drawn: bool = True


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of cells, as many a row as columns; the first column names the row. `empty` is said where there are no
    rows. `note`: how it is counted, in a sentence. Raises ValueError where a row has another number of cells."""

    key: str
    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    chart: ChartKind = ""
    empty: str = "Nothing to count."
    note: str = ""

    def __post_init__(self) -> None:
        for row in self.every_row:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.key}: {len(row)} cells for {len(self.columns)} columns")

    @property
    def every_row(self) -> tuple[tuple[Cell, ...], ...]:
        """With the total, which stands last."""
        return (*self.rows, self.total) if self.total else self.rows

    @property
    def helps(self) -> list[Column]:
        """The columns whose figures need a word on how they are counted."""
        return [column for column in self.columns if column.help]

    @property
    def chart_shown(self) -> ChartKind:
        """One point makes no line, and one row no comparison."""
        return self.chart if len(self.rows) > 1 else ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one glance at the page should tell."""

    words: str
    tone: Tone = "plain"
    icon: str = "information-circle"


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """`note`: what a reader must know to read the figures right."""

    key: str
    name: str
    answer: Answer
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    note: str = ""

    def table(self, key: str) -> Table | None:
        return next((table for table in self.tables if table.key == key), None)
