"""Why something is to be done now, in words, from the facts of a case, a task or a plan. Pure.

What is due is read from the case's own columns, so that this list, the badges and the sweep never disagree.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from cases.badges import PICK_UP_SOON, Tone
from cases.day.clock import Clock, Group
from cases.day.facts import LateMail, Mail, OnCase, Question, Todo, Touchpoint
from cases.day.things import Deed, Reason, Why
from smbcases.lib import spans

LONGEST = 160


def of_question(question: Question, *, clock: Clock) -> Reason:
    left = question.due_at - clock.now
    late = left <= timedelta()
    return Reason(
        why=Why.QUESTION,
        deed=Deed.ANSWER,
        group=Group.LATE if late else Group.TODAY,
        what=_cut(f"Answer {question.by}: {question.text}"),
        words=f"Answer late, {spans.in_words(-left)}" if late else f"Answer within {spans.in_words(left)}",
        tone=Tone.LATE if late else Tone.SOON,
        at=question.due_at,
    )


def of_new(case: OnCase, *, clock: Clock) -> Iterator[Reason]:
    """A case that is not picked up: its clock, that it came back, and whatever presses besides."""
    what, by = f"Pick up {case.type_name}", case.pick_up_by
    if by is not None:
        late = by <= clock.now
        apart = spans.in_words(abs(by - clock.now))
        soon = not late and by - clock.now < PICK_UP_SOON
        yield Reason(
            why=Why.PICK_UP,
            deed=Deed.PICK_UP,
            group=Group.LATE if late else Group.TODAY,
            what=what,
            words=f"Pick-up late, {apart}" if late else f"Pick up within {apart}",
            tone=Tone.LATE if late else Tone.SOON if soon else Tone.PLAIN,
            at=by,
        )
    if case.put_off:
        yield _came_back(case, what=what, clock=clock)
    if case.mail is not None:
        yield _mail(case.mail, deed=Deed.PICK_UP, what=what)
    yield from _limit(case, deed=Deed.PICK_UP, what=what, clock=clock)


def _came_back(case: OnCase, *, what: str, clock: Clock) -> Reason:
    return Reason(
        why=Why.PICK_UP,
        deed=Deed.PICK_UP,
        group=Group.TODAY,
        what=what,
        words="Came back from later",
        tone=Tone.INFO,
        at=case.pick_up_by or clock.now,
    )


def of_put_off(case: OnCase, *, clock: Clock) -> Iterator[Reason]:
    """A case that is put off is to be taken up again on its day."""
    group = clock.of_day(case.back_on) if case.back_on else None
    if group is None or case.back_on is None:
        return
    ahead = group is Group.WEEK
    yield Reason(
        why=Why.BACK,
        deed=Deed.OPEN if ahead else Deed.PICK_UP,
        group=Group.WEEK if ahead else Group.TODAY,
        what=_cut(case.step or f"Take {case.type_name} up again"),
        words=f"Comes back {_day(case.back_on, clock)}" if ahead else "Comes back today",
        tone=Tone.PLAIN if ahead else Tone.INFO,
        at=clock.end_of(case.back_on),
    )


def of_touch(case: OnCase, *, clock: Clock) -> Iterator[Reason]:
    touch = case.touch
    group = clock.of_day(touch.on) if touch else None
    if touch is None or group is None:
        return
    is_call = touch.kind == "call"
    yield Reason(
        why=Why.TOUCH,
        deed=Deed.CALL if is_call else Deed.WRITE,
        group=group,
        what=f"{'Call' if is_call else 'Write to'} the customer, day {touch.day}",
        words=_by_day("Touch", touch.on, group=group, clock=clock),
        tone=_tone(group),
        at=clock.end_of(touch.on),
    )


def of_mail(case: OnCase) -> Iterator[Reason]:
    if case.mail is not None:
        yield _mail(case.mail, deed=Deed.WRITE, what=_cut(f"Answer {case.mail.sender}: {case.mail.subject}"))


def _mail(mail: Mail, *, deed: Deed, what: str) -> Reason:
    return Reason(
        why=Why.MAIL,
        deed=deed,
        group=Group.TODAY,
        what=what,
        words="Their mail waits",
        tone=Tone.INFO,
        at=mail.at,
    )


def of_late_mail(late: LateMail) -> Reason:
    """A closed case stays closed: its owner opens a new one from the mail, or writes back."""
    return Reason(
        why=Why.MAIL,
        deed=Deed.OPEN,
        group=Group.TODAY,
        what=_cut(f"Answer {late.mail.sender}: {late.mail.subject}"),
        words="Came after closing",
        tone=Tone.INFO,
        at=late.mail.at,
    )


def of_step(case: OnCase, *, clock: Clock) -> Iterator[Reason]:
    """What a case in hand asks of its owner: its next step, or one at all, and to be closed in time."""
    if case.step_on is None:
        yield _no_step(case, clock=clock)
    elif (group := _of_step(case, clock=clock)) is not None:
        yield Reason(
            why=Why.NEXT_STEP,
            deed=Deed.PLAN_STEP,
            group=group,
            what=_cut(case.step) or "Do the next step",
            words=_by_day("Next step", case.step_on, group=group, clock=clock),
            tone=_tone(group),
            at=case.step_by or clock.end_of(case.step_on),
        )
    yield from _limit(case, deed=Deed.CLOSE, what=f"Close {case.type_name}", clock=clock)


def _of_step(case: OnCase, *, clock: Clock) -> Group | None:
    """Late from the instant that its clock says; until then on its day, also where that day is over here."""
    if case.step_by is not None and case.step_by <= clock.now:
        return Group.LATE
    group = clock.of_day(case.step_on) if case.step_on else None
    return Group.TODAY if group is Group.LATE else group


def _no_step(case: OnCase, *, clock: Clock) -> Reason:
    late = case.target_at is not None and case.target_at <= clock.now and case.limit_at is not None
    since = spans.in_words(clock.now - case.target_at) if late and case.target_at else ""
    return Reason(
        why=Why.NEXT_STEP,
        deed=Deed.PLAN_STEP,
        group=Group.LATE if late else Group.TODAY,
        what="Set the next step",
        words=f"No next step, past target {since}" if late else "No next step",
        tone=Tone.LATE if late else Tone.SOON,
        at=case.target_at or case.opened_at,
    )


def _limit(case: OnCase, *, deed: Deed, what: str, clock: Clock) -> Iterator[Reason]:
    group = clock.of_instant(case.limit_at) if case.limit_at else None
    if case.limit_at is None or group is None:
        return
    late = group is Group.LATE
    days = (clock.now - case.opened_at).days
    yield Reason(
        why=Why.LIMIT,
        deed=deed,
        group=group,
        what=what,
        words=f"Stale, {days} days open" if late else f"Close by {_day(clock.day_of(case.limit_at), clock)}",
        tone=Tone.LATE if late else Tone.SOON,
        at=case.limit_at,
    )


def of_todo(todo: Todo, *, clock: Clock) -> Iterator[Reason]:
    group = clock.of_day(todo.on)
    reminded = clock.of_instant(todo.remind_at) if todo.remind_at else None
    if group is not None:
        yield Reason(
            why=Why.TASK,
            deed=Deed.TICK,
            group=group,
            what=todo.what,
            words=_by_day("Task", todo.on, group=group, clock=clock),
            tone=_tone(group),
            at=clock.end_of(todo.on),
        )
    if todo.remind_at is not None and reminded in {Group.LATE, Group.TODAY}:
        yield Reason(
            why=Why.TASK,
            deed=Deed.TICK,
            group=Group.TODAY if group is not Group.LATE else Group.LATE,
            what=todo.what,
            words="You asked to be reminded",
            tone=Tone.INFO,
            at=todo.remind_at,
        )


def of_touchpoint(point: Touchpoint, *, clock: Clock) -> Iterator[Reason]:
    group = clock.of_day(point.on)
    if group is None:
        return
    yield Reason(
        why=Why.TOUCHPOINT,
        deed=Deed.TICK if point.is_task else Deed.OPEN_PLAN,
        group=group,
        what=_cut(point.what),
        words=_by_day("Touchpoint", point.on, group=group, clock=clock),
        tone=_tone(group),
        at=clock.end_of(point.on),
    )


def _by_day(name: str, on: date, *, group: Group, clock: Clock) -> str:
    """`Touch overdue, 2 d`, `Next step today`, `Task 24 Nov`."""
    if group is Group.LATE:
        return f"{name} overdue, {max(1, (clock.today - on).days)} d"
    return f"{name} {_day(on, clock)}"


def _day(on: date, clock: Clock) -> str:
    return spans.day_in_words(max(on, clock.today), today=clock.today)


def _tone(group: Group) -> Tone:
    return {Group.LATE: Tone.LATE, Group.TODAY: Tone.SOON, Group.WEEK: Tone.PLAIN}[group]


def _cut(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"
