"""What was put right in the book, row by row: whose name it stood in, and which accounts changed segment."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.book import Account, Opportunity, Segment
from accounts.models.people import Region


class OwnershipSweep(models.Model):
    """One run that gave to the regions' Sales Users what stood in people's names. `by` is empty where the clock ran it,
    then `week_on` is the Monday of the week that it ran for. The counts are of rows moved, and of those moved back."""

    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    week_on = models.DateField(null=True, unique=True)
    accounts = models.PositiveIntegerField(default=0)
    opportunities = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0, help_text="Rows that could not go to anybody.")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    moved_back = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "ownership sweep"

    def __str__(self) -> str:
        return f"Sweep {self.pk}"

    @property
    def moved(self) -> int:
        return self.accounts + self.opportunities


class OwnershipMove(models.Model):
    """One row of a sweep: what went from whom to whom. Of an opportunity, `account` is the one it belongs to.

    `noted_at` is the time that the change was noted with on the record: later words than this are newer. `stays` says
    why it was not moved back when the sweep was undone.
    """

    sweep = models.ForeignKey(OwnershipSweep, models.CASCADE, related_name="moves", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    opportunity = models.ForeignKey(Opportunity, models.CASCADE, null=True, related_name="+")
    region = models.CharField(max_length=4, choices=Region)
    owner_before = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    owner_after = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    noted_at = models.DateTimeField()
    moved_back = models.BooleanField(default=False)
    stays = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["sweep", "id"], name="ownership_move_of_sweep")]

    def __str__(self) -> str:
        return f"{self.sweep_id}: {self.opportunity_id or self.account_id}"


class SegmentCrossing(models.Model):
    """An account that crossed the SMB line, and what came of it: it moved on the day, or fell back before."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="crossings")
    crossed_on = models.DateField()
    moves_on = models.DateField(help_text="The first day of the next fiscal quarter.")
    noticed_at = models.DateTimeField()
    fell_back_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    moved_to = models.CharField(max_length=12, choices=Segment, blank=True)

    class Meta:
        verbose_name = "crossing of the segment line"
        verbose_name_plural = "crossings of the segment line"
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(fell_back_at__isnull=True, moved_at__isnull=True),
                name="crossing_one_pending_an_account",
            ),
            models.CheckConstraint(
                condition=Q(moved_at__isnull=True) | Q(fell_back_at__isnull=True),
                name="crossing_moved_or_fell_back",
            ),
        ]
        indexes = [
            models.Index(
                fields=["moves_on", "id"],
                name="crossing_pending",
                condition=Q(fell_back_at__isnull=True, moved_at__isnull=True),
            ),
            models.Index(
                fields=["-moved_at", "-id"], name="crossing_moved", condition=Q(moved_at__isnull=False)
            ),
            models.Index(
                fields=["-fell_back_at", "-id"],
                name="crossing_fell_back",
                condition=Q(fell_back_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.crossed_on}"
