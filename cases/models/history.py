"""One row for everything that happened to a case, written in the transaction that made it happen."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.case import Case


class Verb(models.TextChoices):
    OPENED = "opened", "opened it"
    ASSIGNED = "assigned", "gave it to"
    TAKEN = "taken", "took it"
    HANDED_OVER = "handed_over", "handed it over to"
    PICKED_UP = "picked_up", "picked it up"
    STATUS = "status", "moved it to"
    NEXT_STEPS = "next_steps", "set the next step"
    DEFERRED = "deferred", "put it off until"
    WOKE = "woke", "came back on its day"
    CHANGED = "changed", "changed"
    LOGGED = "logged", "logged"
    NOTE = "note", "noted"
    CLOSED = "closed", "closed it"
    REOPENED = "reopened", "reopened it"
    OVERDUE = "overdue", "is overdue"
    MAILED = "mailed", "wrote to the customer"
    ASKED = "asked", "asked"
    ANSWERED = "answered", "answered the question"
    ATTACHED = "attached", "attached"
    DETACHED = "detached", "took away"
    ESCALATED = "escalated", "escalated it"
    CARRIED = "carried", "carried it over"
    UNDONE = "undone", "undid"


# What people do with a case in hand, and what takes it back.
DONE_BY_PEOPLE = [
    *("answered", "picked_up", "logged", "mailed", "next_steps", "deferred", "closed"),
    *("reopened", "undone"),
]


class Actor(models.TextChoices):
    """Who acted, where it was not a person."""

    PERSON = "person", "Person"
    TRIGGER = "trigger", "Trigger"
    ROUTING = "routing", "Routing"
    CLOCK = "clock", "Clock"


# A mail, a call or a meeting from us to the customer; what is told later of a mail is no touch.
OUR_TOUCH = models.Q(verb__in=["logged", "mailed"], data__contains={"inbound": False})


class History(models.Model):
    """What was done, by whom, from what to what. `data` holds the keys, `text` what a person wrote."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="history", db_index=False)
    version = models.PositiveIntegerField(help_text="The case's version after it.")
    at = models.DateTimeField()
    actor = models.CharField(max_length=10, choices=Actor)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    verb = models.CharField(max_length=12, choices=Verb)
    data = models.JSONField(default=dict)
    text = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "history"
        indexes = [
            models.Index(fields=["case", "id"], name="history_of_case"),
            models.Index(fields=["person", "at"], name="history_touches", condition=OUR_TOUCH),
            # What people do with cases by day. Assignments and openings, made by the thousand, stay out of it.
            models.Index(
                fields=["person", "at"],
                name="history_done_by_person",
                condition=Q(person__isnull=False, verb__in=DONE_BY_PEOPLE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.get_verb_display()}"
