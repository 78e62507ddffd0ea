"""What an advocate cannot settle alone: asked of Support, of a manager, or of the team for larger customers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.case import Case


class EscalationKind(models.TextChoices):
    """Whom it goes to, and who answers."""

    SUPPORT = "support", "Support"
    SOLUTIONS_ARCHITECT = "solutions_architect", "Solutions Architect"
    SALES_SUPPORT = "sales_support", "Move to Mid-Market or Enterprise"
    MID_MARKET = "mid_market", "Mid-Market AE"
    LATE_PICK_UP = "late_pick_up", "Overdue pick-up"


class EscalationState(models.TextChoices):
    ASKED = "asked", "Asked"
    GRANTED = "granted", "Granted"
    DECLINED = "declined", "Declined"
    DONE = "done", "Done"


# The manager decides on an architect, SMB Ops on a move; the others are done as soon as they are on record.
TO_BE_ANSWERED = (EscalationKind.SOLUTIONS_ARCHITECT, EscalationKind.SALES_SUPPORT)


class Escalation(models.Model):
    """Who asked for what, whom they named, and what came of it. `case_id` and `kind` have one open request at most."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="escalations", db_index=False)
    kind = models.CharField(max_length=20, choices=EscalationKind)
    state = models.CharField(max_length=10, choices=EscalationState)
    reason = models.TextField(help_text="What is asked for, or what was written.")
    named = models.CharField(
        max_length=200, blank=True, help_text="Who was looped in or is to help, such as the Mid-Market AE."
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "case",
                "kind",
                condition=Q(state__in=["asked", "granted"]),
                name="escalation_one_open_a_case_and_kind",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at__isnull=True)
                | ~Q(state="asked") & Q(answered_at__isnull=False),
                name="escalation_answered_has_its_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="escalation_of_case"),
            models.Index(
                fields=["kind", "asked_at", "id"],
                name="escalation_to_answer",
                condition=Q(state="asked"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in {EscalationState.ASKED, EscalationState.GRANTED}
