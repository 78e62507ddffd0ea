"""Mails, calls and meetings from us, by who made them: what the scorecard counts, and the record behind it."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Q, QuerySet

from cases.dashboards import staff
from cases.dashboards.asked import Asked
from cases.models import Case, History, Mail, MailState
from cases.models.history import OUR_TOUCH


def about(asked: Asked) -> Q:
    """What the cases must be about, whoever has them now; empty where any will do."""
    return replace(asked, owner=None, team=None, region="").within()


def told(asked: Asked, when: Q) -> QuerySet[History]:
    """What was told of touches at `when`, a condition on `at`; also of mails that failed, which reached nobody."""
    rows = History.objects.filter(OUR_TOUCH, when, person__in=staff.pks(asked.everybody))
    narrowed = about(asked)
    return rows.filter(case__in=Case.objects.filter(narrowed)) if narrowed else rows


def failed(asked: Asked, when: Q) -> QuerySet[Mail]:
    """The mails among them that failed; `when` is a condition on `history__at`."""
    mails = Mail.objects.filter(when, state=MailState.FAILED, person__in=staff.pks(asked.everybody))
    narrowed = about(asked)
    return mails.filter(case__in=Case.objects.filter(narrowed)) if narrowed else mails
