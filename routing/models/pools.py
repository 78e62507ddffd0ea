"""A pool per territory, who is in it, and when they are away."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q


class Pool(models.Model):
    """A territory's advocates. Its row is the lock that one drain at a time holds; `turn` counts turns given."""

    playbook = models.CharField(max_length=16)
    territory = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    turn = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["playbook", "territory"], name="pool_once_a_territory")
        ]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """Somebody in the rotation. `last_turn` is the pool's count at their last turn: it is theirs alone, so that
    joining, leaving and absence shift nobody else."""

    pool = models.ForeignKey(Pool, models.CASCADE, related_name="members")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    places = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: as the playbook says.")
    weight = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text="Turns per round, beside the others' 1.",
    )
    last_turn = models.PositiveBigIntegerField(default=0)
    last_turn_at = models.DateTimeField(null=True, blank=True)
    takes_turns = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pool", "person"], name="member_once_a_pool"),
            models.CheckConstraint(
                condition=Q(weight__gte=1),
                name="member_weight_is_at_least_one",
                violation_error_message="A weight is 1 or more. Who shall get no turns is taken out of the pool.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.pool}"


class TimeOff(models.Model):
    """Days away, first and last included, in the person's own time zone."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="time_off")
    starts_on = models.DateField()
    ends_on = models.DateField()
    covered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="covering",
    )
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "time off"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="time_off_ends_after_it_starts",
                violation_error_message="The last day off lies before the first.",
            )
        ]
        indexes = [models.Index(fields=["ends_on", "starts_on"], name="time_off_by_day")]

    def __str__(self) -> str:
        return f"{self.person}: {self.starts_on} to {self.ends_on}"

    def includes(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on
