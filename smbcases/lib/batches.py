"""Long streams in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(stream: Iterable[T], size: int) -> Iterator[list[T]]:
    """The stream in lists of `size`; the last one may be shorter. (Python has it from 3.12 on.)"""
    rest = iter(stream)
    while batch := list(islice(rest, size)):
        yield batch
