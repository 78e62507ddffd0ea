"""Files on a case. What lies in the storage is named by chance; the name that people gave is a column."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.case import Case

FOLDER = "attachments"


def place(_attachment: Attachment, _name: str) -> str:
    """attachments/2026-11-21/…: a folder a day, so that what nobody knows of is found by looking at few."""
    return f"{FOLDER}/{datetime.now(tz=UTC):%Y-%m-%d}/{uuid4().hex}"


class Attachments(models.QuerySet["Attachment"]):
    def there(self) -> Attachments:
        return self.filter(removed_at__isnull=True)


class Attachment(models.Model):
    """`content_type` is what its content says, never what the browser said. Removed, the row stays and the file
    goes with a later sweep (`swept_at`)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments", db_index=False)
    file = models.FileField(upload_to=place, max_length=100)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField(help_text="In bytes.")
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="Empty: it came with a mail.",
    )
    attached_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    swept_at = models.DateTimeField(null=True, blank=True, help_text="When its file was deleted.")

    objects = Attachments.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "case",
                "sha256",
                condition=Q(removed_at__isnull=True),
                name="attachment_once_per_case",
            ),
        ]
        indexes = [
            models.Index(
                fields=["case", "id"], name="attachments_of_case", condition=Q(removed_at__isnull=True)
            ),
            models.Index(fields=["file"], name="attachment_of_file"),
            models.Index(
                fields=["removed_at"],
                name="attachments_to_sweep",
                condition=Q(removed_at__isnull=False, swept_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name
