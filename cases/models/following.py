"""Who wishes to hear of a case, and the views of filed cases that people keep."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models

from accounts.models import Department
from cases.models.case import Case


class Follow(models.Model):
    """Somebody is told whenever the case changes."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="follows", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows", db_index=False
    )
    since_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="follow_once_a_person_and_case")
        ]
        indexes = [models.Index(fields=["person", "-case"], name="follow_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} follows {self.case_id}"


class SavedView(models.Model):
    """A view of filed cases under a name. `query` is its address's query; who is of `department` may open its link.

    Without a department it is its maker's alone.
    """

    key = models.UUIDField(unique=True, default=uuid4)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", db_index=False
    )
    department = models.CharField(max_length=20, choices=Department, blank=True)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="saved_view_name_once_a_person")
        ]
        indexes = [
            models.Index(
                fields=["department", "name"],
                name="saved_view_of_department",
                condition=~models.Q(department=""),
            )
        ]

    def __str__(self) -> str:
        return self.name
