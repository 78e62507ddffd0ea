"""That somebody's room was looked at for the weekly summary, so that a week has one."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class RoomSummary(models.Model):
    """`week_on` is the Monday of the week where the person is; `things`: what there was to tidy, none where it was
    clean and nothing was said."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    week_on = models.DateField()
    at = models.DateTimeField()
    things = models.PositiveIntegerField()
    of_team = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "room summaries"
        constraints = [models.UniqueConstraint(fields=["person", "week_on"], name="room_summary_once_a_week")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.week_on}"
