"""The case: one reason to talk to one customer, owned by one advocate at a time."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from accounts.models import (
    Account,
    Contact,
    Department,
    Lead,
    Opportunity,
    Person,
    Subscription,
)
from cases import numbers
from smbcases import playbook
from smbcases.playbook import Playbook, vocabulary


class Priority(models.IntegerChoices):
    LOW = 1, "Low"
    MEDIUM = 2, "Medium"
    HIGH = 3, "High"

    @property
    def key(self) -> vocabulary.Priority:
        """As the playbook calls it."""
        return _PRIORITY_KEYS[self]


_PRIORITY_KEYS: dict[Priority, vocabulary.Priority] = {
    Priority.LOW: "low",
    Priority.MEDIUM: "medium",
    Priority.HIGH: "high",
}


class Origin(models.TextChoices):
    TRIGGER = "trigger", "Trigger"
    FORM = "form", "Web form"
    EMAIL = "email", "E-mail"
    BY_HAND = "by_hand", "By hand"


class DueKind(models.TextChoices):
    """What the due instant of a case is about."""

    ROUTING = "routing", "Waits for an advocate"
    PICK_UP = "pick_up", "Pick up"
    NEXT_STEP = "next_step", "Next step"
    ANSWER = "answer", "Answer a question"
    TARGET = "target", "Target to close"
    LIMIT = "limit", "Longest open"
    LATER = "later", "Later"
    NONE = "none", "No limit"


class Cases(models.QuerySet["Case"]):
    """Filters in the words of the desk."""

    def open(self) -> Cases:
        return self.filter(closed_at__isnull=True)

    def closed(self) -> Cases:
        return self.filter(closed_at__isnull=False)

    def owned_by(self, person: Person) -> Cases:
        return self.filter(owner=person)

    def waiting(self) -> Cases:
        """Open, nobody's, and not put off to a later date: the queue."""
        return self.filter(owner__isnull=True, closed_at__isnull=True, deferred_until__isnull=True)

    def to_pick_up(self) -> Cases:
        return self.open().filter(picked_up_at__isnull=True, deferred_until__isnull=True)

    def in_hand(self) -> Cases:
        return self.open().filter(picked_up_at__isnull=False, deferred_until__isnull=True)

    def on_desk(self) -> Cases:
        """Open and not put off: what somebody has before them, picked up or not."""
        return self.open().filter(deferred_until__isnull=True)

    def later(self) -> Cases:
        return self.open().filter(deferred_until__isnull=False)

    def due_before(self, moment: datetime) -> Cases:
        return self.open().filter(due_at__lt=moment)

    def late(self, now: datetime) -> Cases:
        """What its owner must mind has come, as the badge says it. That a case waits for an advocate, or comes back
        from its later date, is nobody's lateness."""
        waits = (DueKind.ROUTING, DueKind.LATER, DueKind.NONE)
        return self.open().filter(due_at__lte=now).exclude(due_kind__in=waits)

    def touch_due(self, today: date) -> Cases:
        """The cadence asks for a touch today, or has asked for one on an earlier day."""
        return self.filter(next_touch_on__lte=today)


class Case(models.Model):
    """A case. `status`, `case_type`, `category` and `resolution_action` are keys of the case's own playbook.

    `version` rises with every change, so that a page that was opened before it can be told. `holds_place` is
    kept by the database itself: whatever path changes a case, the count of places cannot drift.
    """

    playbook = models.CharField(max_length=16, help_text="The rules that it was opened under.")
    origin = models.CharField(max_length=10, choices=Origin)
    case_type = models.CharField(max_length=40)
    category = models.CharField(max_length=20)
    trigger_version = models.PositiveIntegerField(null=True, blank=True)
    occurrence = models.CharField(max_length=300, help_text="What happened, so that it opens one case only.")

    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="cases")
    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases",
        db_index=False,
    )
    lead = models.ForeignKey(
        Lead,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases",
        db_index=False,
    )
    opportunity = models.ForeignKey(
        Opportunity,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases",
        db_index=False,
    )
    subscription = models.ForeignKey(
        Subscription,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    web_email = models.EmailField(max_length=255, blank=True)

    subject = models.CharField(max_length=255)
    context = models.TextField(blank=True)
    cta = models.TextField("CTA", blank=True)
    description = models.TextField(blank=True)
    link = models.URLField(max_length=1000, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority)
    case_reason = models.CharField(max_length=40, blank=True)

    territory = models.CharField(max_length=20, blank=True, help_text="Blank: the region is not known yet.")
    language = models.CharField(max_length=8, blank=True, help_text="A language that its owner must speak.")
    meant_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Who shall have it if there is room: booked in the IQM, or its former owner.",
    )
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="filed_cases",
        db_index=False,
    )
    department = models.CharField(max_length=20, choices=Department, blank=True)

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        db_index=False,
    )
    status = models.CharField(max_length=20)
    next_steps = models.CharField(max_length=1000, blank=True)
    next_steps_on = models.DateField(null=True, blank=True)
    deferred_until = models.DateField(null=True, blank=True, help_text="The customer asked for a later date.")
    put_off = models.BooleanField(
        default=False,
        help_text="It was put off once: the longest-open limit is waived.",
    )
    answered = models.BooleanField(default=False, help_text="The customer answered; the cadence has stopped.")
    next_touch_on = models.DateField(
        null=True, blank=True, help_text="When the cadence's next touch is due; empty: none is."
    )
    answer_by = models.DateTimeField(
        null=True, blank=True, help_text="When the first open question must be answered; empty: none is open."
    )
    resolution_action = models.CharField(max_length=40, blank=True)
    feedback = models.TextField(blank=True)
    duplicate_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="duplicates",
        db_index=False,
    )

    opened_at = models.DateTimeField()
    queued_at = models.DateTimeField(help_text="When it last began to wait for an advocate.")
    assigned_at = models.DateTimeField(null=True, blank=True)
    picked_up_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    pick_up_by = models.DateTimeField(null=True, blank=True)
    target_at = models.DateTimeField(null=True, blank=True)
    limit_at = models.DateTimeField(null=True, blank=True, help_text="Empty: free of the longest-open limit.")
    pick_up_missed_at = models.DateTimeField(null=True, blank=True)
    limit_passed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(
        help_text="The next thing due; lists, badges and sorting all read this one."
    )
    due_kind = models.CharField(max_length=10, choices=DueKind)
    alert_at = models.DateTimeField(null=True, blank=True, help_text="When the sweep looks at it next.")
    alert_kind = models.CharField(max_length=10, choices=DueKind, blank=True)
    alerted_at = models.DateTimeField(
        null=True, blank=True, help_text="When the sweep last took a step; earlier ones are over."
    )
    clock_spans = models.JSONField(
        null=True,
        blank=True,
        help_text="Ended spans of its clocks, oldest first; empty: each runs in its first one.",
    )

    takes_place = models.BooleanField(default=True, help_text="Whether it can count against capacity at all.")
    holds_place = models.GeneratedField(
        expression=models.ExpressionWrapper(
            Q(
                owner__isnull=False,
                closed_at__isnull=True,
                deferred_until__isnull=True,
                takes_place=True,
            ),
            output_field=models.BooleanField(),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    version = models.PositiveIntegerField(default=1)

    question_told = ""  # kept nowhere: lists for those who filed it say here what became of their question

    objects = Cases.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "account",
                "case_type",
                "opportunity",
                condition=Q(closed_at__isnull=True, origin="trigger", account__isnull=False),
                nulls_distinct=False,
                name="case_one_open_per_trigger_account_opportunity",
            ),
            models.UniqueConstraint(
                "case_type",
                "occurrence",
                condition=Q(origin="trigger"),
                name="case_one_per_occurrence",
            ),
            models.CheckConstraint(
                condition=Q(deferred_until__isnull=True) | Q(closed_at__isnull=True),
                name="case_closed_is_not_put_off",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(resolution_action=""),
                name="case_closed_has_a_resolution_action",
            ),
        ]
        indexes = [
            *[
                models.Index(
                    fields=[field],
                    name=f"case_of_{field}",
                    condition=Q(**{f"{field}__isnull": False}),
                )
                for field in (
                    "contact",
                    "lead",
                    "opportunity",
                    "subscription",
                    "meant_for",
                    "filed_by",
                )
            ],
            models.Index(
                fields=["duplicate_of"],
                name="case_duplicates",
                condition=Q(duplicate_of__isnull=False),
            ),
            models.Index(
                fields=["owner", "due_at", "id"],
                name="case_open_of_owner",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["owner", "-closed_at", "-id"],
                name="case_closed_of_owner",
                condition=Q(closed_at__isnull=False),
            ),
            models.Index(fields=["owner"], name="case_places_held", condition=Q(holds_place=True)),
            models.Index(
                fields=["owner", "answer_by"],
                name="case_questions_of_owner",
                condition=Q(answer_by__isnull=False),
            ),
            models.Index(
                fields=["owner", "next_touch_on"],
                name="case_touches_of_owner",
                condition=Q(next_touch_on__isnull=False),
            ),
            models.Index(
                fields=["territory", "-priority", "queued_at", "id"],
                name="case_waiting",
                condition=Q(
                    owner__isnull=True,
                    closed_at__isnull=True,
                    deferred_until__isnull=True,
                ),
            ),
            models.Index(
                fields=["alert_at"],
                name="case_next_alert",
                condition=Q(alert_at__isnull=False),
            ),
            models.Index(
                fields=["department", "-id"],
                name="case_filed_by",
                condition=~Q(department=""),
            ),
            models.Index(
                OpClass(Upper("subject"), name="text_pattern_ops"),
                name="case_subject_prefix",
            ),
            # What dashboards count of closed cases is answered by these alone. No open case is in them: what an
            # assignment writes does not grow.
            models.Index(
                fields=["closed_at"],
                name="case_counted_closed",
                condition=Q(closed_at__isnull=False),
                include=[
                    *("owner", "status", "resolution_action", "category", "case_type", "territory"),
                    *("department", "opened_at", "picked_up_at", "target_at", "limit_at", "opportunity"),
                    "trigger_version",
                ],
            ),
            models.Index(
                fields=["opened_at"],
                name="case_counted_opened",
                condition=Q(closed_at__isnull=False),
                include=[
                    *("owner", "status", "resolution_action", "category", "case_type", "territory"),
                    *("department", "origin", "closed_at", "trigger_version"),
                ],
            ),
            models.Index(
                fields=["picked_up_at"],
                name="case_counted_picked_up",
                condition=Q(closed_at__isnull=False, picked_up_at__isnull=False),
                include=[
                    *("owner", "assigned_at", "pick_up_by", "pick_up_missed_at", "category", "case_type"),
                    *("territory", "department", "closed_at"),
                ],
            ),
            models.Index(fields=["id"], name="case_tagged", condition=Q(feedback__contains="#")),
            # Why clocks were broken is looked up in these: closed cases again, and of them those that were late.
            models.Index(
                fields=["picked_up_at"],
                name="case_broke_pick_up",
                condition=Q(closed_at__isnull=False, picked_up_at__isnull=False)
                & (Q(pick_up_missed_at__isnull=False) | Q(picked_up_at__gt=F("pick_up_by"))),
            ),
            models.Index(
                fields=["closed_at"],
                name="case_broke_target",
                condition=Q(closed_at__isnull=False, closed_at__gt=F("target_at")),
            ),
            models.Index(
                fields=["closed_at"],
                name="case_broke_limit",
                condition=Q(closed_at__isnull=False, closed_at__gt=F("limit_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def number(self) -> str:
        """The name people use: SMB-10471."""
        return numbers.say(self.pk)

    @property
    def rules(self) -> Playbook:
        return playbook.get(self.playbook)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def stage(self) -> str:
        return self.rules.statuses[self.status].stage

    def is_stale(self, *, now: datetime) -> bool:
        """Open longer than the longest-open limit, not free of it and not put off; `kept.stale` says it of many."""
        may_be = self.is_open and self.deferred_until is None
        return may_be and self.limit_at is not None and self.limit_at <= now
