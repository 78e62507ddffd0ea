"""Tasks of a person's own. Another's task is not there at all, whoever asks, their manager included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts import visibility
from accounts.models import Account, Person
from cases import access, writing
from cases.models import Case, Task
from smbcases.lib.refusal import Refusal

KEPT_AFTER_REMOVAL = timedelta(days=1)
LONGEST_AHEAD = timedelta(days=3653)


class NoSuchTask(Refusal):
    name = "no-such-task"
    status = 404
    title = "There is no such task"


class StaleTask(Refusal):
    name = "stale-task"
    status = 412
    title = "The task has changed since you read it"


class BadTask(Refusal):
    """Nothing to do is said, or a day that cannot be meant."""

    name = "task-cannot-be-kept"
    status = 422
    title = "The task cannot be kept like that"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a task is to say. With a case, its account is the task's."""

    what: str
    due_on: date
    remind_at: datetime | None = None
    case_id: int | None = None
    account_id: int | None = None


def get(*, task_id: int, by: Person) -> Task:
    """Their task, with its case and account. Raises NoSuchTask."""
    return _find(by, task_id, locked=False)


@transaction.atomic
def add(*, plan: Plan, by: Person, now: datetime) -> Task:
    """Keep a new task. Raises BadTask; NoSuchCase where they may not see the case or the account."""
    task = Task(person=by, created_at=now, changed_at=now)
    _take(task, plan, by=by, now=now)
    task.save()
    return task


def give_owners(wanted: Iterable[tuple[Case, Plan]], *, now: datetime) -> None:
    """Keep tasks on cases for who has each of them; the calendar asks for them, nobody typed them."""
    Task.objects.bulk_create(
        Task(
            person_id=case.owner_id,
            case=case,
            account_id=case.account_id,
            what=" ".join(plan.what.split()),
            due_on=plan.due_on,
            remind_at=plan.remind_at,
            created_at=now,
            changed_at=now,
        )
        for case, plan in wanted
        if case.owner_id is not None
    )


@transaction.atomic
def change(*, task_id: int, plan: Plan, by: Person, now: datetime, seen: int | None = None) -> Task:
    """Let it say something else; another time to be reminded at reminds anew. Raises as `add` does, and NoSuchTask."""
    task = _find(by, task_id, seen=seen)
    if plan.remind_at != task.remind_at:
        task.reminded_at = None
    _take(task, plan, by=by, now=now)
    task.save()
    return task


@transaction.atomic
def set_done(*, task_id: int, done: bool, by: Person, now: datetime, seen: int | None = None) -> Task:
    """Tick it off, or open it again. Twice is the same as once. Raises NoSuchTask."""
    task = _find(by, task_id, seen=seen)
    if done is (task.done_at is None):
        task.done_at = now if done else None
        task.changed_at = now
        task.save(update_fields=["done_at", "changed_at"])
    return task


@transaction.atomic
def remove(*, task_id: int, by: Person, now: datetime, seen: int | None = None) -> Task:
    """Take it away; `restore` puts it back for a day. Raises NoSuchTask."""
    task = _find(by, task_id, seen=seen)
    task.removed_at = now
    task.save(update_fields=["removed_at"])
    return task


@transaction.atomic
def restore(*, task_id: int, by: Person) -> Task:
    """Put back what was removed. Raises NoSuchTask where it is gone for good."""
    task = Task.objects.select_for_update().filter(person=by, pk=task_id).first()
    if task is None:
        raise NoSuchTask("The task is gone for good.")
    task.removed_at = None
    task.save(update_fields=["removed_at"])
    return task


def forget_removed(*, now: datetime) -> int:
    """Delete what was removed more than a day ago. Answers how many."""
    deleted, _ = Task.objects.filter(removed_at__lt=now - KEPT_AFTER_REMOVAL).delete()
    return deleted


def _find(person: Person, task_id: int, *, locked: bool = True, seen: int | None = None) -> Task:
    """Their task. Raises NoSuchTask, and StaleTask where `seen` is not its present mark."""
    tasks = Task.objects.of(person).select_related("case", "account")
    task = (tasks.select_for_update(of=("self",)) if locked else tasks).filter(pk=task_id).first()
    if task is None:
        raise NoSuchTask("There is no such task, or it was removed.")
    if seen is not None and seen != task.mark:
        raise StaleTask("The task was changed since. Read it again.")
    return task


def _take(task: Task, plan: Plan, *, by: Person, now: datetime) -> None:
    what = " ".join(plan.what.split())
    if not what:
        raise BadTask("Say what is to be done.")
    if abs(plan.due_on - now.date()) > LONGEST_AHEAD:
        raise BadTask("Choose a day within ten years.")
    case = _case(by, plan.case_id) if plan.case_id is not None else None
    task.what, task.due_on, task.remind_at = what, plan.due_on, plan.remind_at
    task.case = case
    task.account = case.account if case else _account(by, plan.account_id)
    task.changed_at = now


def _case(person: Person, case_id: int) -> Case:
    case = access.visible(person).select_related("account").filter(pk=case_id).first()
    if case is None:
        raise writing.NoSuchCase("There is no such case, or you may not see it.")
    return case


def _account(person: Person, account_id: int | None) -> Account | None:
    if account_id is None:
        return None
    account = visibility.visible(person).filter(pk=account_id).first()
    if account is None:
        raise BadTask("There is no such account, or you may not see it.")
    return account
