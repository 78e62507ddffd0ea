"""One act on many cases: chosen, previewed, carried out, and perhaps undone; a row for each case."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models

from cases.models.case import Case


class RunState(models.TextChoices):
    CHOSEN = "chosen", "Chosen"
    PREVIEWED = "previewed", "Previewed"
    DONE = "done", "Done"
    UNDONE = "undone", "Undone"


class Verdict(models.TextChoices):
    """What becomes of one case, in the preview and when it is carried out."""

    GOES = "goes", "Goes through"
    SAME = "same", "Is so already"
    REFUSED = "refused", "Does not"


class BulkRun(models.Model):
    """Who does what to many cases. Its id is drawn by chance and names it in addresses; `given` is what was typed,
    as the API takes it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    act = models.CharField(max_length=20)
    given = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.CHOSEN)
    more = models.BooleanField(default=False, help_text="More cases matched than one run takes.")
    left_out = models.PositiveIntegerField(
        default=0, help_text="How many of those named do not exist or may not be seen."
    )
    back = models.CharField(max_length=2000, blank=True, help_text="The list that it was started from.")
    made_at = models.DateTimeField()
    previewed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["by", "-done_at"], name="bulk_runs_of_person"),
            models.Index(fields=["made_at"], name="bulk_runs_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.act} by {self.by_id}"


class BulkRow(models.Model):
    """One case of a run. `before` holds the columns that the act changed, as they were; `after_version` tells
    whether anybody touched the case since. `beside` is what the act did to other records, as the act itself notes
    it (`cases.together.Deed`)."""

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="rows", db_index=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    seen_version = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    refusal = models.CharField(max_length=60, blank=True, help_text="Its name, for programs.")
    detail = models.TextField(blank=True)
    after_version = models.PositiveIntegerField(null=True, blank=True)
    before = models.JSONField(default=dict)
    beside = models.JSONField(default=dict, db_default={})
    undone = models.BooleanField(null=True, help_text="Empty: nobody tried to.")
    undo_detail = models.TextField(blank=True, help_text="Why it could not be undone.")

    class Meta:
        constraints = [models.UniqueConstraint("run", "case", name="bulk_row_one_per_case")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.verdict}"
