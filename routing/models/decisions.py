"""Every assignment with its reasons, and why a case still waits.

A drain stores the roster once, as it stood when the drain began. Each assignment stores its place in the drain,
so the roster at that very moment is the stored one plus the assignments before it: the full explanation at a cost
of one row a case, however large the roster.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from cases.models import Case
from routing.models.pools import Pool


class Rule(models.TextChoices):
    """Why the case went where it went."""

    NOMINATED = "nominated", "nominated the account"
    HIGH_VALUE_OWNER = "high_value_owner", "has the account's High Value case"
    IQM = "iqm", "is booked in the initial qualifying meeting"
    OPEN_CASE_OWNER = "open_case_owner", "has an open case of the account"
    FORMER_OWNER = "former_owner", "had it before"
    TURN = "turn", "was next in turn"
    TAKEN = "taken", "took the next case from the queue"
    BY_HAND = "by_hand", "was chosen by hand"


class WaitingReason(models.TextChoices):
    NOBODY_FREE = "nobody_free", "Nobody is free"
    NOBODY_SPEAKS = "nobody_speaks", "Nobody who is free speaks the language"
    FOR_NOMINATOR = "for_nominator", "Waits for who nominated the account"
    NO_MEMBERS = "no_members", "The territory has no advocates"
    NO_REGION = "no_region", "The region is not known"
    QUEUE = "queue", "Waits to be taken from the queue"


class Drain(models.Model):
    """One pass over a pool: the roster as it was loaded, and how much went out."""

    pool = models.ForeignKey(Pool, models.CASCADE, related_name="drains")
    at = models.DateTimeField()
    turn = models.PositiveBigIntegerField(help_text="The pool's count when it began.")
    roster = models.JSONField(help_text="One object a member, as `ranking.Candidate`.")
    assigned = models.PositiveIntegerField(default=0)
    left_waiting = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.pool} at {self.at:%Y-%m-%d %H:%M:%S}"


class Assignment(models.Model):
    """Who got a case, by which rule, with the numbers behind it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="assignments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    rule = models.CharField(max_length=20, choices=Rule)
    drain = models.ForeignKey(Drain, models.PROTECT, null=True, related_name="assignments", db_index=False)
    position = models.PositiveIntegerField(default=0, help_text="Its place in the drain, from 1.")
    turn = models.PositiveBigIntegerField(
        null=True, help_text="The pool's count after it; empty: cost nobody a turn."
    )
    load_before = models.PositiveIntegerField()
    places = models.PositiveIntegerField()
    over_capacity = models.BooleanField(default=False)
    language = models.CharField(max_length=8, blank=True)
    runner_up = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["drain", "position"], name="assignment_one_a_place_in_a_drain")
        ]
        indexes = [
            models.Index(fields=["person", "-at"], name="assignment_latest_of_person"),
            models.Index(
                fields=["at", "id"],
                name="assignment_over_capacity",
                condition=models.Q(over_capacity=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} to {self.person_id}"


class Waiting(models.Model):
    """Why a case waits, from the drain that could not place it."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="waiting")
    pool = models.ForeignKey(Pool, models.CASCADE, null=True, related_name="waiting")
    reason = models.CharField(max_length=20, choices=WaitingReason)
    since = models.DateTimeField()
    drain = models.ForeignKey(Drain, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name_plural = "waiting"

    def __str__(self) -> str:
        return f"{self.case_id}: {self.get_reason_display()}"
