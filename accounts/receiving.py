"""Events come in: each is checked, the good ones are committed, then the sender is told.

An event that is on file already, by `(source, id)`, is answered as the first time and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import orjson
from django.db import transaction

from accounts import checking
from accounts.checking import Fit
from accounts.faulting import Fault
from accounts.models import Event
from accounts.models.events import Outcome
from smbcases.lib import bulk
from smbcases.lib.wake import wake


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the sender is told of one event. `source` and `id` are empty where it has none."""

    source: str
    id: str
    faults: tuple[Fault, ...] = ()

    @property
    def is_kept(self) -> bool:
        return not self.faults

    @property
    def href(self) -> str:
        return f"/api/events/{quote(self.source, safe='')}/{quote(self.id, safe='')}"


def receive(events: Sequence[Any], *, now: datetime) -> list[Answer]:
    """Commit the events that are fit; answer for each in the order given."""
    fit: list[Fit] = []
    answers: list[Answer] = []
    for event in events:
        try:
            checked = checking.check(event, now=now)
        except checking.Unfit as unfit:
            answers.append(Answer(source=_text(event, "source"), id=_text(event, "id"), faults=unfit.faults))
        else:
            fit.append(checked)
            answers.append(Answer(source=checked.source, id=checked.id))
    if fit:
        keep(fit, now=now)
    return answers


def keep(events: Sequence[Fit], *, now: datetime) -> None:
    """Commit the events that are not on file yet, and wake whoever applies them.

    Ids follow the order given. Rows are written in the order of their keys, so that two clients that send the
    same events in different orders wait for each other instead of locking each other out.
    """
    with transaction.atomic():
        ids = bulk.reserve_ids(Event, len(events))
        rows = [_row(event, key=key, now=now) for event, key in zip(events, ids, strict=True)]
        bulk.insert(Event, sorted(rows, key=lambda row: (row["source"], row["event_id"], row["id"])))
        wake("events")


def _row(event: Fit, *, key: int, now: datetime) -> dict[str, Any]:
    return {
        "id": key,
        "source": event.source,
        "event_id": event.id,
        "type": event.type,
        "subject": event.subject,
        "time": event.time,
        "data": orjson.Fragment(event.data),
        "received_at": now,
        "outcome": Outcome.RECEIVED.value,
        "reason": "",
        "waits_for": "",
    }


def _text(event: Any, attribute: str) -> str:
    value = event.get(attribute) if isinstance(event, dict) else None
    return value if isinstance(value, str) else ""
