"""Expressions that many dashboards count by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Aggregate,
    BooleanField,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Q,
    Value,
)


class WhichBucket(Func):
    """Into which bucket an instant falls, from 1; 0 before the first one, one more than there are behind the last.

    `edges`: where the buckets begin, and where the last one ends (`Asked.edges`), so that a day with an hour more or
    less is counted as the day it is.
    """

    function = "width_bucket"
    output_field = IntegerField()

    def __init__(self, instant: str, *, edges: Sequence[datetime]) -> None:
        super().__init__(F(instant), Value([*edges], output_field=ArrayField(DateTimeField())))


class Median(Aggregate):
    """The middle one of lengths of time; of an even number the lower of the two, so that it is one that there was."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def is_so(condition: Q) -> ExpressionWrapper[Any]:
    """A condition as a column."""
    return ExpressionWrapper(condition, output_field=BooleanField())


def took(since: str, until: str) -> ExpressionWrapper[Any]:
    """The time from one instant to the other."""
    return ExpressionWrapper(F(until) - F(since), output_field=DurationField())


def median_of(column: str) -> str:
    """SQL for `sets.tally`: as `Median`."""
    return f"percentile_disc(0.5) WITHIN GROUP (ORDER BY {column})"
