"""The inbox: every event that was ever pushed to us, and what became of it."""

from __future__ import annotations

from django.db import models


class Outcome(models.TextChoices):
    RECEIVED = "received", "Received"
    WAITING = "waiting", "Waits for a record"
    APPLIED = "applied", "Applied"
    OUTDATED = "outdated", "Older than what is held"
    SIGNAL = "signal", "Looked at by the triggers"
    REFUSED = "refused", "Could not be applied"


class Event(models.Model):
    """One CloudEvent. `(source, event_id)` is unique: sending it again answers the same and does nothing.

    `applied_at` is null until the book has taken it in, `evaluated_at` until the triggers have looked at it;
    a partial index on each is the queue, so that a lost wake-up loses nothing.
    """

    source = models.CharField(max_length=255)
    event_id = models.CharField(max_length=255)
    type = models.CharField(max_length=100)
    subject = models.CharField(max_length=255, blank=True)
    time = models.DateTimeField(help_text="The CRM's time of what happened.")
    data = models.JSONField()
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RECEIVED)
    reason = models.CharField(max_length=500, blank=True)
    waits_for = models.CharField(max_length=100, blank=True, help_text="Such as account:001A.")
    account = models.ForeignKey("Account", models.CASCADE, null=True, blank=True, related_name="events")
    applied_at = models.DateTimeField(null=True, blank=True)
    evaluated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "event_id"], name="event_once")]
        indexes = [
            models.Index(
                fields=["id"],
                name="event_to_apply",
                condition=models.Q(outcome="received"),
            ),
            models.Index(
                fields=["waits_for"],
                name="event_waiting",
                condition=models.Q(outcome="waiting"),
            ),
            models.Index(
                fields=["id"],
                name="event_refused",
                condition=models.Q(outcome="refused"),
            ),
            models.Index(
                fields=["id"],
                name="event_to_evaluate",
                condition=models.Q(applied_at__isnull=False, evaluated_at__isnull=True),
            ),
            models.Index(
                fields=["account", "-id"],
                name="event_latest_of_account",
                condition=models.Q(account__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"
