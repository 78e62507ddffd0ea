"""Open questions in words: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An open question: who asked what, and until the end of which day it is to be answered."""

    by_id: int
    by: str
    text: str
    due_on: date


def names(asked: Sequence[Asked]) -> str:
    """Ann Lee, due 24 Nov; Bo Ek, due 25 Nov."""
    return "; ".join(f"{one.by}, due {one.due_on:%-d %b}" for one in asked)


def sentence(asked: Sequence[Asked]) -> str:
    """A question is open: Ann Lee, due 24 Nov. Empty where none is."""
    if not asked:
        return ""
    begun = "A question is open" if len(asked) == 1 else f"{len(asked)} questions are open"
    return f"{begun}: {names(asked)}."
