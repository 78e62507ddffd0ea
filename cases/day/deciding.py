"""The list itself: what is one thing appears once, with all its reasons, in the order to do it. Pure.

One thing is what one act deals with: a question by itself; a new case however many things press on it; the next step
of a case together with its limit; a mail to the customer that is both the touch that is due and the answer that they
wait for; a task together with the touchpoint that it was made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from zlib import crc32

from cases.day import reasons
from cases.day.clock import Clock, Group
from cases.day.facts import Facts, LateMail, OnCase, Todo, Touchpoint
from cases.day.things import About, Deed, Reason, Thing


@dataclass(frozen=True, kw_only=True)
class Day:
    """What somebody has to do now and within a week."""

    things: tuple[Thing, ...]
    today: date

    @property
    def now(self) -> tuple[Thing, ...]:
        """What is late or due today."""
        return tuple(thing for thing in self.things if thing.group is not Group.WEEK)

    def of(self, group: Group) -> tuple[Thing, ...]:
        return tuple(thing for thing in self.things if thing.group is group)


def decide(facts: Facts, *, clock: Clock) -> Day:
    """Everything that is late, due today or within a week, in the order to do it."""
    found = [
        *(thing for case in facts.cases for thing in _of_case(case, clock=clock)),
        *(_of_late_mail(late) for late in facts.late_mails),
        *_of_tasks(facts.todos, facts.touchpoints, clock=clock),
    ]
    return Day(things=tuple(sorted(found, key=lambda thing: thing.order)), today=clock.today)


def _of_case(case: OnCase, *, clock: Clock) -> Iterator[Thing]:
    for question in case.questions:
        about = _about(case, f"question-{question.id}", question_id=question.id)
        yield Thing(about=about, reasons=(reasons.of_question(question, clock=clock),))
    for name, found in _parts(case, clock=clock):
        yield from _joined(_about(case, f"case-{case.id}-{name}"), found)


def _parts(case: OnCase, *, clock: Clock) -> Iterator[tuple[str, list[Reason]]]:
    """What there is to do on the case, each with the reasons that one act deals with."""
    if case.back_on is not None:
        yield "back", list(reasons.of_put_off(case, clock=clock))
        yield "write", list(reasons.of_mail(case))
    elif not case.picked_up:
        yield "pick-up", list(reasons.of_new(case, clock=clock))
    else:
        touch = list(reasons.of_touch(case, clock=clock))
        mail = list(reasons.of_mail(case))
        writing = touch and touch[0].deed is Deed.WRITE
        yield "write", [*mail, *(touch if writing else [])]
        yield "call", [] if writing else touch
        yield "step", list(reasons.of_step(case, clock=clock))


def _of_late_mail(late: LateMail) -> Thing:
    about = About(key=f"mail-{late.id}", whom=late.whom, number=late.number, case_id=late.case_id)
    return Thing(about=about, reasons=(reasons.of_late_mail(late),))


def _joined(about: About, found: Iterable[Reason]) -> Iterator[Thing]:
    if ordered := sorted(found, key=lambda reason: reason.order):
        yield Thing(about=about, reasons=tuple(ordered))


def _about(case: OnCase, key: str, *, question_id: int | None = None) -> About:
    return About(
        key=key,
        whom=case.whom,
        number=case.number,
        type_name=case.type_name,
        case_id=case.id,
        version=case.version,
        question_id=question_id,
        account_id=case.account_id,
        priority=case.priority,
    )


def _of_tasks(todos: Iterable[Todo], touchpoints: Iterable[Touchpoint], *, clock: Clock) -> Iterator[Thing]:
    """Tasks and touchpoints. A touchpoint that became a task is that task; ticked off, it is gone with it."""
    points = list(touchpoints)
    became = {task_of(point): point for point in points if point.is_task}
    for todo in todos:
        point = became.get((todo.case_id, todo.what))
        beside = reasons.of_touchpoint(point, clock=clock) if point else ()
        yield from _joined(_about_todo(todo), [*reasons.of_todo(todo, clock=clock), *beside])
    for point in points:
        if not point.is_task:
            yield from _joined(_about_point(point), reasons.of_touchpoint(point, clock=clock))


def task_of(point: Touchpoint) -> tuple[int | None, str]:
    """The case and the words of the task that a touchpoint becomes on its day."""
    return point.case_id, " ".join(f"Touchpoint: {point.what}"[:300].split())


def _about_todo(todo: Todo) -> About:
    return About(
        key=f"task-{todo.id}", whom=todo.whom, number=todo.number, case_id=todo.case_id, task_id=todo.id
    )


def _about_point(point: Touchpoint) -> About:
    return About(
        key=f"plan-{point.account_id}-{point.on}-{crc32(point.what.encode())}",
        whom=point.whom,
        number=point.number,
        case_id=point.case_id,
        account_id=point.account_id,
    )
