"""Chance with a seed: each idea draws from a stream of its own, so that one leaves the others alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def stream(seed: int, idea: str) -> Random:
    """The same numbers for the same seed and idea, in every process."""
    return Random(f"{seed}:{idea}")  # noqa: S311  plays, guards nothing


def likely(chance: Random, share: float) -> bool:
    """True in `share` of all cases."""
    return chance.random() < share


def weighted(chance: Random, weights: Mapping[T, float]) -> T:
    return chance.choices(list(weights), weights=list(weights.values()))[0]


def some(chance: Random, among: Sequence[T], most: int) -> list[T]:
    """Up to `most` of them, in a random order."""
    return chance.sample(among, min(most, len(among)))
