"""A task of a person's own, and the secret address under which their calendar is read."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Account, Person
from cases.models.case import Case

_STANDS = Q(removed_at__isnull=True)
_OPEN = _STANDS & Q(done_at__isnull=True)


class Tasks(models.QuerySet["Task"]):
    """Filters in the words of the page; what was removed is in none of them."""

    def of(self, person: Person) -> Tasks:
        return self.filter(_STANDS, person=person)

    def open(self) -> Tasks:
        return self.filter(_OPEN)

    def done(self) -> Tasks:
        return self.filter(_STANDS, done_at__isnull=False)

    def due_by(self, day: date) -> Tasks:
        return self.open().filter(due_on__lte=day)


class Task(models.Model):
    """Something that a person wants to do on a day; nobody else sees it.

    `remind_at` is when they are told, `reminded_at` when they were. `removed_at`: taken away, and may be put back for
    a while.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tasks", db_index=False)
    what = models.CharField(max_length=300)
    due_on = models.DateField()
    remind_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    case = models.ForeignKey(
        Case, models.CASCADE, null=True, blank=True, related_name="tasks", db_index=False
    )
    account = models.ForeignKey(
        Account, models.CASCADE, null=True, blank=True, related_name="tasks", db_index=False
    )
    done_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = Tasks.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(what=""), name="task_says_something")]
        indexes = [
            models.Index(fields=["person", "due_on", "id"], name="task_open_of_person", condition=_OPEN),
            models.Index(
                fields=["person", "-done_at", "-id"],
                name="task_done_of_person",
                condition=_STANDS & Q(done_at__isnull=False),
            ),
            models.Index(fields=["person", "id"], name="task_of_person", condition=_STANDS),
            models.Index(
                fields=["remind_at", "id"],
                name="task_to_remind_of",
                condition=_OPEN & Q(remind_at__isnull=False, reminded_at__isnull=True),
            ),
            models.Index(fields=["removed_at"], name="task_removed", condition=Q(removed_at__isnull=False)),
            models.Index(fields=["case", "person"], name="task_of_case", condition=Q(case__isnull=False)),
            models.Index(fields=["account"], name="task_of_account", condition=Q(account__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def mark(self) -> int:
        """Another number after each change: what a client names to say which state it saw."""
        return int(self.changed_at.timestamp() * 1_000_000)

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.removed_at is None


class CalendarFeed(models.Model):
    """The secret of somebody's calendar: who knows it reads the calendar, so only its digest is kept."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="calendar_feed"
    )
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Calendar of {self.person_id}"
