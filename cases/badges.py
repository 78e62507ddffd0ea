"""What lists and pages say of a case in a few words: its status, what is due, its age. Pure, from stored facts.

The words for what is due come from `due_at` and `due_kind` and nothing else, so that a badge, the order of a
list and the sweep can never disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from cases import zones
from cases.models import Case, DueKind, Priority
from smbcases.lib import spans

PICK_UP_SOON = timedelta(hours=4)
CLOSE_SOON_DAYS = 2


class Tone(StrEnum):
    """What a colour may mean; the words beside it always say it too."""

    LATE = "late"
    SOON = "soon"
    DONE = "done"
    INFO = "info"
    TRYING = "trying"
    PLAIN = "plain"
    STRONG = "strong"


@dataclass(frozen=True, kw_only=True)
class Badge:
    words: str
    tone: Tone = Tone.PLAIN
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Due(Badge):
    """`at` is None where nothing is due."""

    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Age:
    """`of` is the longest a case may be open, in days; None where this one has no such limit."""

    days: int
    of: int | None
    tone: Tone

    @property
    def filled(self) -> int:
        return min(self.days, self.of or self.days)

    @property
    def words(self) -> str:
        day = "day" if self.days == 1 else "days"
        return f"{self.days} {day} open, limit {self.of}" if self.of else f"{self.days} {day} open, no limit"


_STATUS_TONES = {
    "attempting_contact": Tone.TRYING,
    "blocked": Tone.SOON,
    "engaged": Tone.DONE,
    "in_progress": Tone.DONE,
}


def status(case: Case) -> Badge:
    """The status as its playbook names it, or what an Open case waits for: advocate, pick-up, its day."""
    spec = case.rules.statuses[case.status]
    if spec.stage != "open":
        return Badge(words=spec.short, tone=_STATUS_TONES.get(case.status, Tone.PLAIN), hint=spec.hint)
    if case.deferred_until is not None:
        return Badge(words="Later", hint="Put off; it comes back on its day.")
    if case.owner_id is None:
        return Badge(words="Waiting", tone=Tone.SOON, hint="Nobody has it yet.")
    if case.picked_up_at is None:
        return Badge(words="New", tone=Tone.INFO, hint="Assigned and not picked up yet.")
    return Badge(words=spec.short, hint=spec.hint)


def priority(case: Case) -> Badge:
    """High stands out by weight: red is kept for what is late."""
    level = Priority(case.priority)
    return Badge(words=level.label, tone=Tone.STRONG if level is Priority.HIGH else Tone.PLAIN)


def age(case: Case, *, now: datetime) -> Age:
    """Days since it was opened, or from opening to closing: orange from the target on, red at the limit, both as
    stored, so that time that did not count makes no case late."""
    rules = case.rules.clocks
    end = case.closed_at or now
    days = max(0, (end - case.opened_at).days)
    limit = rules.limit_days if case.limit_at is not None else None
    if not case.is_open:
        tone = Tone.PLAIN
    elif case.limit_at is not None and case.limit_at <= now:
        tone = Tone.LATE
    elif case.target_at is not None and case.target_at <= now:
        tone = Tone.SOON
    else:
        tone = Tone.INFO
    return Age(days=days, of=limit, tone=tone)


def due(case: Case, *, now: datetime) -> Due:
    """What its owner must mind next, in words, with the instant."""
    if not case.is_open:
        return Due(words=f"Closed {_day(case, case.due_at, now=now)}", at=case.due_at)
    return _READERS[DueKind(case.due_kind)](case, now)


def touch(case: Case, *, today: date) -> Badge | None:
    """What the cadence asks for by now; None where it asks for nothing."""
    if case.next_touch_on is None or case.next_touch_on > today:
        return None
    late = (today - case.next_touch_on).days
    if late:
        return Badge(words=f"Touch overdue, {late} d", tone=Tone.LATE, hint="A touch of the cadence is late.")
    return Badge(words="Touch due", tone=Tone.SOON, hint="A touch of the cadence is due today.")


def _pick_up(case: Case, now: datetime) -> Due:
    left = case.due_at - now
    if left <= timedelta():
        return Due(words=f"Pick-up late, {spans.in_words(-left)}", tone=Tone.LATE, at=case.due_at)
    tone = Tone.SOON if left < PICK_UP_SOON else Tone.PLAIN
    return Due(words=f"Pick up within {spans.in_words(left)}", tone=tone, at=case.due_at)


def _routing(case: Case, now: datetime) -> Due:
    return Due(words=f"Waiting, {spans.in_words(now - case.due_at)}", tone=Tone.SOON, at=case.due_at)


def _next_step(case: Case, now: datetime) -> Due:
    today = now.astimezone(zones.zone_of(case)).date()
    day = case.next_steps_on or today
    if case.due_at <= now:
        return Due(words=f"Past next step, {max(1, (today - day).days)} d", tone=Tone.LATE, at=case.due_at)
    tone = Tone.SOON if day == today else Tone.PLAIN
    return Due(words=f"Next step {spans.day_in_words(day, today=today)}", tone=tone, at=case.due_at)


def _answer(case: Case, now: datetime) -> Due:
    left = case.due_at - now
    if left <= timedelta():
        return Due(words=f"Answer late, {spans.in_words(-left)}", tone=Tone.LATE, at=case.due_at)
    return Due(words=f"Answer within {spans.in_words(left)}", tone=Tone.SOON, at=case.due_at)


def question(case: Case, *, now: datetime) -> Badge | None:
    """That somebody waits for an answer; None where nobody does."""
    if case.answer_by is None:
        return None
    late = case.answer_by <= now
    words = "Question late" if late else "Question"
    return Badge(words=words, tone=Tone.LATE if late else Tone.SOON, hint="A question waits for an answer.")


def _target(case: Case, now: datetime) -> Due:
    if case.due_at <= now:
        return Due(words=f"Past target, {spans.in_words(now - case.due_at)}", tone=Tone.LATE, at=case.due_at)
    return Due(words="Set a next step", tone=Tone.SOON, at=case.due_at)


def _limit(case: Case, now: datetime) -> Due:
    if case.due_at <= now:
        return Due(words=f"{(now - case.opened_at).days} days: stale", tone=Tone.LATE, at=case.due_at)
    soon = case.due_at - now < timedelta(days=CLOSE_SOON_DAYS)
    words = f"Close by {_day(case, case.due_at, now=now)}"
    return Due(words=words, tone=Tone.SOON if soon else Tone.PLAIN, at=case.due_at)


def _later(case: Case, now: datetime) -> Due:
    return Due(words=f"Back {_day(case, case.due_at, now=now)}", at=case.due_at)


def _none(_case: Case, _now: datetime) -> Due:
    return Due(words="No limit (exception)", at=None)


_READERS: dict[DueKind, Callable[[Case, datetime], Due]] = {
    DueKind.PICK_UP: _pick_up,
    DueKind.ROUTING: _routing,
    DueKind.NEXT_STEP: _next_step,
    DueKind.ANSWER: _answer,
    DueKind.TARGET: _target,
    DueKind.LIMIT: _limit,
    DueKind.LATER: _later,
    DueKind.NONE: _none,
}


def _day(case: Case, at: datetime, *, now: datetime) -> str:
    zone = zones.zone_of(case)
    return spans.day_in_words(at.astimezone(zone).date(), today=now.astimezone(zone).date())
