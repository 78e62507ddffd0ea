"""When the next case of a queue goes out, as far as it can be known. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from routing.ranking import Candidate, Need, Verdict, is_full, verdict

WITHOUT_REGION = "When its region is known"


def say(candidates: Sequence[Candidate], *, routing: Literal["push", "pull"]) -> str:
    """In words: at once, on somebody's first day back, or when a place is free."""
    if not any(one.active and one.takes_turns for one in candidates):
        return "When the team has an advocate"
    free = [one for one in candidates if verdict(one, need=Need()) is Verdict.ELIGIBLE]
    if routing == "pull":
        have = "has" if len(free) == 1 else "have"
        return f"When it is taken: {len(free)} {have} room" if free else _when_free(candidates)
    if free:
        return "At the next look, if who is free speaks its language"
    return _when_free(candidates)


def _when_free(candidates: Sequence[Candidate]) -> str:
    back = [
        (one.back_on, one.name)
        for one in candidates
        if one.active and one.takes_turns and one.back_on and not is_full(one, need=Need())
    ]
    if not back:
        return "When a place is free"
    day, name = min(back)
    first = date.fromisoformat(day)
    return f"When a place is free; at the latest when {name} is back on {first.day} {first:%b}"
