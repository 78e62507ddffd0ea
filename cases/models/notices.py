"""What somebody is told of, until they have read it, and how they wish to be told."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from cases.models.case import Case


class NoticeKind(models.TextChoices):
    MENTIONED = "mentioned", "Somebody mentions me"
    ASKED = "asked", "A question is asked"
    ANSWERED = "answered", "My question is answered"
    UNANSWERED = "unanswered", "A case is closed without my answer"
    COMMENTED = "commented", "A comment is written"
    MAIL_CAME = "mail_came", "A customer writes"
    MAIL_FAILED = "mail_failed", "A mail of mine was not sent"
    HANDED_OVER = "handed_over", "A case is handed over to me"
    ASSIGNED = "assigned", "A case comes to me for its account"
    REMINDER = "reminder", "A reminder of mine is due"
    DUE_SOON = "due_soon", "Something is due soon"
    OVERDUE = "overdue", "Something is overdue"
    ESCALATED = "escalated", "A case is escalated to me"
    NOBODY_FREE = "nobody_free", "Cases wait and nobody is free"
    NOMINATED = "nominated", "A High Value Account is nominated"
    DECIDED = "decided", "My nomination is decided"
    CARRIED = "carried", "My cases are carried over to another playbook"
    FOLLOWED = "followed", "A case that I follow changes"
    CLEAN_ROOM = "clean_room", "My room is to be cleaned, once a week"
    SEGMENT = "segment", "An account changes segment"
    SWEPT = "swept", "Ownership was swept by the clock"


class Notice(models.Model):
    """One thing told to one person.

    `mail_at` is when it is to be mailed; empty: not, or done, or read before. `topic` names what is told once only,
    or, told again, adds to `tally` instead of making a second notice.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", db_index=False
    )
    kind = models.CharField(max_length=12, choices=NoticeKind)
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="notices", db_index=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    text = models.TextField(blank=True)
    url = models.CharField(max_length=500, blank=True, help_text="Where it leads; empty: to its case.")
    topic = models.CharField(max_length=100, null=True)  # noqa: DJ001  a null is not a topic twice
    tally = models.PositiveIntegerField(default=1)
    rings = models.BooleanField(default=True, help_text="Whether the bell counts it and the page lists it.")
    read_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "topic"], name="notice_once_a_person_and_topic")
        ]
        indexes = [
            models.Index(
                fields=["person", "-id"],
                name="notice_unread",
                condition=Q(read_at__isnull=True, rings=True),
            ),
            models.Index(fields=["person", "-id"], name="notice_rung", condition=Q(rings=True)),
            models.Index(fields=["mail_at"], name="notice_to_mail", condition=Q(mail_at__isnull=False)),
            models.Index(fields=["case"], name="notice_of_case", condition=Q(case__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.get_kind_display()}"


class Mailing(models.TextChoices):
    NEVER = "never", "Never"
    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "Once a day"


class NoticeSetting(models.Model):
    """How somebody wishes to be told; who has none is told as a new one says. The lists hold kinds of notices."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="notice_setting"
    )
    mail = models.CharField(max_length=8, choices=Mailing, default=Mailing.DAILY)
    hour = models.PositiveSmallIntegerField(
        default=8, validators=[MaxValueValidator(23)], help_text="Of the daily mail, where the person is."
    )
    no_bell = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    no_mail = ArrayField(models.CharField(max_length=12), default=list, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(hour__lte=23), name="notice_setting_hour_is_of_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.get_mail_display()}"
