"""The clocks of a case on its page. `{% load clocks %}`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from cases import clock_story
from cases.badges import Tone
from cases.clock_story import State, Story, Stretch
from cases.models import Case, DueKind
from smbcases.lib import spans as lengths

register = template.Library()

_NAMES = {DueKind.PICK_UP: "Pick-up", DueKind.TARGET: "Target", DueKind.LIMIT: "Longest open"}
_STATES = {
    State.KEPT: ("Kept", Tone.DONE),
    State.MISSED: ("Missed", Tone.LATE),
    State.RUNS: ("Runs", Tone.INFO),
    State.STANDS_STILL: ("Stands still", Tone.PLAIN),
    State.WAITS: ("Not yet", Tone.PLAIN),
    State.FREE: ("Free", Tone.PLAIN),
}
_ENDED = {
    "put_off": "put off to a later date",
    "closed": "closed",
    "woken": "back from its later date",
    "reopened": "reopened",
    "taken_up": "taken up again",
    "moved": "moved to another territory",
    "picked_up": "picked up",
    "handed_over": "given to somebody else",
    "began_anew": "began to wait anew",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A moment of a clock's story: what happened and how much had counted when it did."""

    at: datetime
    words: str
    counted: str = ""
    is_due: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    name: str
    state: str
    tone: str
    due: datetime | None
    why: str
    rows: tuple[Row, ...]


@register.inclusion_tag("cases/case_clocks.html")
def clocks_of(case: Case) -> dict[str, Any]:
    """The clocks with their spans; each is one line that unfolds."""
    stories = clock_story.story(case, now=timezone.now())
    return {"lines": [_line(one) for one in stories]}


def _line(one: Story) -> Line:
    state, tone = _STATES[one.state]
    return Line(
        name=_NAMES[one.clock],
        state=state,
        tone=tone,
        due=one.due,
        why=one.why,
        rows=tuple(sorted(_rows(one), key=lambda row: row.at)),
    )


def _rows(one: Story) -> Iterator[Row]:
    for stretch in one.earlier:
        yield Row(at=stretch.start, words="An earlier wait began")
        yield _end(stretch)
    for at, stretch in enumerate(one.stretches):
        if at == 0:
            yield Row(at=stretch.start, words="Started")
        if stretch.end is not None:
            yield _end(stretch)
    if one.due is not None:
        hours = " of working time" if one.is_working else ""
        yield Row(at=one.due, words="Due", counted=f"{lengths.in_words(one.allowed)}{hours}", is_due=True)


def _end(stretch: Stretch) -> Row:
    words = _ENDED[stretch.because]
    said = words[:1].upper() + words[1:]
    if not stretch.runs:
        return Row(at=stretch.end or stretch.start, words=f"{said}: runs again")
    stops = {"put_off": ": stands still", "closed": ""}.get(stretch.because, "")
    counted = f"{lengths.in_words(stretch.used)} counted"
    return Row(at=stretch.end or stretch.start, words=f"{said}{stops}", counted=counted)
