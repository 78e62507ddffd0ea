"""The inbox into the book: events are applied in sets, and each is told what became of it.

One worker at a time does it. Whatever stops it, the set's transaction is undone and the next look finds the
events as they were. An event that cannot be applied is refused with the reason and holds up no other.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import orjson
from django.db import DataError, IntegrityError, transaction
from django.db.models import Exists, OuterRef, TextField
from django.db.models.functions import Cast, Substr

from accounts import arrivals
from accounts.arrivals import Arrived, Became
from accounts.models import Event
from accounts.models.events import Outcome
from accounts.records import apply_records
from accounts.references import MODELS, Known
from smbcases.lib import baton, bulk
from smbcases.lib.wake import wake

logger = logging.getLogger(__name__)

AT_A_TIME = 1_000
BATON = "apply events"
TAKEN_IN = frozenset({Outcome.APPLIED, Outcome.SIGNAL})
_TO_EVALUATE = TAKEN_IN | {Outcome.WAITING}
_POISON = (DataError, IntegrityError, ArithmeticError, LookupError, TypeError, ValueError)


def apply_pending(*, now: datetime) -> int:
    """Apply every event received; answer how many were looked at, 0 where another worker is at it."""
    return baton.relay(BATON, step=partial(_step, now=now), pending=_received().exists)


def apply_events(events: Sequence[Arrived], *, now: datetime) -> dict[int, Became]:
    """Apply these, records before signals; answer by id what became of each.

    Where the set cannot be written, its halves are tried, down to the event that is the cause: that one is
    refused.
    """
    try:
        with transaction.atomic():
            return apply_records(events=events, now=now) | _place_signals(events)
    except _POISON as error:
        if len(events) == 1:
            logger.exception("Event %s could not be applied.", events[0].id)
            return {events[0].id: Became(outcome=Outcome.REFUSED, reason=_sentence(error))}
    half = len(events) // 2
    return apply_events(events[:half], now=now) | apply_events(events[half:], now=now)


def release(*, records: Iterable[str]) -> int:
    """Let the events that wait for these records, such as account:001A, be applied; answer how many."""
    waiting = Event.objects.filter(outcome=Outcome.WAITING, waits_for__in=list(records))
    return waiting.update(outcome=Outcome.RECEIVED, waits_for="")


def release_known() -> int:
    """Let the events be applied whose record came another way than by event, such as by hand in the admin."""
    released = 0
    for kind, model in MODELS.items():
        waiting = Event.objects.filter(outcome=Outcome.WAITING, waits_for__startswith=f"{kind}:")
        named = waiting.annotate(named=Substr("waits_for", len(kind) + 2))
        held = model._default_manager.filter(external_id=OuterRef("named"))
        released += named.filter(Exists(held)).update(outcome=Outcome.RECEIVED, waits_for="")
    return released


def _received() -> Any:
    return Event.objects.filter(outcome=Outcome.RECEIVED)


def _step(*, now: datetime) -> int:
    events = _load()
    if not events:
        return 0
    became = apply_events(events, now=now)
    _record(became, now=now)
    release(
        records=(f"{event.kind.record}:{event.external_id}" for event in events if _written(event, became))
    )
    if any(each.outcome in TAKEN_IN for each in became.values()):
        wake("applied")
    return len(events)


def _load() -> list[Arrived]:
    rows = _received().annotate(json=Cast("data", TextField())).order_by("id")[:AT_A_TIME]
    return [
        Arrived(id=pk, type=kind, time=time, data=orjson.loads(data))
        for pk, kind, time, data in rows.values_list("id", "type", "time", "json")
    ]


def _written(event: Arrived, became: dict[int, Became]) -> bool:
    return became[event.id].outcome == Outcome.APPLIED


def _place_signals(events: Sequence[Arrived]) -> dict[int, Became]:
    """Find the account that each signal is about, once all that it names is there."""
    signals = [event for event in events if not event.kind.record]
    known = Known()
    arrivals.load_references(known, signals)
    return {event.id: _place(event, known) for event in signals}


def _place(event: Arrived, known: Known) -> Became:
    """The account named, else that of the first record named which has one."""
    if waits_for := arrivals.missing(known, event):
        return Became(outcome=Outcome.WAITING, waits_for=waits_for)
    named = (known.get(field.refers_to, event.data.get(field.name)) for field in event.kind.references)
    account_id = next((held.account_id for held in named if held and held.account_id), None)
    reason = "" if account_id else "It names no account, nor a record that has one."
    return Became(outcome=Outcome.SIGNAL, reason=reason, account_id=account_id)


def _record(became: dict[int, Became], *, now: datetime) -> None:
    """Write the outcomes. Triggers look at what was taken in; nobody needs to look at what was left alone."""
    rows = [
        {
            "id": pk,
            "outcome": each.outcome.value,
            "reason": each.reason,
            "waits_for": each.waits_for,
            "account_id": each.account_id,
            "applied_at": now if each.outcome in TAKEN_IN else None,
            "evaluated_at": None if each.outcome in _TO_EVALUATE else now,
        }
        for pk, each in became.items()
    ]
    bulk.update(Event, rows)


def _sentence(error: Exception) -> str:
    first_line = str(error).strip().partition("\n")[0]
    return f"The book could not take it in: {first_line}"[:500]
