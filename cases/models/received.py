"""Mail that came to the team's address: raw as it came, and what became of it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Account, Contact, Event, Lead
from cases.models.case import Case
from cases.models.history import History


class Door(models.TextChoices):
    """How a mail came in."""

    IMAP = "imap", "Mailbox"
    WEBHOOK = "webhook", "Provider"
    PIPE = "pipe", "Mail server"
    SMTP = "smtp", "SMTP"


class MailFate(models.TextChoices):
    """What became of a mail that came in. `processed_at` is empty for `waiting` alone."""

    WAITING = "waiting", "Waits to be read"
    ON_CASE = "on_case", "On a case"
    FILED = "filed", "Filed without a case"
    HELD = "held", "Held"
    UNREADABLE = "unreadable", "Could not be read"


class MailSort(models.TextChoices):
    """Who writes: a person, or which machine."""

    PERSON = "person", "A person"
    AUTO_REPLY = "auto_reply", "Automatic reply"
    BOUNCE = "bounce", "Returned mail"
    REPORT = "report", "Report"
    LIST = "list", "Mailing list"
    LOOP = "loop", "Our own mail"


class JoinedBy(models.TextChoices):
    """How a mail found its case."""

    OPENED = "opened", "It opened the case"
    TOKEN = "token", "It was sent to the case’s reply address"
    THREAD = "thread", "It answers a mail of the case"
    ACCOUNT = "account", "The account has a case open for its mail"
    SENDER = "sender", "The sender has a case open that waits for its account"
    HAND = "hand", "Somebody put it there"


class MatchedBy(models.TextChoices):
    """How the sender was recognised."""

    CONTACT = "contact", "Contact"
    LEAD = "lead", "Lead"
    CHOICE = "choice", "Chosen before"
    DOMAIN = "domain", "Domain"
    NOBODY = "nobody", "Not recognised"


class ReceivedMails(models.QuerySet["ReceivedMail"]):
    def to_process(self) -> ReceivedMails:
        return self.filter(processed_at__isnull=True)

    def of_sender_since(self, addresses: list[str], moment: datetime) -> ReceivedMails:
        return self.filter(from_address__in=addresses, received_at__gte=moment)


class ReceivedMail(models.Model):
    """One mail, once: `key` is its Message-ID, or a digest where it has none.

    The row is the work: until `processed_at` is set, somebody has to look at it. `attempts` counts who began to, so
    that a mail at which workers die is set aside. From `sort` to `notes` everything is read from the raw mail and a
    copy of it, but for `parts`, which says too where each file was kept. From `matched_by` on it is what was decided,
    by us or by a person: that is in no mail.
    """

    mailbox = models.CharField(max_length=100)
    key = models.CharField(max_length=600)
    door = models.CharField(max_length=8, choices=Door)
    message_id = models.CharField(max_length=500, blank=True)
    body_digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="In bytes, as it came.")
    envelope_from = models.CharField(
        max_length=320, blank=True, help_text="<> for mail that wants no answer."
    )
    envelope_to = models.CharField(max_length=1000, blank=True)
    received_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=MailFate, default=MailFate.WAITING)
    reason = models.CharField(max_length=500, blank=True, help_text="Why it is held, filed or not read.")
    attempts = models.PositiveSmallIntegerField(default=0)
    let_through = models.BooleanField(default=False, help_text="Somebody said that a person wrote it.")
    processed_at = models.DateTimeField(null=True, blank=True)

    sort = models.CharField(max_length=10, choices=MailSort, default=MailSort.PERSON)
    from_address = models.CharField(max_length=254, blank=True)
    from_name = models.CharField(max_length=255, blank=True)
    to = ArrayField(models.CharField(max_length=254), default=list, blank=True)
    cc = ArrayField(models.CharField(max_length=254), default=list, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="What the mail says of itself.")
    references = ArrayField(models.CharField(max_length=500), default=list, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, help_text="Sanitised; images by their content id.")
    parts = models.JSONField(
        default=list, help_text="What came with it: name, size, type, and where it is kept."
    )
    notes = models.JSONField(default=list, help_text="What was odd about it, in sentences.")

    matched_by = models.CharField(max_length=8, choices=MatchedBy, blank=True)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="+")
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    lead = models.ForeignKey(Lead, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    case = models.ForeignKey(
        Case, models.SET_NULL, null=True, blank=True, related_name="received_mails", db_index=False
    )
    joined_by = models.CharField(max_length=8, choices=JoinedBy, blank=True)
    is_stranger = models.BooleanField(
        default=False, help_text="It has the case's reply address; its sender is unknown there."
    )
    came_after_closing = models.BooleanField(default=False)
    history = models.OneToOneField(
        History, models.SET_NULL, null=True, blank=True, related_name="received_mail"
    )
    event = models.ForeignKey(Event, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    objects = ReceivedMails.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "key"], name="received_mail_once_a_mailbox"),
            models.CheckConstraint(
                condition=Q(state="waiting", processed_at__isnull=True)
                | (~Q(state="waiting") & Q(processed_at__isnull=False)),
                name="received_mail_waits_or_was_processed",
            ),
            models.CheckConstraint(
                condition=~Q(state="on_case") | ~Q(joined_by=""), name="received_mail_on_case_says_how"
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], name="received_mail_to_process", condition=Q(processed_at__isnull=True)
            ),
            models.Index(fields=["message_id"], name="received_mail_by_id", condition=~Q(message_id="")),
            models.Index(fields=["from_address", "received_at"], name="received_mail_of_sender"),
            models.Index(
                fields=["state", "-id"],
                name="received_mail_set_aside",
                condition=Q(state__in=["filed", "held", "unreadable"]),
            ),
            models.Index(
                fields=["case", "id"], name="received_mail_of_case", condition=Q(case__isnull=False)
            ),
            models.Index(
                fields=["received_at"],
                name="received_mail_after_closing",
                condition=Q(came_after_closing=True),
            ),
            models.Index(
                fields=["from_address", "-id"],
                name="received_mail_chosen",
                condition=Q(matched_by="choice"),
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.key

    @property
    def sender(self) -> str:
        return self.from_name or self.from_address or "Nobody knows who"


class RawMail(models.Model):
    """A mail's bytes, exactly as they came; never changed."""

    mail = models.OneToOneField(ReceivedMail, models.CASCADE, primary_key=True, related_name="raw")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"Raw mail {self.mail_id}"


class MailboxMark(models.Model):
    """How far a mailbox was read: UIDs up to `last_uid`, valid for `uid_validity`. Who reads it holds the row."""

    mailbox = models.CharField(max_length=300, unique=True)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(
        max_length=500, blank=True, help_text="Why it could not be read the last time."
    )

    def __str__(self) -> str:
        return self.mailbox
