"""What customers are written: the texts that Ops keep, the mails that went out, and those still being written."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Activity, Contact
from cases.models.case import Case
from cases.models.history import History

LONGEST_SUBJECT = 255
LONGEST_BODY = 50_000


class TemplateGroup(models.TextChoices):
    """What a text is for; a colleague's notice is never offered for a customer."""

    CASE_TYPE = "case_type", "Case type"
    HANDOVER = "handover", "First-order handover"
    INTERNAL = "internal", "To colleagues"


class MailTemplate(models.Model):
    """A text to begin a mail with: of a case type (whose key it has), or `handover_*` for a first order.

    As the playbook's file has it, or as Ops edited it.
    """

    playbook = models.CharField(max_length=16)
    key = models.CharField(max_length=40)
    group = models.CharField(max_length=10, choices=TemplateGroup)
    name = models.CharField(max_length=100)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    body = models.TextField()
    version = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64, help_text="Of the playbook's text that it was last loaded from.")
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["playbook", "key"], name="mail_template_once_a_playbook")
        ]

    def __str__(self) -> str:
        return self.name


class MailTemplateVersion(models.Model):
    """What a template said at a version; never changed."""

    template = models.ForeignKey(MailTemplate, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    body = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="mail_template_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.template}, version {self.number}"


class MailState(models.TextChoices):
    """Where a mail is on its way. `unclear`: we stopped in the middle of sending and cannot know. `returned`: it came
    back from everybody whom it went to."""

    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    UNCLEAR = "unclear", "Perhaps sent"
    FAILED = "failed", "Not sent"
    RETURNED = "returned", "Came back"


UNSETTLED = (MailState.FAILED, MailState.UNCLEAR, MailState.RETURNED)
REACHED_NOBODY = (MailState.FAILED, MailState.RETURNED)


class Mail(models.Model):
    """A mail to a customer, exactly as it was written; the row is also its place in the outbox.

    `try_at` is when somebody looks at it next: while it waits, when to send it; while it is being sent, when to
    give the sender up for lost. It is empty once nothing more is tried. `message_id` never changes, so that a mail
    that went out twice is shown once by most programs.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="mails", db_index=False)
    history = models.OneToOneField(History, models.CASCADE, related_name="mail")
    activity = models.ForeignKey(
        Activity, models.SET_NULL, null=True, blank=True, related_name="+", help_text="The touch that it was."
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="+")
    template = models.ForeignKey(MailTemplate, models.SET_NULL, null=True, blank=True, related_name="+")
    template_version = models.PositiveIntegerField(null=True, blank=True)

    to_name = models.CharField(max_length=255, blank=True)
    to_address = models.EmailField(max_length=255)
    cc = ArrayField(models.EmailField(max_length=255), default=list, blank=True)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    body = models.TextField()
    message_id = models.CharField(max_length=255, unique=True)
    in_reply_to = models.CharField(max_length=255, blank=True)
    references = ArrayField(models.CharField(max_length=255), default=list, blank=True)

    written_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=MailState, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True, help_text="Why the last attempt came to nothing.")
    returned = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        help_text="Addresses that it came back from: each with the server's words, when, and which mail said so.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["sent", "returned"], sent_at__isnull=False)
                | (~Q(state__in=["sent", "returned"]) & Q(sent_at__isnull=True)),
                name="mail_sent_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending"], try_at__isnull=False)
                | Q(state__in=["sent", "unclear", "failed", "returned"], try_at__isnull=True),
                name="mail_on_its_way_is_looked_at",
            ),
        ]
        indexes = [
            models.Index(
                fields=["try_at", "id"],
                name="mail_on_its_way",
                condition=Q(sent_at__isnull=True, try_at__isnull=False),
            ),
            models.Index(fields=["case", "id"], name="mail_of_case"),
            models.Index(
                fields=["case"],
                name="mail_unsettled_of_case",
                condition=Q(state__in=["failed", "unclear", "returned"]),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_unsettled(self) -> bool:
        """It came to nothing or came back, or nobody knows: somebody has to decide."""
        return self.state in UNSETTLED


class MailDraft(models.Model):
    """What somebody is writing on a case, as they typed it, so that neither a lost session nor a reload loses it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+", db_index=False)
    template_key = models.CharField(max_length=40, blank=True)
    to = models.CharField(max_length=40, blank=True)
    cc = models.TextField(blank=True)
    subject = models.TextField(blank=True)
    body = models.TextField(blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="mail_draft_once_a_person_and_case")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.case_id}"
