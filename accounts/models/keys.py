"""Keys by which machines sign in. Only a digest is kept; the key itself is shown once."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class Scope(models.TextChoices):
    EVENTS_WRITE = "events:write", "Push events"
    EVENTS_READ = "events:read", "Follow events"
    CASES_READ = "cases:read", "Read cases"
    CASES_WRITE = "cases:write", "Work cases"
    ACCOUNTS_READ = "accounts:read", "Read the book"
    ACCOUNTS_WRITE = "accounts:write", "Change the book"


class ApiKey(models.Model):
    """A machine's key with its scopes. With a person, writes on cases are done in that person's name."""

    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, help_text="The first characters, to recognise it by.")
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    acts_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None
