"""Reminders: told once at their time, whoever else sweeps."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from cases.agenda import reminding, tasks
from cases.agenda.tasks import Plan
from cases.models import Notice, NoticeKind, Task
from tests import factories
from tests.factories import NOW, TODAY

HOUR = timedelta(hours=1)


def remember(number: int = 1, **more: object) -> list[Task]:
    person = factories.person()
    plan = Plan(what="Ask Jonas", due_on=TODAY, remind_at=NOW)
    return [tasks.add(plan=plan, by=person, now=NOW - HOUR) for _ in range(number)]


@pytest.mark.django_db
def test_it_is_told_once_at_its_time() -> None:
    (task,) = remember()
    assert reminding.remind(now=NOW - HOUR) == 0
    assert reminding.remind(now=NOW) == 1
    assert reminding.remind(now=NOW + HOUR) == 0
    notice = Notice.objects.get()
    assert (notice.person_id, notice.kind, notice.text) == (task.person_id, NoticeKind.REMINDER, "Ask Jonas")


@pytest.mark.django_db
@pytest.mark.parametrize("gone", ["done", "removed"])
def test_nothing_is_told_of_what_is_done_or_removed(gone: str) -> None:
    (task,) = remember()
    if gone == "done":
        tasks.set_done(task_id=task.pk, done=True, by=task.person, now=NOW)
    else:
        tasks.remove(task_id=task.pk, by=task.person, now=NOW)
    assert reminding.remind(now=NOW + HOUR) == 0
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_each_once() -> None:
    remember(20)

    def sweep(_number: int) -> int:
        try:
            return reminding.remind(now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        assert sum(both.map(sweep, range(2))) == 20
    assert Notice.objects.count() == 20
