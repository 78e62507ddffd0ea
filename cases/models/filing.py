"""What colleagues file: the form while it is being filled in, and what it said of the case that came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from cases.models.case import Case
from cases.models.files import place


class FilingDraft(models.Model):
    """A form as it is typed, right or wrong, so that neither a lost session nor a reload loses it.

    `key` is drawn when the form is opened, stays in its address, and goes over to the `Filing`: whatever is sent
    twice is filed once.
    """

    key = models.UUIDField(unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="filing_drafts", db_index=False
    )
    typed = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-saved_at"], name="filing_draft_of_person"),
            models.Index(fields=["saved_at"], name="filing_draft_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.key}"


class DraftFile(models.Model):
    """A file that waits for its case. Filed, its row goes and the file itself stays where it lies."""

    draft = models.ForeignKey(FilingDraft, models.CASCADE, related_name="files", db_index=False)
    file = models.FileField(upload_to=place, max_length=100)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField(help_text="In bytes.")
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    attached_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "sha256"], name="draft_file_once_a_draft"),
        ]
        indexes = [models.Index(fields=["file"], name="draft_file_of_file")]

    def __str__(self) -> str:
        return self.name


class Filing(models.Model):
    """What the form said of a case beyond the case's own fields; never changed.

    `billing` has street, city, postal_code and country as they were when a first order was filed.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="filing")
    key = models.UUIDField(unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    billing = models.JSONField(default=dict)
    iqm_at = models.DateTimeField(null=True, blank=True)
    iqm_with = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    def __str__(self) -> str:
        return f"{self.case_id}: filed by {self.person_id}"
