"""Questions on a case: open until somebody who works it answers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models.case import Case


class Questions(models.QuerySet["Question"]):
    def open(self) -> Questions:
        return self.filter(answered_at__isnull=True)

    def due(self) -> Questions:
        """Open, and not left so when their case was closed; reopened, a case has them due again."""
        left = Q(case__closed_at__isnull=False, asked_at__lte=F("case__closed_at"))
        return self.open().exclude(left)


class Question(models.Model):
    """A question as it was asked. `people` are those mentioned in it: id to name, as `text` refers to them."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="questions", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    text = models.TextField()
    people = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    missed_at = models.DateTimeField(null=True, help_text="When the clock saw it pass unanswered.")
    alert_at = models.DateTimeField(null=True, help_text="When the sweep looks at it next; empty: no more.")
    alerted_at = models.DateTimeField(null=True, help_text="When the sweep last took a step of its ladder.")

    objects = Questions.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="question_answered_by_somebody",
            )
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="question_of_case"),
            models.Index(fields=["due_at"], name="question_by_due"),
            models.Index(
                fields=["alert_at"],
                name="question_next_alert",
                condition=Q(alert_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.text[:60]}"
