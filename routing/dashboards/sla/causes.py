"""Why a clock was broken: the first of these that was so. Pure; the page says each rule in the same words."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What was so of a case when its clock ran out. In the order in which they explain it."""

    given_late: bool = False
    away: bool = False
    full: bool = False
    put_off: bool = False
    asked: bool = False
    picked_late: bool = False
    no_step: bool = False


NAMES = tuple(field.name for field in fields(Facts))


class Cause(StrEnum):
    GIVEN_LATE = "given_late"
    AWAY = "away"
    FULL = "full"
    PUT_OFF = "put_off"
    ASKED = "asked"
    PICKED_LATE = "picked_late"
    NO_STEP = "no_step"
    WORK = "work"

    @property
    def words(self) -> str:
        return _WORDS[self][0]

    @property
    def rule(self) -> str:
        return _WORDS[self][1]

    @property
    def facts(self) -> dict[str, bool]:
        """What is so of a case of this cause, by the facts that decide it."""
        before = [name for name in NAMES if name != self.value][: self.place]
        own = {} if self is Cause.WORK else {self.value: True}
        return {**dict.fromkeys(before, False), **own}

    @property
    def place(self) -> int:
        return list(Cause).index(self)


_WORDS = {
    Cause.GIVEN_LATE: (
        "Waited for an advocate",
        "who has it was given it only when the time was over, so it waited for its routing or changed hands",
    ),
    Cause.AWAY: ("Owner away", "its owner had the day off on which it was due"),
    Cause.FULL: ("At capacity", "it took its owner’s last place, or went beyond their places"),
    Cause.PUT_OFF: ("Put off", "the customer asked for a later date, and it was late nevertheless"),
    Cause.ASKED: ("Question unanswered", "somebody’s question on it was open when it was due"),
    Cause.PICKED_LATE: ("Picked up late", "its pick-up was late already"),
    Cause.NO_STEP: ("No next step", "nobody wrote what happens next"),
    Cause.WORK: ("None of these", "it took longer"),
}


def decide(facts: Facts) -> Cause:
    """The first that was so."""
    return next((Cause(name) for name in NAMES if getattr(facts, name)), Cause.WORK)


def order() -> str:
    """How a cause is decided, in a sentence."""
    names = [cause.words for cause in Cause]
    return f"Of a clock that was broken the first cause that applies, in this order: {', '.join(names[:-1])}."
