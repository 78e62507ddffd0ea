"""Somebody's day as page and API show it: what is left, what is done, and what comes tomorrow."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Person
from cases.day import deciding, loading, progress
from cases.day.clock import Clock, Group
from cases.day.deciding import Day
from cases.day.things import Thing, Why

_NAMES = {
    Why.QUESTION: ("question", "questions"),
    Why.PICK_UP: ("pick-up", "pick-ups"),
    Why.TOUCH: ("touch", "touches"),
    Why.NEXT_STEP: ("next step", "next steps"),
    Why.LIMIT: ("case to close", "cases to close"),
    Why.TASK: ("task", "tasks"),
    Why.TOUCHPOINT: ("touchpoint", "touchpoints"),
    Why.MAIL: ("mail", "mails"),
    Why.BACK: ("case that comes back", "cases that come back"),
}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """`done`: how many things were done today."""

    day: Day
    clock: Clock
    done: int

    @property
    def left(self) -> int:
        return len(self.day.now)

    @property
    def all(self) -> int:
        return self.done + self.left

    @property
    def groups(self) -> list[tuple[Group, tuple[Thing, ...]]]:
        """The parts of the list that have something in them."""
        return [(group, found) for group in Group if (found := self.day.of(group))]

    @property
    def tomorrow(self) -> str:
        """`2 next steps and 1 touch`; empty where nothing is planned."""
        day = self.clock.today + timedelta(days=1)
        ahead = self.day.of(Group.WEEK)
        return _counted([thing for thing in ahead if self.clock.day_of(_before(thing)) == day])

    @property
    def next_on(self) -> datetime | None:
        """When the first thing after today is due; None where the week is empty."""
        return min((_before(thing) for thing in self.day.of(Group.WEEK)), default=None)


def read(person: Person, *, now: datetime, with_tasks: bool = True) -> Reading:
    """`person`'s day, where they are; their tasks only for themselves."""
    clock = loading.clock_of(person, now=now)
    facts = loading.load(person, clock=clock, with_tasks=with_tasks)
    done = progress.load(person, clock=clock, with_tasks=with_tasks)
    return Reading(day=deciding.decide(facts, clock=clock), clock=clock, done=done)


def _before(thing: Thing) -> datetime:
    """Within the day that it is due on: what ends with a day is due at the first instant of the next."""
    return thing.main.at - timedelta(microseconds=1)


def _counted(things: list[Thing]) -> str:
    counts = Counter(thing.main.why for thing in things)
    said = [f"{counts[why]} {_NAMES[why][counts[why] > 1]}" for why in Why if counts[why]]
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)
