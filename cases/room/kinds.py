"""What there is to tidy, in the order in which a room is tidied."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cases.dashboards.blocks import Tone


class Kind(StrEnum):
    """The first six are of cases, and filters of All cases by these names."""

    STALE = "stale"
    TARGET = "target"
    STEP = "step"
    CLOSE_DATE = "close_date"
    REQUIRED = "required"
    LATER = "later"
    ACCOUNTS = "accounts"
    OPPORTUNITIES = "opportunities"
    TASKS = "tasks"


OF_CASES = (Kind.STALE, Kind.TARGET, Kind.STEP, Kind.CLOSE_DATE, Kind.REQUIRED, Kind.LATER)
OF_THE_BOOK = (Kind.ACCOUNTS, Kind.OPPORTUNITIES)


@dataclass(frozen=True, kw_only=True)
class Words:
    """`one` and `many` are what a summary counts: 1 stale case, 3 stale cases. `about`: why it is untidy."""

    name: str
    one: str
    many: str
    about: str
    tone: Tone = "soon"


WORDS = {
    Kind.STALE: Words(
        name="Stale",
        one="stale case",
        many="stale cases",
        about="Open longer than the limit. Close it, or put it off if the customer asked for that.",
        tone="late",
    ),
    Kind.TARGET: Words(
        name="Past the target",
        one="case past its target",
        many="cases past their target",
        about="Still within the limit, and longer open than they should be.",
    ),
    Kind.STEP: Words(
        name="Next step overdue",
        one="next step overdue",
        many="next steps overdue",
        about="Its day is over. Say what happens next, and when.",
        tone="late",
    ),
    Kind.CLOSE_DATE: Words(
        name="Close date past",
        one="close date past",
        many="close dates past",
        about="The opportunity should have closed by now. Set a date that holds, or close it.",
    ),
    Kind.REQUIRED: Words(
        name="Required 10 gaps",
        one="case with Required 10 gaps",
        many="cases with Required 10 gaps",
        about="What each lacks stands beside it; close dates that are past have a part of their own.",
    ),
    Kind.LATER: Words(
        name="Later is over",
        one="case whose later day is over",
        many="cases whose later day is over",
        about="Put off until a day that is here. It comes back by itself within minutes.",
    ),
    Kind.ACCOUNTS: Words(
        name="Accounts in a name",
        one="account in your name",
        many="accounts in your name",
        about="The region’s Sales User owns the accounts of SMB; people own cases.",
    ),
    Kind.OPPORTUNITIES: Words(
        name="Opportunities in a name",
        one="opportunity in your name",
        many="opportunities in your name",
        about="The region’s Sales User owns the open opportunities of SMB; people own cases.",
    ),
    Kind.TASKS: Words(
        name="Tasks overdue",
        one="task overdue",
        many="tasks overdue",
        about="Tick it off, or choose another day.",
    ),
}


def counted(kind: Kind, count: int) -> str:
    """`3 stale cases`."""
    words = WORDS[kind]
    return f"{count:,} {words.one if count == 1 else words.many}"
