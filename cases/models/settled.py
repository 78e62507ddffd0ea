"""That closed cases were changed after all: what was counted of them has to be counted again."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class SettledChange(models.Model):
    """A change of what is counted of cases that were closed at `closed_at`, or later where that is empty.

    PostgreSQL writes these itself (migrations `count_once` of `cases` and `routing`), whatever path changes a closed
    case, its questions, its owner's region or days off. What is closed just now is no such change: nothing was kept of
    it.
    """

    closed_at = models.DateTimeField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["closed_at"], name="settled_change_by_closing")]

    def __str__(self) -> str:
        return f"closed {self.closed_at:%Y-%m-%d}" if self.closed_at else "any"
