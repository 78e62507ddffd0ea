"""Which playbook the book was last brought in line with."""

from __future__ import annotations

from django.db import models


class CarryOver(models.Model):
    """One carrying over: to which playbook, when, and how much it changed. The newest one names the playbook that the
    book stands under."""

    playbook = models.CharField(max_length=16)
    before = models.CharField(max_length=16, blank=True, help_text="Empty: it was the first.")
    at = models.DateTimeField()
    cases = models.PositiveIntegerField(help_text="Waiting cases that were routed elsewhere.")
    accounts = models.PositiveIntegerField(help_text="Accounts whose segment or tier is another one now.")

    def __str__(self) -> str:
        return f"{self.before or 'nothing'} → {self.playbook}"
