"""Ids as a request names them: in its address, its query or its form."""

from __future__ import annotations

from collections.abc import Iterable

MOST_DIGITS = 18  # whatever has no more fits into a bigint


def read(text: str) -> int | None:
    """`17` as a number; None for what is no id: nothing, a sign, a space, other digits than 0 to 9, more than 18."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


def read_all(texts: Iterable[str]) -> list[int]:
    """The ids among them, in their order; what is none is left out."""
    return [pk for pk in map(read, texts) if pk is not None]
