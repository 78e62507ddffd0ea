"""What we and a High Value Account want to reach together, every version of it kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models.book import Account


class AccountPlan(models.Model):
    """An account's plan as it is now. `version` rises with every save, so that a stale page can be told.

    `content` is what `routing.high_value.plan_content` reads and writes; `next_touchpoint_on` is kept from it, for
    lists and reminders. `reminded_on` is the day up to which somebody was reminded of all that is planned; empty since
    the plan was saved.
    """

    account = models.OneToOneField(Account, models.CASCADE, related_name="plan")
    version = models.PositiveIntegerField(default=0)
    content = models.JSONField(default=dict)
    next_touchpoint_on = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_touchpoint_on"],
                name="plan_by_next_touchpoint",
                condition=models.Q(next_touchpoint_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"Plan of {self.account}"


class AccountPlanVersion(models.Model):
    """What a plan said at a version, who wrote it and when; never changed."""

    plan = models.ForeignKey(AccountPlan, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once")]

    def __str__(self) -> str:
        return f"{self.plan}, version {self.number}"
