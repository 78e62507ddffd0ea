"""The middle one of numbers that lie in several sorted runs, without putting them together. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

Run = Sequence[int]
"""Whole numbers, the smallest first."""


def middle(runs: Sequence[Run]) -> int:
    """The median; of an even number the lower one of the two. Raises ValueError where all runs are empty."""
    filled = [run for run in runs if run]
    rank = (sum(map(len, filled)) + 1) // 2
    if len(filled) == 1:
        return filled[0][rank - 1]
    low, high = min(run[0] for run in filled), max(run[-1] for run in filled)
    while low < high:  # the smallest number that has `rank` numbers at or below it
        guess = (low + high) // 2
        if sum(bisect_right(run, guess) for run in filled) >= rank:
            high = guess
        else:
            low = guess + 1
    return low
