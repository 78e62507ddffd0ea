"""High Value Accounts as advocates name them and managers decide."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Account
from cases.models import Case


class State(models.TextChoices):
    PROPOSED = "proposed", "To decide"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


LIVE = frozenset({State.PROPOSED, State.APPROVED})


class Nominations(models.QuerySet["Nomination"]):
    def live(self) -> Nominations:
        """Those that count: proposed or approved."""
        return self.filter(state__in=LIVE)

    def to_decide(self) -> Nominations:
        return self.filter(state=State.PROPOSED)

    def decided(self) -> Nominations:
        return self.filter(state__in=[State.APPROVED, State.DECLINED])


class Nomination(models.Model):
    """An advocate's word that an account shall be High Value in a fiscal year, and what was decided on it.

    `case` is the High Value Account case that approving opened, or found open from the year before.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="nominations")
    fiscal_year = models.CharField(max_length=8, help_text="Such as FY27.")
    advocate = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="nominations")
    criteria = ArrayField(models.CharField(max_length=40), help_text="Keys of the playbook's criteria.")
    why = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    case = models.ForeignKey(Case, models.SET_NULL, null=True, blank=True, related_name="nominations")
    version = models.PositiveIntegerField(default=1)

    objects = Nominations.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "fiscal_year"],
                condition=Q(state__in=["proposed", "approved"]),
                name="nomination_one_live_an_account_and_year",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed") | Q(decided_at__isnull=False),
                name="nomination_decided_at_a_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["advocate", "fiscal_year"],
                name="nomination_live_of_advocate",
                condition=Q(state__in=["proposed", "approved"]),
            ),
            models.Index(fields=["id"], name="nomination_to_decide", condition=Q(state="proposed")),
        ]

    def __str__(self) -> str:
        return f"{self.account}, {self.fiscal_year}: {self.get_state_display()}"
