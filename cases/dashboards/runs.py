"""The middle one of numbers that lie in several sorted runs, without putting them together. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import chain

Run = Sequence[int]
"""Whole numbers, the smallest first."""


def middle(runs: Sequence[Run]) -> int:
    """The median; of an even number the lower one of the two. Raises ValueError where all runs are empty."""
    filled = sorted((run for run in runs if run), key=len)
    if not filled:
        raise ValueError("There is no middle of nothing: all runs are empty.")
    *small, large = filled
    many = sum(map(len, small))
    rank = (many + len(large) + 1) // 2
    if many <= len(large):
        return _within(large, sorted(chain.from_iterable(small)), rank)
    return _among(filled, rank)


def _within(large: Run, others: Run, rank: int) -> int:
    """The number of that rank, from 1, in both together; most of them are in `large`."""
    # how many of `large` come before it: the fewest with which the next one has the rank
    before = bisect_left(
        range(len(large)), rank, key=lambda place: place + 1 + bisect_right(others, large[place])
    )
    return min([*large[before : before + 1], *others[rank - before - 1 : rank - before]])


def _among(runs: Sequence[Run], rank: int) -> int:
    """Likewise in many runs: the smallest number that has `rank` numbers at or below it."""
    middles = [run[(len(run) - 1) // 2] for run in runs]
    low, high = min(middles), max(middles)  # that of all lies between those of each
    while low < high:
        guess = (low + high) // 2
        if sum(bisect_right(run, guess) for run in runs) >= rank:
            high = guess
        else:
            low = guess + 1
    return low
