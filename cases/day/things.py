"""A line of the list: something to do, for whom, and why now. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cases.badges import Tone
from cases.day.clock import Group


class Why(StrEnum):
    """Why something is on the list, in the order in which it is worked off."""

    QUESTION = "question"
    PICK_UP = "pick_up"
    TOUCH = "touch"
    NEXT_STEP = "next_step"
    LIMIT = "limit"
    TASK = "task"
    TOUCHPOINT = "touchpoint"
    MAIL = "mail"
    BACK = "back"

    @property
    def rank(self) -> int:
        return _RANKS[self]


# The next step and the limit of a case are worked off in one go.
_RANKS = {why: place for place, why in enumerate(Why)} | {Why.LIMIT: list(Why).index(Why.NEXT_STEP)}


class Deed(StrEnum):
    """What is done about it."""

    ANSWER = "answer"
    PICK_UP = "pick_up"
    WRITE = "write"
    CALL = "call"
    PLAN_STEP = "plan_step"
    CLOSE = "close"
    TICK = "tick"
    OPEN_PLAN = "open_plan"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why now, in words. `at` is when it is due, or since when it waits."""

    why: Why
    deed: Deed
    group: Group
    what: str
    words: str
    tone: Tone
    at: datetime

    @property
    def order(self) -> tuple[int, int, datetime]:
        return self.group, self.why.rank, self.at


@dataclass(frozen=True, kw_only=True)
class About:
    """What a line is about: a case, or a task without one. `key` is its name on the page."""

    key: str
    whom: str
    number: str = ""
    type_name: str = ""
    case_id: int | None = None
    version: int | None = None
    question_id: int | None = None
    task_id: int | None = None
    account_id: int | None = None
    priority: int = 0


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One line, due for one or more reasons, the most pressing one first."""

    about: About
    reasons: tuple[Reason, ...]

    @property
    def main(self) -> Reason:
        return self.reasons[0]

    @property
    def group(self) -> Group:
        return self.main.group

    @property
    def what(self) -> str:
        return self.main.what

    @property
    def deed(self) -> Deed:
        return self.main.deed

    @property
    def order(self) -> tuple[int, int, datetime, int, str]:
        """Late first, then by what it is, then by when it is due; of the same, the higher priority."""
        return *self.main.order, -self.about.priority, self.about.key
