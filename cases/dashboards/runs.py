"""The middle one of many numbers that are kept, and some new ones. Pure."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

Run = Sequence[int]
"""Whole numbers, the smallest first."""

_AT_LEAST = 200
_PART = 8


class OutOfCore(Exception):
    """There are so many new numbers that the middle one may lie outside the core."""


@dataclass(frozen=True)
class Core:
    """Of a run of `many` numbers those around its middle: `numbers`, the first of them at `start`.

    A few new numbers move the middle by a few places. So the quarter around it answers for all. Kept as it is:
    `settled.FORM` rises with a change of its fields.
    """

    many: int
    start: int
    numbers: Run

    @classmethod
    def of(cls, run: Run, *, whole: bool = False) -> Core:
        spare = len(run) if whole else max(_AT_LEAST, len(run) // _PART)
        first = max(0, len(run) // 2 - spare)
        return cls(many=len(run), start=first, numbers=array("q", run[first : len(run) // 2 + spare + 1]))

    def middle_with(self, others: Run) -> int:
        """The median of the run and `others` together; of an even number the lower one of the two. Raises OutOfCore,
        and ValueError where there is nothing at all."""
        rank = (self.many + len(others) + 1) // 2
        # how many of the run come before it, at the least and at the most
        least, most = max(0, rank - 1 - len(others)), min(self.many, rank)
        if least < self.start or most > self.start + len(self.numbers):
            raise OutOfCore
        before = bisect_left(range(least, most), rank, key=lambda place: self._reached(place, others)) + least
        after = before - self.start
        return min([*self.numbers[after : after + 1], *others[rank - before - 1 : rank - before]])

    def _reached(self, place: int, others: Run) -> int:
        """How many there are up to the number at `place`, itself among them."""
        return place + 1 + bisect_right(others, self.numbers[place - self.start])
