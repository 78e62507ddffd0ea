"""Whose turn it is: pure. Facts of each candidate in, an order with a verdict and a number for each out.

The turn goes to who is due first: among equals that is who has waited longest since their last one. It is
kept per person: joining, leaving or being away shifts nobody, and coming back owes one case, not a flood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """The first that applies."""

    INACTIVE = "inactive"
    TAKES_NO_TURNS = "takes_no_turns"
    ON_TIME_OFF = "on_time_off"
    LANGUAGE = "language"
    AT_CAPACITY = "at_capacity"
    ELIGIBLE = "eligible"


@dataclass(frozen=True, kw_only=True)
class Need:
    """What a case asks of its owner."""

    language: str = ""
    takes_place: bool = True


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A member of the pool as they stand: `load` of `places` held; `last_turn` in turns of the pool.

    `back_on` is the first day back, ISO 8601, empty when they are here; `covered_by` who stands in until
    then.
    """

    id: int
    name: str
    active: bool
    takes_turns: bool
    back_on: str
    covered_by: int | None = None
    languages: tuple[str, ...]
    load: int
    places: int
    weight: int
    last_turn: int
    last_turn_at: str

    def stored(self) -> dict[str, Any]:
        return {**vars(self), "languages": list(self.languages)}

    def after(self, *, load: int, last_turn: int) -> Candidate:
        """As they stand with one case more. A drain does this for each case: `replace` takes four times as long."""
        changed = object.__new__(Candidate)
        vars(changed).update(vars(self), load=load, last_turn=last_turn)
        return changed

    @classmethod
    def restored(cls, stored: dict[str, Any]) -> Candidate:
        return cls(**{**stored, "languages": tuple(stored["languages"])})


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the explanation.

    `turn` is 1 for who is next, 2 for who comes then, None for who is passed over.
    """

    candidate: Candidate
    verdict: Verdict
    turn: int | None


@dataclass(frozen=True, kw_only=True)
class Ranking:
    rows: tuple[Row, ...]

    @property
    def next(self) -> Candidate | None:
        return self.rows[0].candidate if self.rows and self.rows[0].turn == 1 else None

    def after(self, candidate: Candidate) -> Candidate | None:
        """Who would have had the turn if `candidate` had not."""
        others = (row.candidate for row in self.rows if row.turn and row.candidate.id != candidate.id)
        return next(others, None)


def verdict(candidate: Candidate, *, need: Need) -> Verdict:
    """Whether `candidate` may be given a case with this need, or the first reason why not."""
    if not candidate.active:
        return Verdict.INACTIVE
    if not candidate.takes_turns:
        return Verdict.TAKES_NO_TURNS
    if candidate.back_on:
        return Verdict.ON_TIME_OFF
    if need.language and need.language not in candidate.languages:
        return Verdict.LANGUAGE
    return Verdict.AT_CAPACITY if is_full(candidate, need=need) else Verdict.ELIGIBLE


def is_full(candidate: Candidate, *, need: Need) -> bool:
    """Whether this case would put `candidate` over their places, whatever else is said of them."""
    return need.takes_place and candidate.load >= candidate.places


def rank(candidates: Sequence[Candidate], *, need: Need) -> Ranking:
    """Order the eligible by when they are due again, then list who is passed over, by name."""
    judged = [(candidate, verdict(candidate, need=need)) for candidate in candidates]
    eligible = [c for c, v in judged if v is Verdict.ELIGIBLE]
    per_round = sum(c.weight for c in eligible)
    eligible.sort(key=lambda c: precedence(c, per_round=per_round))
    passed = sorted(((c, v) for c, v in judged if v is not Verdict.ELIGIBLE), key=lambda pair: pair[0].name)
    rows = [Row(candidate=c, verdict=Verdict.ELIGIBLE, turn=place) for place, c in enumerate(eligible, 1)]
    return Ranking(rows=(*rows, *(Row(candidate=c, verdict=v, turn=None) for c, v in passed)))


def precedence(candidate: Candidate, *, per_round: int) -> tuple[float, int, int]:
    """Smaller comes first: the turn at which they are due again, then the older last turn, then the id.

    `per_round` is the turns of a round: the weights of all who are eligible. Weight 3 is due after a third of
    it.
    """
    return candidate.last_turn + per_round / candidate.weight, candidate.last_turn, candidate.id
