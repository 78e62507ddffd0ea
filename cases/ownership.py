"""Whose a case is: the one place where an owner is set. Who it should be is decided elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Person
from cases import clock_rules, writing
from cases.models import Case, Verb
from cases.models.history import Actor
from cases.writing import Change, Entry


@dataclass(frozen=True, kw_only=True)
class Gift:
    """A locked case and its new owner, with what the history shall say of it."""

    case: Case
    owner_id: int
    owner_name: str
    rule: str
    verb: Verb = Verb.ASSIGNED
    by: Person | None = None
    reason: str = ""


def give(gifts: Sequence[Gift], *, now: datetime) -> None:
    """Set the owners. A pick-up clock that runs from the assignment starts anew, with no miss of its own, but for a
    case that is already being worked. One that runs from the queue goes on, and what it missed it has missed."""
    writing.write([change_of(gift, now=now) for gift in gifts], now=now)


def change_of(gift: Gift, *, now: datetime) -> Change:
    """What the gift does to its case."""
    columns: dict[str, Any] = {"owner_id": gift.owner_id, "assigned_at": now}
    if gift.case.picked_up_at is None and clock_rules.of(gift.case.playbook).from_assigned:
        columns["pick_up_missed_at"] = None
    data = {"to": gift.owner_name, "to_id": gift.owner_id, "rule": gift.rule}
    if gift.case.owner_id is not None:
        data["from_id"] = gift.case.owner_id
    entry = Entry(
        verb=gift.verb,
        actor=Actor.PERSON if gift.by else Actor.ROUTING,
        person=gift.by,
        data=data,
        text=gift.reason,
    )
    return Change(case=gift.case, columns=columns, entries=[entry])
