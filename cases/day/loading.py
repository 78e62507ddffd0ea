"""What somebody's list is decided from, read in a fixed number of queries however much it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from accounts.models import AccountPlan, Person
from cases import cadence, clocks, next_steps, telling, touches
from cases.agenda import parts
from cases.day import facts
from cases.day.clock import Clock
from cases.day.facts import Facts, LateMail, Mail, OnCase, Todo, Touch, Touchpoint
from cases.models import Case, MailFate, MailSort, Question, ReceivedMail, Task
from cases.talk import mentions
from smbcases.playbook.vocabulary import HIGH_VALUE

MOST_CASES = 500
MOST_LATE_MAILS = 50
LATE_MAILS_FOR = timedelta(days=7)
_READ = (
    "id playbook case_type category subject priority territory status version owner next_steps next_steps_on"
    " deferred_until put_off next_touch_on answer_by answered opened_at picked_up_at closed_at pick_up_by target_at"
    " limit_at account account__name account__country"
).split()


def load(person: Person, *, clock: Clock, with_tasks: bool = True) -> Facts:
    """The facts of `person`'s open cases and plans; their tasks only for themselves."""
    cases = _load_cases(person)
    todos = parts.load_due(person, by=clock.last_on) if with_tasks else []
    return Facts(
        cases=_facts_of(cases, clock=clock),
        late_mails=_load_late_mails(person, now=clock.now),
        todos=tuple(_todo(task) for task in todos),
        touchpoints=_load_touchpoints(cases, clock=clock),
    )


def _load_cases(person: Person) -> list[Case]:
    """All that are open; those put off too, for somebody may ask or write on them."""
    found = Case.objects.open().owned_by(person).select_related("account").only(*_READ)
    return list(found.order_by("due_at", "id")[:MOST_CASES])


def _facts_of(cases: Sequence[Case], *, clock: Clock) -> tuple[OnCase, ...]:
    questions = _load_questions(cases)
    mails = _load_mails(cases)
    touching = _load_touches(cases, until=clock.last_on)
    return tuple(
        OnCase(
            id=case.pk,
            version=case.version,
            number=case.number,
            type_name=telling.case_type_name(case),
            whom=case.account.name if case.account else case.subject,
            priority=case.priority,
            opened_at=case.opened_at,
            picked_up=case.picked_up_at is not None,
            put_off=case.put_off,
            back_on=case.deferred_until,
            pick_up_by=case.pick_up_by,
            step=next_steps.strip(case.next_steps),
            step_on=case.next_steps_on,
            step_by=_step_by(case),
            target_at=case.target_at,
            limit_at=case.limit_at,
            touch=touching.get(case.pk),
            mail=mails.get(case.pk),
            questions=tuple(questions[case.pk]),
            account_id=case.account_id,
        )
        for case in cases
    )


def _step_by(case: Case) -> datetime | None:
    on = case.next_steps_on
    if on is None:
        return None
    counts = case.rules.clocks.counts.next_step
    return clocks.next_step_by(on, book=case.playbook, territory=case.territory, counts=counts)


def _load_questions(cases: Sequence[Case]) -> Mapping[int, list[facts.Question]]:
    found: defaultdict[int, list[facts.Question]] = defaultdict(list)
    asked = [case.pk for case in cases if case.answer_by is not None]
    open_ones = Question.objects.due().filter(case__in=asked) if asked else Question.objects.none()
    for one in open_ones.select_related("by").order_by("due_at", "id"):
        text = mentions.plain(one.text, one.people)
        found[one.case_id].append(
            facts.Question(id=one.pk, by=one.by.first_name, text=text, due_at=one.due_at)
        )
    return found


def _load_mails(cases: Sequence[Case]) -> dict[int, Mail]:
    """The last mail of a person on each case where nobody has done anything about it since."""
    came = ReceivedMail.objects.filter(
        case__in=[case.pk for case in cases], state=MailFate.ON_CASE, sort=MailSort.PERSON
    )
    latest = came.order_by("case_id", "-id").distinct("case_id")
    rows = latest.only("case_id", "from_name", "from_address", "subject", "received_at")
    found = {mail.case_id: mail for mail in rows if mail.case_id is not None}
    done = touches.load_last_outbound(list(found))
    return {
        pk: Mail(sender=mail.sender, subject=mail.subject or "no subject", at=mail.received_at)
        for pk, mail in found.items()
        if not _is_after(done.get(pk), mail.received_at)
    }


def _load_late_mails(person: Person, *, now: datetime) -> tuple[LateMail, ...]:
    """The mails of the last days on cases that were closed, until one of them opened a new case or somebody wrote."""
    since = touches.outbound().filter(case=OuterRef("case"), at__gte=OuterRef("received_at"))
    waiting = ReceivedMail.objects.filter(
        ~Exists(since),
        came_after_closing=True,
        received_at__gte=now - LATE_MAILS_FOR,
        sort=MailSort.PERSON,
        case__owner=person,
        case__closed_at__isnull=False,
    )
    read = "from_name from_address subject received_at case__subject case__account__name".split()
    mails = waiting.select_related("case__account").only(*read).order_by("id")[:MOST_LATE_MAILS]
    return tuple(
        LateMail(
            id=mail.pk,
            case_id=mail.case.pk,
            number=mail.case.number,
            whom=mail.case.account.name if mail.case.account else mail.case.subject,
            mail=Mail(sender=mail.sender, subject=mail.subject or "no subject", at=mail.received_at),
        )
        for mail in mails
        if mail.case is not None
    )


def _is_after(done: datetime | None, came: datetime) -> bool:
    return done is not None and done >= came


def _load_touches(cases: Sequence[Case], *, until: date) -> dict[int, Touch]:
    """The next touch of each case whose cadence asks for one by then."""
    asked = [case for case in cases if case.next_touch_on is not None and case.next_touch_on <= until]
    logged = touches.load_logged(asked)
    found = {}
    for case in asked:
        steps = touches.read(case, logged[case.pk], today=date.min)
        step = min((one for one in steps if one.is_open), key=_day_of, default=None)
        if step is not None and case.next_touch_on is not None:
            found[case.pk] = Touch(kind=step.touch.kind, day=step.touch.day, on=case.next_touch_on)
    return found


def _day_of(step: cadence.Step) -> date:
    return step.due_on


def _todo(task: Task) -> Todo:
    account = task.account.name if task.account else ""
    return Todo(
        id=task.pk,
        what=task.what,
        on=task.due_on,
        remind_at=task.remind_at,
        case_id=task.case_id,
        number=task.case.number if task.case else "",
        whom=account,
    )


def _load_touchpoints(cases: Sequence[Case], *, clock: Clock) -> tuple[Touchpoint, ...]:
    """What is planned with the accounts of the High Value cases; none to ask where there is no such case."""
    held = {case.account_id: case for case in cases if case.case_type == HIGH_VALUE and case.account}
    if not held:
        return ()
    due = AccountPlan.objects.filter(account__in=list(held), next_touchpoint_on__lte=clock.last_on)
    return tuple(
        point
        for plan in due.order_by("next_touchpoint_on", "id")
        for point in _of_plan(plan, case=held[plan.account_id], last_on=clock.last_on)
    )


def _of_plan(plan: AccountPlan, *, case: Case, last_on: date) -> list[Touchpoint]:
    """Those planned by then; of which somebody was reminded, there is a task, open or ticked off."""
    told_by = plan.reminded_on or date.min
    planned = [one for one in plan.content.get("touchpoints", ()) if one["state"] == "planned"]
    days = [(date.fromisoformat(one["on"]), one) for one in planned]
    return [
        Touchpoint(
            account_id=plan.account_id,
            whom=case.account.name if case.account else case.subject,
            what=one["what"],
            on=on,
            is_task=on <= told_by or one.get("reminded", False),
            case_id=case.pk,
            number=case.number,
        )
        for on, one in days
        if on <= last_on
    ]


def clock_of(person: Person, *, now: datetime) -> Clock:
    """Where `person` is."""
    return Clock(now=now, zone=ZoneInfo(person.time_zone))
