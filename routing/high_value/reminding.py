"""What the calendar asks of who looks after a High Value Account.

A touchpoint whose day has come becomes a task of theirs, and in a new fiscal year they are asked whether the account
stays High Value.

Both are done once, however often they are looked for: a plan remembers up to which day it was reminded of, a case has
the new year in its history.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import AccountPlan
from cases import writing
from cases.agenda import tasks
from cases.models import Case, History, NoticeKind, Verb
from cases.models.history import Actor
from cases.talk import notices
from cases.talk.notices import Telling
from cases.writing import Change, Entry
from routing.high_value import holding, plan_content
from routing.models import Nomination
from smbcases import playbook
from smbcases.playbook.vocabulary import HIGH_VALUE

BATCH = 500


def remind(*, now: datetime) -> int:
    """Remind of touchpoints and ask for renewals. Answers how many of both."""
    return remind_of_touchpoints(now=now) + ask_to_renew(now=now)


@transaction.atomic
def remind_of_touchpoints(*, now: datetime) -> int:
    """Make a task of each planned touchpoint whose day has come, for whoever has the High Value case now.

    While nobody has it, it waits until somebody does.
    """
    today = holding.today_of(now)
    due = AccountPlan.objects.filter(holding.is_held(), next_touchpoint_on__lte=today)
    unseen = due.filter(Q(reminded_on__isnull=True) | Q(reminded_on__lt=today)).order_by("id")
    plans = list(unseen.select_for_update(skip_locked=True, of=("self",))[:BATCH])
    cases = holding.owned_cases_of(plan.account_id for plan in plans) if plans else {}
    held = [plan for plan in plans if plan.account_id in cases]
    made = [(cases[plan.account_id], task) for plan in held for task in _tasks(plan, today=today)]
    _give(made, now=now)
    AccountPlan.objects.filter(pk__in=[plan.pk for plan in held]).update(reminded_on=today)
    return len(made)


def _tasks(plan: AccountPlan, *, today: date) -> list[tasks.Plan]:
    content = plan_content.restored(plan.content)
    come = plan_content.to_remind(content, since=plan.reminded_on, today=today)
    return [tasks.Plan(what=f"Touchpoint: {one.what}"[:300], due_on=one.on) for one in come]


def _give(made: Sequence[tuple[Case, tasks.Plan]], *, now: datetime) -> None:
    tasks.give_owners(made, now=now)
    notices.send_all(
        (case.owner_id, _reminding(case, task.what, now=now))
        for case, task in made
        if case.owner_id is not None
    )


@transaction.atomic
def ask_to_renew(*, now: datetime) -> int:
    """In the first days of a fiscal year: who has a High Value case from before is asked to nominate the account again.

    The case stays open, whatever they do. Where nobody nominates, nothing is asked.
    """
    rules = playbook.active()
    if not rules.high_value.nominations:
        return 0
    year = rules.fiscal_year_of(holding.today_of(now))
    asked = [_asked(case, year=year.name) for case in _from_before(first_on=year.first_on, year=year.name)]
    writing.write(asked, now=now)
    notices.send_all(
        (change.case.owner_id, _reminding(change.case, change.entries[0].text, now=now))
        for change in asked
        if change.case.owner_id is not None
    )
    return len(asked)


def _reminding(case: Case, text: str, *, now: datetime) -> Telling:
    return Telling(kind=NoticeKind.REMINDER, case_id=case.pk, now=now, text=text)


def _from_before(*, first_on: date, year: str) -> list[Case]:
    """High Value cases of an earlier year that nobody has nominated for this one, nor been asked about."""
    begins = datetime.combine(first_on, time.min, UTC)
    told = History.objects.filter(
        case=OuterRef("pk"), verb=Verb.CHANGED, data__field="fiscal year", data__to=year
    )
    named = Nomination.objects.live().filter(account=OuterRef("account"), fiscal_year=year)
    older = Case.objects.open().filter(case_type=HIGH_VALUE, opened_at__lt=begins, owner__isnull=False)
    ids = (
        older.exclude(Exists(told)).exclude(Exists(named)).order_by("id").values_list("pk", flat=True)[:BATCH]
    )
    return list(writing.lock(ids).values())


def _asked(case: Case, *, year: str) -> Change:
    name = case.account.name if case.account else case.number
    text = f"{year} has begun. Nominate {name} again if it shall stay High Value; the case stays open."
    data = {"field": "fiscal year", "to": year}
    return Change(
        case=case, columns={}, entries=[Entry(verb=Verb.CHANGED, actor=Actor.CLOCK, data=data, text=text)]
    )
