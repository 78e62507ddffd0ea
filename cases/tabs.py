"""The views of a list that people switch between, each with its rows and its orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from cases import counts
from cases.models.case import Cases


@dataclass(frozen=True, kw_only=True)
class Order:
    """Fields to order by; the last one is unique. One that `needs` filters is offered where one of them is set.

    `by_halves`: open and closed cases have each an index of that order, and none has both.
    """

    name: str
    fields: tuple[str, ...]
    needs: tuple[str, ...] = ()
    by_halves: bool = False


@dataclass(frozen=True, kw_only=True)
class Tab:
    """`nothing` and `what_then` are said where it is empty. `is_whole`: open and closed cases stand together.
    `goes_back`: there are closed cases of years."""

    key: str
    name: str
    narrow: Callable[[Cases, datetime], Cases]
    orders: Mapping[str, Order]
    nothing: str
    what_then: str = ""
    is_whole: bool = False
    goes_back: bool = False

    @property
    def first_order(self) -> str:
        return next(iter(self.orders))


DUE = Order(name="Due first", fields=("due_at", "id"))
TOUCH = Order(name="First touch first", fields=("next_touch_on", "id"))
NEWEST = Order(name="Newest first", fields=("-id",))
OLDEST = Order(name="Oldest first", fields=("id",))
PRIORITY = Order(name="Highest priority", fields=("-priority", "due_at", "id"))
LAST_CLOSED = Order(name="Last closed first", fields=("-closed_at", "-id"))
LAST_OPENED = Order(name="Last opened first", fields=("-opened_at", "-id"), by_halves=True)
LAST_PICKED_UP = Order(
    name="Last picked up first",
    fields=("-picked_up_at", "-id"),
    needs=("picked_from", "picked_before"),  # without which there are cases that nobody has picked up
    by_halves=True,
)
LONGEST_WAIT = Order(name="Longest wait first", fields=("queued_at", "id"))
FIRST_CLOSED = Order(name="First closed first", fields=("closed_at", "id"))

_OPEN = {"due": DUE, "newest": NEWEST, "oldest": OLDEST, "priority": PRIORITY}
_CLOSED = {"closed": LAST_CLOSED, "first_closed": FIRST_CLOSED}
_BY_ID = {"newest": NEWEST, "oldest": OLDEST}
_ANY = {**_BY_ID, "opened": LAST_OPENED}

IN_HAND = Tab(
    key="in_hand",
    name="In hand",
    narrow=lambda cases, _now: cases.on_desk(),
    orders=_OPEN,
    nothing="Nothing in hand.",
    what_then="New cases arrive by themselves, in your turn.",
)
MINE = (
    Tab(
        key="to_pick_up",
        name="To pick up",
        narrow=lambda cases, _now: cases.to_pick_up(),
        orders=_OPEN,
        nothing="Nothing to pick up.",
        what_then="New cases arrive by themselves, in your turn.",
    ),
    IN_HAND,
    Tab(
        key="due_today",
        name="Due today",
        narrow=lambda cases, now: cases.on_desk().filter(due_at__lte=counts.end_of_today(now=now)),
        orders=_OPEN,
        nothing="Nothing is due today.",
        what_then="What is due next stands first under In hand.",
    ),
    Tab(
        key="touches",
        name="Touches",
        narrow=lambda cases, now: cases.touch_due(timezone.localdate(now)),
        orders={"touch": TOUCH, **_OPEN},
        nothing="No touch is due.",
        what_then="After a pick-up, the cadence says here when to mail or call. An answer stops it.",
    ),
    Tab(
        key="later",
        name="Later",
        narrow=lambda cases, _now: cases.later(),
        orders=_OPEN,
        nothing="Nothing is put off.",
        what_then="When a customer asks for a later date, put the case off: it comes back on that day.",
    ),
    Tab(
        key="high_value",
        name="High value",
        narrow=lambda cases, _now: cases.open().filter(category="high_value"),
        orders=_OPEN,
        nothing="You have no High Value cases.",
        what_then="They take no place and stay open through the fiscal year.",
    ),
    Tab(
        key="closed",
        name="Closed",
        narrow=lambda cases, _now: cases.closed(),
        orders=_CLOSED,
        nothing="Nothing closed yet.",
        what_then="Closed cases stay here, last closed first.",
    ),
)
OPEN = Tab(
    key="open",
    name="Open",
    narrow=lambda cases, _now: cases.open(),
    orders=_ANY,
    nothing="No open cases.",
    what_then="They appear as events and colleagues open them.",
)
ALL = (
    OPEN,
    Tab(
        key="waiting",
        name="Waiting",
        narrow=lambda cases, _now: cases.waiting(),
        orders={**_ANY, "waited": LONGEST_WAIT},
        nothing="No case waits for an advocate.",
        what_then="A case waits here when nobody in its territory has a free place.",
    ),
    Tab(
        key="closed",
        name="Closed",
        narrow=lambda cases, _now: cases.closed(),
        orders={**_CLOSED, **_ANY},
        nothing="Nothing closed yet.",
        goes_back=True,
    ),
    Tab(
        key="all",
        name="All",
        narrow=lambda cases, _now: cases,
        orders={**_ANY, "picked": LAST_PICKED_UP},
        nothing="No cases.",
        is_whole=True,
        goes_back=True,
    ),
)
