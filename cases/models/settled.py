"""That closed cases were changed after all: what was counted of them has to be counted again."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class SettledWhat(models.TextChoices):
    CASE = "case"
    DEAL = "deal"


class SettledChange(models.Model):
    """A change of what is counted of cases that were closed at `closed_at`, or at any time where that is empty; or of
    what an opportunity of theirs has won, which few figures read. Notes of one day may be made one: it stands for
    `many`, and has the sum of their ids.

    PostgreSQL writes these itself (migrations `count_once` of `cases` and `routing`, and `fold_notes`), whatever path
    changes a closed case, its questions, its owner's region or days off. What is closed just now is no such change:
    nothing was kept of it.
    """

    what = models.CharField(max_length=4, choices=SettledWhat, db_default=SettledWhat.CASE)
    closed_at = models.DateTimeField(null=True)
    at = models.DateTimeField(db_default=Now())
    many = models.PositiveBigIntegerField(db_default=1)
    sum_of_ids = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"closed {self.closed_at:%Y-%m-%d}" if self.closed_at else "any"
