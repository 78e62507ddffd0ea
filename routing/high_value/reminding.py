"""What the calendar asks of who looks after a High Value Account.

A touchpoint whose day has come becomes a task of theirs, and in a new fiscal year they are asked whether the account
stays High Value.

Both are done once, however often they are looked for: a plan remembers the day that it was last reminded of, a case has
the new year in its history.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import AccountPlan, Person
from cases import writing
from cases.agenda import tasks
from cases.models import Case, History, NoticeKind, Verb
from cases.models.history import Actor
from cases.talk import notices
from cases.talk.notices import Telling
from cases.writing import Change, Entry
from routing.high_value import holding, plan_content
from routing.models import Nomination
from routing.sticky import HIGH_VALUE
from smbcases import playbook

BATCH = 500


def remind(*, now: datetime) -> int:
    """Remind of touchpoints and ask for renewals. Answers how many of both."""
    return remind_of_touchpoints(now=now) + ask_to_renew(now=now)


@transaction.atomic
def remind_of_touchpoints(*, now: datetime) -> int:
    """Make a task of each planned touchpoint whose day has come, for whoever has the High Value case now."""
    today = holding.today_of(now)
    due = AccountPlan.objects.filter(next_touchpoint_on__lte=today)
    unseen = due.filter(Q(reminded_on__isnull=True) | Q(reminded_on__lt=today)).order_by("id")
    made = 0
    for plan in unseen.select_for_update(skip_locked=True)[:BATCH]:
        made += _remind(plan, today=today, now=now)
        plan.reminded_on = today
        plan.save(update_fields=["reminded_on"])
    return made


def _remind(plan: AccountPlan, *, today: date, now: datetime) -> int:
    held = holding.open_case_of(plan.account_id)
    if held is None or held.owner is None:
        return 0
    touchpoints = plan_content.restored(plan.content).touchpoints
    begins = plan.reminded_on or date.min
    come = [one for one in touchpoints if one.state == "planned" and begins < one.on <= today]
    for one in come:
        _make_task(held, held.owner, what=one.what, on=one.on, now=now)
    return len(come)


def _make_task(case: Case, owner: Person, *, what: str, on: date, now: datetime) -> None:
    text = f"Touchpoint: {what}"[:300]
    tasks.add(plan=tasks.Plan(what=text, due_on=on, case_id=case.pk), by=owner, now=now)
    notices.tell(people=[owner.pk], kind=NoticeKind.REMINDER, case_id=case.pk, by=None, now=now, text=text)


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
    return Telling(kind=NoticeKind.REMINDER, case_id=case.pk, by=None, now=now, text=text)


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
