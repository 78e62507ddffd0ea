"""After any history: the list and what is done today are those of a slow recount over all cases and all history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Person
from cases import zones
from cases.agenda import tasks
from cases.agenda.tasks import Plan
from cases.day import progress, reading
from cases.day.progress import Act
from cases.many import acts
from cases.models import Case, History, Question, ReceivedMail, Task, Verb
from tests.cases.any_history import AnyHistory
from tests.dashboards import any_reader

pytestmark = pytest.mark.django_db
Line = tuple[str, str, str]
WEEK = timedelta(days=7)


@pytest.mark.parametrize("book", ["fy26", "fy25"])
def test_the_list_is_that_of_a_recount(settings: Any, book: str) -> None:
    settings.PLAYBOOK = book
    any_reader.look_after(_recount, book=book, runs=4)


def _recount(desk: AnyHistory, _reader: Person, given: dict[str, str]) -> None:
    if given:  # once a history is enough: this list has no filters
        return
    for person in desk.advocates:
        for days in (-1, 0, 3):
            plan = Plan(what=f"Task of {days} days", due_on=desk.now.date() + timedelta(days=days))
            kept = tasks.add(plan=plan, by=person, now=desk.now)
            if days == 0:
                tasks.set_done(task_id=kept.pk, done=True, by=person, now=desk.now)
        found = reading.read(person, now=desk.now)
        listed = [
            (thing.about.number or f"task {thing.about.task_id}", str(reason.why), reason.group.name.lower())
            for thing in found.day.things
            for reason in thing.reasons
        ]
        assert sorted(listed) == sorted(_lines(person, now=desk.now))
        assert found.done == _done(person, now=desk.now)
        assert found.left == len(
            {thing.about.key for thing in found.day.things if thing.group.name != "WEEK"}
        )
        keys = [thing.about.key for thing in found.day.things]
        assert len(keys) == len(set(keys))


def _lines(person: Person, *, now: datetime) -> Iterator[Line]:
    today = now.date()  # everybody here lives by UTC
    for task in Task.objects.all():
        if task.person_id == person.pk and task.done_at is None:
            yield f"task {task.pk}", "task", _of_day(task.due_on, today)
    for mail in ReceivedMail.objects.select_related("case").order_by("id"):
        if mail.came_after_closing and mail.case and mail.case.owner_id == person.pk and _is_late(mail, now):
            yield mail.case.number, "mail", "today"
    for case in Case.objects.select_related("account").order_by("id"):
        if case.owner_id == person.pk and case.closed_at is None:
            yield from _of_case(case, now=now, today=today)


def _of_case(case: Case, *, now: datetime, today: date) -> Iterator[Line]:
    if _waits(case):
        yield case.number, "mail", "today"
    for question in Question.objects.due().filter(case=case):
        yield case.number, "question", "late" if question.due_at <= now else "today"
    if case.deferred_until is not None:
        if case.deferred_until <= today + WEEK:
            yield case.number, "back", "today" if case.deferred_until <= today else "week"
        return
    if case.picked_up_at is None:
        if case.pick_up_by is not None:
            yield case.number, "pick_up", "late" if case.pick_up_by <= now else "today"
        if case.put_off:
            yield case.number, "pick_up", "today"
    else:
        yield from _in_hand(case, now=now, today=today)
    if case.limit_at is not None and (case.limit_at - timedelta(microseconds=1)).date() <= today + WEEK:
        day = (case.limit_at - timedelta(microseconds=1)).date()
        yield case.number, "limit", "late" if case.limit_at <= now else "today" if day == today else "week"


def _waits(case: Case) -> bool:
    """Whether the customer's last mail is the last thing that happened between us."""
    last = None
    for mail in ReceivedMail.objects.filter(case=case).order_by("id"):
        if mail.state == "on_case" and mail.sort == "person":
            last = mail
    return last is not None and not any(
        row.at >= last.received_at for row in case.history.all() if _is_ours(row)
    )


def _is_late(mail: ReceivedMail, now: datetime) -> bool:
    """Whether it waits on a closed case."""
    if mail.case is None or mail.case.closed_at is None or mail.sort != "person":
        return False
    fresh = mail.received_at >= now - WEEK
    return fresh and not any(row.at >= mail.received_at for row in mail.case.history.all() if _is_ours(row))


def _is_ours(row: History) -> bool:
    if row.verb == Verb.MAILED:
        failed = row.data.get("kind") not in {None, "email"}
        return not failed and not (hasattr(row, "mail") and row.mail.state == "failed")
    return row.verb == Verb.NEXT_STEPS or (row.verb == Verb.LOGGED and not row.data.get("inbound"))


def _in_hand(case: Case, *, now: datetime, today: date) -> Iterator[Line]:
    if case.next_touch_on is not None and case.next_touch_on <= today + WEEK:
        yield case.number, "touch", _of_day(case.next_touch_on, today)
    if case.next_steps_on is None:
        past = case.limit_at is not None and case.target_at is not None and case.target_at <= now
        yield case.number, "next_step", "late" if past else "today"
    elif case.next_steps_on <= today + WEEK:
        ends = zones.end_of(case.next_steps_on, zone=zones.zone_of(case))
        group = _of_day(case.next_steps_on, today)
        yield case.number, "next_step", "late" if ends <= now else "today" if group == "late" else group


def _of_day(on: date, today: date) -> str:
    return "late" if on < today else "today" if on == today else "week"


KINDS = {
    Verb.PICKED_UP: "pick-up",
    Verb.LOGGED: "touch",
    Verb.MAILED: "touch",
    Verb.NEXT_STEPS: "plan",
    Verb.DEFERRED: "plan",
    Verb.CLOSED: "close",
}


def _done(person: Person, *, now: datetime) -> int:
    """Case by case, its history of today from the newest back, less what an act wrote that was undone."""
    count = sum(
        task.done_at is not None and task.done_at.date() == now.date()
        for task in Task.objects.filter(person=person)
    )
    for case in Case.objects.order_by("id"):
        rows = [row for row in case.history.order_by("-id") if row.at.date() == now.date()]
        count += len(_of_rows([row for row in rows if row.person_id == person.pk]))
    return count


def _of_rows(newest_first: list[History]) -> set[str]:
    kinds, reopened = set(), False
    undone: list[str] = []
    for row in newest_first:
        if row.verb in undone:
            undone.remove(row.verb)
        elif row.verb == Verb.UNDONE:
            undone += progress.WRITES[row.data["act"]]
        elif row.verb == Verb.REOPENED:
            reopened = True
        elif row.verb == Verb.ANSWERED:
            kinds.add(f"answer {row.data['question']}")
        elif row.verb in KINDS and not row.data.get("inbound") and _counts(row):
            kind = KINDS[Verb(row.verb)]
            if not (kind == "close" and reopened):
                kinds.add(kind)
    return kinds


def act(verb: Verb, **data: Any) -> Act:
    return Act(case_id=1, verb=verb, data=data)


@pytest.mark.parametrize(
    ("undone", "left"),
    [("close", 3), ("later", 4), ("next_steps", 4), ("status", 4), ("hand_over", 4), ("pick_up", 4)],
)
def test_what_is_undone_takes_away_what_that_act_did(undone: str, left: int) -> None:
    before = [act(Verb.MAILED), act(Verb.NEXT_STEPS), act(Verb.PICKED_UP)]
    wrote = [act(verb) for verb in progress.WRITES[undone]]
    done = [*before, *wrote, *([] if undone == "close" else [act(Verb.CLOSED)])]
    assert progress.count(done) == 4
    assert progress.count([*done, act(Verb.UNDONE, act=undone)]) == left


def test_every_act_on_many_says_what_it_writes() -> None:
    assert set(progress.WRITES) == set(acts.known())


def _counts(row: History) -> bool:
    return row.verb != Verb.MAILED or row.data.get("kind") in {None, "email"}
