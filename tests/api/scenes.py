"""What has to be so before an operation's example can be carried out, by operation.

An operation that is not here is asked by Maya of a case that she has picked up. One that needs more gets a
function here: it makes what it needs in the book and answers who asks, and what the address names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Person
from cases.agenda import tasks
from cases.agenda.tasks import Plan
from cases.models import Case
from tests import factories
from tests.api.book import NOW, Book


@dataclass(frozen=True, kw_only=True)
class Scene:
    """`path`: what stands in the address, by name. `query`: what is asked behind it."""

    by: Person
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)


def at_work(book: Book) -> Scene:
    return about(book, book.case())


def about(book: Book, case: Case, *, by: Person | None = None) -> Scene:
    path = {
        "number": case.number,
        "external_id": book.account.external_id,
        "source": book.event.source,
        "id": book.event.event_id,
    }
    return Scene(by=by or book.maya, path=path)


def closed(book: Book) -> Scene:
    case = book.case(
        columns={"status": "resolved", "closed_at": NOW, "resolution_action": "answered_question"}
    )
    return about(book, case)


def newly_assigned(book: Book) -> Scene:
    return about(book, book.case(picked_up=False))


def in_the_queue(book: Book) -> Scene:
    factories.case(account=book.account, now=NOW)
    return Scene(by=book.maya)


def seen_by_ops(book: Book) -> Scene:
    return about(book, book.case(), by=book.otto)


def with_a_task(book: Book) -> Scene:
    plan = Plan(what="Ask Jonas for the PO", due_on=NOW.date())
    return Scene(by=book.maya, path={"task": tasks.add(plan=plan, by=book.maya, now=NOW).pk})


SCENES: Mapping[str, Callable[[Book], Scene]] = {
    "cases_pick_up": newly_assigned,
    "cases_reopen": closed,
    "cases_take_next": in_the_queue,
    "events_push": seen_by_ops,
    "tasks_change": with_a_task,
    "tasks_delete": with_a_task,
    "tasks_read": with_a_task,
    "tasks_set_done": with_a_task,
}
PLAYBOOKS: Mapping[str, str] = {"cases_take_next": "fy25"}  # fy26 where nothing is said
