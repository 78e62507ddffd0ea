"""The clocks of a playbook: how long each runs, how it counts, what stops it, and who is told when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from smbcases.playbook.problems import Path
from smbcases.playbook.sections import Section, Switch, Whole, Words
from smbcases.playbook.vocabulary import Priority

Counting = Literal["calendar", "working"]
Pause = Literal["put_off", "closed"]
Told = Literal["owner", "manager", "above"]

_WHEN = re.compile(r"([1-9][0-9]{0,3}) (min|h|d) (before|after)")
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1)}


def _when(text: str) -> str:
    if text != "due" and not _WHEN.fullmatch(text):
        raise ValueError(f"expected “due” or a time such as “4 h before” or “2 d after”, but found “{text}”")
    return text


class Step(Section):
    """One step of a ladder. Owners hear of their own case, managers of their region's cases by the hour; `above` is
    whom the region's managers report to.

    `when` counts as its clock does: an hour of working time, a day of working hours.
    """

    when: Annotated[str, AfterValidator(_when)]
    tell: tuple[Told, ...] = Field(min_length=1)

    def offset(self, *, day: timedelta) -> timedelta:
        """From the due instant on, negative before it; `day` is how long a day of the clock is."""
        found = _WHEN.fullmatch(self.when)
        if found is None:
            return timedelta()
        number, unit, side = found.groups()
        length = int(number) * _UNITS.get(unit, day)
        return -length if side == "before" else length


class Counts(Section):
    """Calendar time runs day and night; working time in the working hours of the territory, on its working days.

    `next_step` working: a date on which nobody works is late only after the next working day. `touch`, the cadence,
    working: likewise, by the customer's calendar. `answer` working: whole working days of the customer's.
    """

    pick_up: Counting
    target: Counting
    limit: Counting
    next_step: Counting
    answer: Counting
    touch: Counting


class Pauses(Section):
    """While what a clock stands still: the case put off to a later date, or closed until it is reopened."""

    target: tuple[Pause, ...]
    limit: tuple[Pause, ...]


class Ladders(Section):
    """What is told to whom, and when, by clock; a clock without a step is never told of."""

    pick_up: tuple[Step, ...]
    target: tuple[Step, ...]
    limit: tuple[Step, ...]
    next_step: tuple[Step, ...]
    answer: tuple[Step, ...]


class Clocks(Section):
    """`no_limit` case types may stay open longer than `limit_days`, and so may deferred cases where so switched; they
    have no target either. A day of a clock that counts working time is one working day's hours."""

    pick_up_from: Literal["assigned", "queued"]
    pick_up_hours: dict[Priority, Whole]
    target_days: Whole
    limit_days: Whole
    no_limit: tuple[Words, ...]
    no_limit_when_deferred: Switch
    answer_business_days: Whole
    counts: Counts
    pauses: Pauses
    ladders: Ladders


DAY = timedelta(days=1)


def mistakes(clocks: Clocks) -> Iterator[tuple[Path, str]]:
    """What the entries of the section cannot know of each other."""
    if clocks.limit_days < clocks.target_days:
        yield ("clocks", "limit_days"), "clocks › limit_days: expected no less than target_days."
    for name in Pauses.model_fields:
        if clocks.no_limit_when_deferred and "put_off" in getattr(clocks.pauses, name):
            path = ("clocks", "pauses", name)
            yield path, f"{' › '.join(path)}: put_off cannot pause what no_limit_when_deferred waives."
    yield from _ladders(clocks)


def _ladders(clocks: Clocks) -> Iterator[tuple[Path, str]]:
    for name in Ladders.model_fields:
        steps: tuple[Step, ...] = getattr(clocks.ladders, name)
        offsets = [step.offset(day=DAY) for step in steps]
        path: Path = ("clocks", "ladders", name)
        said = " › ".join(map(str, path))
        allowed = _shortest(clocks, name)
        for at, offset in enumerate(offsets):
            if at and offset <= offsets[at - 1]:
                yield (*path, at), f"{said}: “{steps[at].when}” has to come after “{steps[at - 1].when}”."
            if allowed is not None and -offset >= allowed:
                yield (*path, at), f"{said}: “{steps[at].when}” comes before the clock begins."


def _shortest(clocks: Clocks, name: str) -> timedelta | None:
    """The least that a clock runs, where the playbook says it."""
    match name:
        case "pick_up":
            return timedelta(hours=min(clocks.pick_up_hours.values(), default=0))
        case "target":
            return clocks.target_days * DAY
        case "limit":
            return clocks.limit_days * DAY
    return None
