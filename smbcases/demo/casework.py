"""How a case will go: the deeds of whoever owns it, each so long after the one before."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from smbcases.demo.chance import likely, weighted
from smbcases.demo.people import Manner
from smbcases.playbook.vocabulary import HIGH_VALUE

_LIVES = {"inbound": 4.0, "churn": 8.0, "expansion": 10.0, "urgent_renewal": 13.0, "high_value": 9.0}  # days
_UNTIL_CLOSE_DATE = frozenset({"po_required", "renewal_will_fail", "multiyear_renewal"})
_FAR_RENEWAL = 40  # days: a renewal further away is not closed for the sake of this case
_PATIENCE = 15  # days of trying before somebody counts as unresponsive

_RESOLUTIONS: dict[str, dict[str, float]] = {
    "inbound": {
        "answered_question": 5,
        "recommended_resource": 2,
        "directed_to_online_purchase": 2,
        "completed_sales_assisted_order": 2,
        "growth_conversation": 1,
        "request_not_possible": 0.5,
    },
    "churn": {
        "answered_question": 3,
        "completed_sales_assisted_order": 3,
        "no_action_required": 2,
        "request_not_possible": 1,
    },
    "expansion": {
        "growth_conversation": 4,
        "completed_sales_assisted_order": 4,
        "directed_to_online_purchase": 2,
        "no_action_required": 1,
    },
    "urgent_renewal": {"completed_sales_assisted_order": 6, "answered_question": 2, "no_action_required": 1},
    "high_value": {"growth_conversation": 4, "answered_question": 2, "no_action_required": 1},
}
_ASIDES = {"nothing": 75, "task": 20, "solutions_architect": 4, "sales_support": 1}
_HELPERS = frozenset({"solutions_architect", "sales_support"})
_LOST = frozenset({"request_not_possible"})


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a plan is made for. `days_to_close` is the linked opportunity's, None without one."""

    case_type: str
    category: str
    origin: str
    has_contact: bool
    has_lead: bool
    kind: str = ""
    days_to_close: int | None = None
    earlier_case: int | None = None
    foreign_language: str = ""


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One thing that somebody does, `after` the deed before it."""

    kind: str
    after: timedelta
    more: dict[str, Any] = field(default_factory=dict)


Plan = deque[Deed]


def plan(subject: Subject, *, manner: Manner, chance: Random) -> Plan:
    """How this case will go in the hands of somebody who works in this manner."""
    return Plan([_pick_up(manner, chance=chance), *_Course(subject, manner=manner, chance=chance).deeds()])


def plan_again(subject: Subject, *, manner: Manner, chance: Random) -> Plan:
    """A case that came back, on its day or reopened: asked again, then done."""
    return Plan([_pick_up(manner, chance=chance), *_Course(subject, manner=manner, chance=chance).answered()])


def _pick_up(manner: Manner, *, chance: Random) -> Deed:
    hours = chance.lognormvariate(0.6, 0.8) if likely(chance, manner.prompt) else chance.uniform(26, 90)
    return _deed("pick_up", hours / 24)


def _deed(kind: str, after: float, /, **more: Any) -> Deed:
    """`after` in days."""
    return Deed(kind=kind, after=timedelta(minutes=round(after * 1_440)), more=more)


class _Course:
    """Deeds between picking a case up and closing it."""

    def __init__(self, subject: Subject, *, manner: Manner, chance: Random) -> None:
        self.subject, self.pace, self.chance = subject, manner.pace, chance
        self.life = self._life()

    def deeds(self) -> list[Deed]:
        start = [] if self.subject.has_contact else [_deed("set_contact", 0.01)]
        if self.subject.foreign_language and likely(self.chance, 0.2):
            start = [*start, *self._first_touch(), _deed("hand_over_for_language", 0.6)]
        return [*start, *self._story()]

    def _story(self) -> list[Deed]:
        if self.subject.case_type == HIGH_VALUE:
            return self._tend()
        if self.subject.earlier_case and likely(self.chance, 0.2):
            return [_deed("close_as_duplicate", 0.05, original=self.subject.earlier_case)]
        story = weighted(
            self.chance, {"answered": 62, "unresponsive": 15, "later": 8, "stale": 4 * self.pace}
        )
        return {
            "answered": self.answered,
            "unresponsive": self._unresponsive,
            "later": self._later,
            "stale": self._stale,
        }[story]()

    def _first_touch(self) -> list[Deed]:
        ahead = self.chance.choice((1, 2, 2, 3))
        return [_deed("step", 0.01, phrase="first", ahead=ahead), _deed("email", 0.01, phrase="intro")]

    def _answer(self) -> list[Deed]:
        return [_deed("answer", max(0.1, self.life * 0.25)), _deed("engage", 0.02)]

    def answered(self) -> list[Deed]:
        quote = _deed("step", 0.01, phrase="quote", ahead=self.chance.choice((1, 2, 3)))
        middle = [
            quote,
            _deed("email", 0.01, phrase="quote"),
            _deed(self.chance.choice(("call", "call", "meeting")), self.life * 0.3),
        ]
        return [
            *self._first_touch(),
            *self._answer(),
            *middle,
            *self._hindrance(),
            *self._aside(),
            *self._note(),
            *self._end(),
        ]

    def _hindrance(self) -> list[Deed]:
        if not likely(self.chance, 0.3):
            return []
        days = self.chance.uniform(1.5, 5) * self.pace
        step = _deed("step", 0.01, phrase="blocked", ahead=max(1, round(days)))
        return [_deed("block", 0.1), step, _deed("engage", days)]

    def _note(self) -> list[Deed]:
        if self.subject.origin == "form" and likely(self.chance, 0.5):
            return [_deed("note_by_filer", 0.5), _deed("note", 0.3)]
        if self.subject.origin == "form":
            return [_deed("ask", 0.2), _deed("answer_question", self.chance.uniform(0.1, 2.2))]
        return [_deed("note", 0.1)] if likely(self.chance, 0.12) else []

    def _aside(self) -> list[Deed]:
        """What somebody notes for themselves, and whom they ask for help."""
        kind = weighted(self.chance, _ASIDES)
        if kind == "task":
            ahead = self.chance.choice((1, 1, 2, 3))
            return [_deed("note_task", 0.01, ahead=ahead), _deed("do_task", ahead * self.pace)]
        return [_deed("ask_for_help", 0.05, kind=kind)] if kind in _HELPERS else []

    def _end(self) -> list[Deed]:
        """Put the records in order, as closing asks, then close."""
        action = weighted(self.chance, _RESOLUTIONS[self.subject.category or "inbound"])
        days = max(0.2, self.life * 0.4)
        step = _deed("step", 0.05, phrase="wait", ahead=max(1, int(days)))
        deeds = [step] if days > 3 else []  # noqa: PLR2004  sooner than that nobody writes a new step
        return [*deeds, *self._settle(action, days=days), _deed("close", 0.25, action=action)]

    def _settle(self, action: str, *, days: float) -> list[Deed]:
        subject = self.subject
        if subject.has_lead:
            return [_deed("convert_lead", days), _deed("set_contact", 0.15)]
        if subject.days_to_close is None:
            return [_deed("email", days, phrase="summary")]
        if subject.case_type == "overage_qsr_off":
            return [
                _deed("add_on", days * 0.5),
                _deed("link_add_on", 0.2),
                _deed("close_opportunity", days * 0.5),
            ]
        if subject.kind == "renewal" and subject.days_to_close > _FAR_RENEWAL and subject.category == "churn":
            return [_deed("unlink", days)]
        won = action not in _LOST and subject.case_type != "renewal_risk_will_churn"
        return [_deed("close_opportunity", days, won=won)]

    def _unresponsive(self) -> list[Deed]:
        again = _deed("step", 0.02, phrase="wait", ahead=self.chance.choice((2, 3, 4)))
        reminder = _deed("email", 2, phrase="reminder")
        tries = [_deed("call", 2), reminder, again, reminder]
        patience = max(9.2, _PATIENCE - 6 + self.chance.uniform(0.3, 4) * self.pace)
        return [*self._first_touch(), *tries, _deed("close_as_unresponsive", patience)]

    def _later(self) -> list[Deed]:
        days = self.chance.choice((7, 12, 18, 30, 60, 90, 120, 180))
        return [*self._first_touch(), *self._answer(), _deed("put_off", 0.1, days=days)]

    def _stale(self) -> list[Deed]:
        """Begun well, then other things came up."""
        asked = [_deed("ask", 0.5)] if self.subject.origin == "form" else []
        return [*self._first_touch(), *asked, *(self._answer() if likely(self.chance, 0.4) else [])]

    def _tend(self) -> list[Deed]:
        """A High Value Account is looked after all year and stays open."""
        visits: list[Deed] = []
        for _ in range(4):
            ahead = self.chance.randrange(20, 45)
            visits += [
                _deed("step", 0.02, phrase="high_value", ahead=ahead),
                _deed(self.chance.choice(("call", "meeting")), ahead - 0.5),
            ]
        return [*self._first_touch(), *self._answer(), *visits]

    def _life(self) -> float:
        days = self.subject.days_to_close
        if self.subject.case_type in _UNTIL_CLOSE_DATE and days is not None:
            return min(45.0, max(4.0, days * self.chance.uniform(0.25, 0.6)))
        typical = _LIVES.get(self.subject.category, 6.0)
        return typical * self.pace * self.chance.lognormvariate(0, 0.45)


def days_until(close_on: date | None, *, at: datetime) -> int | None:
    return (close_on - at.date()).days if close_on else None
