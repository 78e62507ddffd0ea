"""What a CRM sends in one go: 2,000 events about 220 accounts, out of order, with a good many sent twice.

The same story each time but for the mark in its ids, so that two tellings can be compared. No date in it is near,
so that the day's look at the book opens nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

Event = dict[str, Any]
SIZE = 2_000
SENT_TWICE = 150
ACCOUNTS = 220

_BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_REGIONS = ("AMER", "EMEA", "AMER", "APJ")
_OF_ACCOUNT = (
    "sales.contact_requested",
    "product.hand_raised",
    "support.ticket_opened",
    "sales.referral_made",
    "product.user_limit_reached",
    "product.duo_trial_started",
)


def tell(mark: str) -> list[Event]:
    """The events in the order of sending; what was sent twice comes again somewhere behind."""
    chance = random.Random(7)
    events = [*_records(mark), *_signals(mark)]
    events = [_enveloped(event, number=n, mark=mark) for n, event in enumerate(events)]
    assert len(events) == SIZE
    chance.shuffle(events)
    accounts = [event for event in events if event["type"] == "crm.account.upserted"]
    others = [event for event in events if event["type"] != "crm.account.upserted"]
    first = others[: len(others) // 3]  # about accounts that nobody has heard of yet
    rest = others[len(others) // 3 :] + accounts
    chance.shuffle(rest)
    again = [rest[0], *chance.sample(first + rest, SENT_TWICE - 1)]
    return first + rest + again


def _records(mark: str) -> Iterator[Event]:
    for n in range(ACCOUNTS):
        yield from (_account(mark, n, state=state) for state in range(1, 4 if n % 2 else 3))
        yield _data(
            "crm.contact.upserted", external_id=f"{mark}C{n}", account=f"{mark}A{n}", name=f"Person {n}"
        )
        yield _opportunity(mark, n)
        if n % 2 == 0:
            yield _subscription(mark, n)
            yield _activity(mark, n)


def _account(mark: str, n: int, *, state: int) -> Event:
    """Each in several states, of which the last is the one to hold; every eleventh is not ours to serve."""
    return _data(
        "crm.account.upserted",
        minute=state,
        external_id=f"{mark}A{n}",
        name=f"Account {n}, state {state}",
        region=_REGIONS[n % len(_REGIONS)],
        employees=900 if n % 11 == 0 else 40,
        carr=4_000 + 10 * state,
        lam=30,
    )


def _opportunity(mark: str, n: int) -> Event:
    return _data(
        "crm.opportunity.upserted",
        external_id=f"{mark}O{n}",
        account=f"{mark}A{n}",
        name=f"Renewal {n}",
        kind="renewal",
        stage="2_scoping",
        close_on="2099-06-30",
        risk="will_churn" if n % 3 == 0 else "low",
    )


def _subscription(mark: str, n: int) -> Event:
    return _data(
        "crm.subscription.upserted",
        external_id=f"{mark}S{n}",
        account=f"{mark}A{n}",
        seats=40,
        seats_used=20,
        starts_on="2026-01-01",
        renews_on="2099-07-01",
    )


def _activity(mark: str, n: int) -> Event:
    return _data(
        "crm.activity.upserted",
        external_id=f"{mark}T{n}",
        account=f"{mark}A{n}",
        contact=f"{mark}C{n}",
        opportunity=f"{mark}O{n}",
        kind="call",
        happened_at="2026-01-02T10:00:00Z",
    )


def _signals(mark: str) -> Iterator[Event]:
    """As many as are missing to the full number; one of a kind and account opens a case, a second one does not."""
    wanted = SIZE - sum(1 for _ in _records(mark))
    for number in range(wanted):
        round_, n = divmod(number, ACCOUNTS)
        if round_ == 0:
            yield _data(
                "billing.renewal_payment_failed",
                account=f"{mark}A{n}",
                contact=f"{mark}C{n}",
                opportunity=f"{mark}O{n}",
            )
        else:
            kind = _OF_ACCOUNT[(n + round_ % 3) % len(_OF_ACCOUNT)]
            yield _data(kind, account=f"{mark}A{n}", message=f"Number {number}")


def _data(type_: str, /, *, minute: int = 0, **data: Any) -> Event:
    return {"type": type_, "time": (_BEGAN + timedelta(minutes=minute)).isoformat(), "data": data}


def _enveloped(event: Event, *, number: int, mark: str) -> Event:
    return {"specversion": "1.0", "source": "crm", "id": f"{mark}{number}", **event}
