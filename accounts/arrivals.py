"""An event on its way into the book, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from accounts import event_types
from accounts.event_types import EventType
from accounts.models.events import Outcome
from accounts.references import MODELS, Known


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """An event as it lies in the inbox; `id` is its number there, later arrivals having higher ones."""

    id: int
    type: str
    time: datetime
    data: Mapping[str, Any]

    @cached_property
    def kind(self) -> EventType:
        return event_types.ALL[self.type]

    @cached_property
    def external_id(self) -> str:
        """Of the record that the event upserts."""
        return str(self.data["external_id"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Became:
    """What became of an event. `waits_for` is such as account:001A."""

    outcome: Outcome
    reason: str = ""
    waits_for: str = ""
    account_id: int | None = None


def outdated(*, held_as_of: datetime, account_id: int | None) -> Became:
    reason = f"The book holds a later state, of {held_as_of.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC."
    return Became(outcome=Outcome.OUTDATED, reason=reason, account_id=account_id)


def kept(names: Sequence[str]) -> str:
    """A sentence for the fields that an applied event left alone; empty where there are none."""
    return f"Changed here later, so left as it is: {', '.join(names)}." if names else ""


def load_references(known: Known, events: Sequence[Arrived]) -> None:
    """Load every record that these events refer to: at most one query for each kind."""
    named: dict[str, set[str]] = {kind: set() for kind in MODELS}
    for event in events:
        for field in event.kind.references:
            if external_id := event.data.get(field.name):
                named[field.refers_to].add(external_id)
    for kind, external_ids in named.items():
        known.load_missing(kind, external_ids)


def missing(known: Known, event: Arrived) -> str:
    """The first record that the event must wait for, such as account:001A; empty where all are there."""
    for field in event.kind.references:
        external_id = event.data.get(field.name)
        if external_id and not field.soft and known.get(field.refers_to, external_id) is None:
            return f"{field.refers_to}:{external_id}"
    return ""
