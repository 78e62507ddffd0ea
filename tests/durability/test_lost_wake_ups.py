"""A message is a wake-up and no more: without it the work is found by the beat, and nobody waits for the broker."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from smbcases.schedule import SCHEDULE
from tests.durability.desk import Desk
from tests.durability.sender import Sender
from tests.durability.story import Event
from tests.durability.waiting import wait_until

pytestmark = pytest.mark.durability
SLACK = 45.0  # seconds that a busy machine may add to an interval
TO_ACCEPT = 4.0  # seconds, at most, from an event to its 202 while Valkey is away; Celery itself would wait 5
TRIES = 3  # a busy machine is slow at times; a desk that waits for the broker is so each time


def account(name: str, *, number: int = 0) -> Event:
    return {
        "specversion": "1.0",
        "source": "crm",
        "id": f"{name}-account-{number}",
        "type": "crm.account.upserted",
        "time": "2026-01-05T09:00:00Z",
        "data": {"external_id": name, "name": name, "region": "AMER", "lam": 30, "carr": 5000},
    }


def hand_raised(name: str, *, number: int = 0) -> Event:
    event = {**account(name, number=number), "id": f"{name}-signal-{number}", "type": "product.hand_raised"}
    return {**event, "data": {"account": name}}


def has_owner(desk: Desk, name: str, *, case_type: str = "hand_raise_pql") -> bool:
    """Whether the account has such a case, and the case an advocate."""
    return bool(
        desk.count(
            "SELECT count(*) FROM cases_case c JOIN accounts_account a ON a.id = c.account_id"
            " WHERE a.external_id = %s AND c.case_type = %s AND c.owner_id IS NOT NULL",
            name,
            case_type,
        )
    )


def send(desk: Desk, *events: Event) -> Sender:
    with Sender(events, port=desk.port, key=desk.key).sending() as sender:
        return sender


@pytest.fixture
def known(desk: Desk, request: pytest.FixtureRequest) -> str:
    """An account with a case that has an owner."""
    name = str(request.node.name)[-30:]
    send(desk, account(name), hand_raised(name))
    wait_until(lambda: has_owner(desk, name), what="the case has an owner")
    return name


def interval(task: str) -> float:
    return float(next(job["schedule"] for job in SCHEDULE.values() if job["task"] == task))


def test_an_event_that_nobody_was_woken_for_is_found_by_the_beat(desk: Desk, known: str):
    desk.ask(
        "INSERT INTO accounts_event"
        " (source, event_id, type, subject, time, data, received_at, outcome, reason, waits_for)"
        " VALUES ('crm', 'silent', 'support.ticket_opened', '', now(), jsonb_build_object('account', %s),"
        " now(), 'received', '', '')",
        known,
    )

    wait_until(
        lambda: has_owner(desk, known, case_type="support_ticket"),
        within=interval("accounts.tasks.apply_events") + SLACK,
        what="the beat found the event",
    )


def test_a_case_that_nobody_was_woken_for_is_given_out_by_the_beat(desk: Desk, known: str):
    desk.ask(
        "UPDATE cases_case c SET owner_id = NULL FROM accounts_account a"
        " WHERE a.id = c.account_id AND a.external_id = %s",
        known,
    )

    wait_until(
        lambda: has_owner(desk, known),
        within=interval("routing.tasks.drain_pools") + SLACK,
        what="the beat gave the case out",
    )


@pytest.mark.parametrize("away", [Desk.without_valkey, Desk.with_frozen_valkey], ids=["dead", "frozen"])
def test_events_are_accepted_at_once_while_valkey_is(
    desk: Desk, away: Callable[[Desk], AbstractContextManager[None]], request: pytest.FixtureRequest
):
    slowest: list[float] = []
    while not slowest or (slowest[-1] >= TO_ACCEPT and len(slowest) < TRIES):
        slowest.append(_send_while(desk, away, name=f"{request.node.callspec.id}-{len(slowest)}"))
    assert min(slowest) < TO_ACCEPT, slowest


def _send_while(desk: Desk, away: Callable[[Desk], AbstractContextManager[None]], *, name: str) -> float:
    """The seconds that it took to accept the slowest of some events; what they bring is done once it is over."""
    desk.process("valkey")
    with away(desk):
        sender = send(desk, account(name), *[hand_raised(name, number=n) for n in range(8)])
    assert sender.retries == 0
    wait_until(lambda: has_owner(desk, name), what=f"the work is done after Valkey was away for {name}")
    return sender.slowest
