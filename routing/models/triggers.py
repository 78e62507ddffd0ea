"""What opens a case, each version of it, and what each look at an event or at the book came to."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Account, Event, Opportunity
from cases.models import Case


class Asked(models.TextChoices):
    """What kind of record a condition is asked of."""

    ACCOUNT = "account", "Account"
    OPPORTUNITY = "opportunity", "Opportunity"
    SUBSCRIPTION = "subscription", "Subscription"
    LEAD = "lead", "Lead"


class Once(models.TextChoices):
    """What counts as the same occurrence, for which no second case is opened."""

    EVENT = "event", "Event"
    RECORD = "record", "Record"
    TERM = "term", "Term"
    QUARTER = "quarter", "Fiscal quarter"
    FISCAL_YEAR = "fiscal_year", "Fiscal year"


class Trigger(models.Model):
    """A case type of a playbook, as it is in force: from the playbook's file, or as Ops edited it."""

    playbook = models.CharField(max_length=16)
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    category = models.CharField(max_length=20)
    priority = models.CharField(max_length=10, blank=True, help_text="Empty: the category's.")
    enabled = models.BooleanField()
    asked_of = models.CharField(max_length=12, choices=Asked)
    wakes_on = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    daily = models.BooleanField(default=False)
    condition = models.TextField(blank=True)
    window = models.CharField(max_length=200, blank=True)
    once_per = models.CharField(max_length=12, choices=Once)
    subject = models.CharField(max_length=255)
    context = models.TextField()
    cta = models.TextField("CTA")
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64, help_text="Of the playbook's text that it was last loaded from.")
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["playbook", "key"], name="trigger_once_a_playbook")]

    def __str__(self) -> str:
        return self.name


class TriggerVersion(models.Model):
    """What a trigger said at a version; never changed."""

    trigger = models.ForeignKey(Trigger, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trigger", "number"], name="trigger_version_once")]

    def __str__(self) -> str:
        return f"{self.trigger}, version {self.number}"


class Verdict(models.TextChoices):
    """What a look came to: a case, or the first reason that stood in its way."""

    OPENED = "opened", "Opened a case"
    CONDITION_FALSE = "condition_false", "The condition did not hold"
    NO_RECORD = "no_record", "There is no such record to ask"
    SEGMENT = "segment", "The account is not in the SMB segment"
    TIER = "tier", "The account's tier does not get this case type"
    RENEWALS_TEAM = "renewals_team", "The renewal is the Renewals team's"
    HIGH_VALUE_STOPPED = (
        "high_value_stopped",
        "High Value cases were stopped on this account",
    )
    ALREADY_OPEN = "already_open", "Its case is still open"
    SAME_OCCURRENCE = "same_occurrence", "It already had a case for this"


HELD_BACK = [
    str(verdict)
    for verdict in Verdict
    if verdict not in {Verdict.OPENED, Verdict.CONDITION_FALSE, Verdict.NO_RECORD}
]
"""Looks whose condition held, and that opened nothing."""


class Evaluation(models.Model):
    """One look of one trigger version at one account: the values it saw and what it came to."""

    trigger = models.ForeignKey(Trigger, models.CASCADE, related_name="evaluations", db_index=False)
    version = models.PositiveIntegerField()
    event = models.ForeignKey(Event, models.CASCADE, null=True, related_name="evaluations")
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="evaluations")
    opportunity = models.ForeignKey(Opportunity, models.SET_NULL, null=True, related_name="+", db_index=False)
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="evaluations")
    verdict = models.CharField(max_length=20, choices=Verdict)
    occurrence = models.CharField(max_length=300, blank=True)
    values = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["trigger", "-id"], name="evaluation_latest_of_trigger"),
            models.Index(
                fields=["at", "id"],
                include=["trigger", "verdict"],
                name="evaluation_held_back",
                condition=models.Q(verdict__in=HELD_BACK),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["trigger", "occurrence", "verdict"],
                condition=models.Q(event__isnull=True),
                name="evaluation_once_an_occurrence_of_the_book",
            )
        ]

    def __str__(self) -> str:
        return f"{self.trigger_id}: {self.get_verdict_display()}"


class BookPass(models.Model):
    """That a trigger looked at the whole book on a day, and what came of it."""

    trigger = models.ForeignKey(Trigger, models.CASCADE, related_name="passes")
    day = models.DateField()
    at = models.DateTimeField()
    matched = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)
    suppressed = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "book passes"
        constraints = [models.UniqueConstraint(fields=["trigger", "day"], name="book_pass_once_a_day")]

    def __str__(self) -> str:
        return f"{self.trigger} on {self.day}"
