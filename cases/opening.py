"""Opening cases, by the thousand or one by one: every way in comes through here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction

from cases import clocks
from cases.models import Case, History, Origin, Priority, Verb
from cases.models.history import Actor
from smbcases import playbook
from smbcases.lib import bulk
from smbcases.lib.wake import wake


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A case to be opened. `tag` is handed back with the case, for whoever asked for it."""

    case_type: str
    category: str
    origin: Origin
    occurrence: str
    subject: str
    priority: Priority
    context: str = ""
    cta: str = ""
    description: str = ""
    link: str = ""
    account_id: int | None = None
    contact_id: int | None = None
    lead_id: int | None = None
    opportunity_id: int | None = None
    subscription_id: int | None = None
    region: str = ""
    language: str = ""
    web_email: str = ""
    meant_for_id: int | None = None
    filed_by_id: int | None = None
    department: str = ""
    case_reason: str = ""
    trigger_version: int | None = None
    history: dict[str, Any] = field(default_factory=dict)
    tag: object = None


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Drafts that became a case, with its id, and drafts for which there was one already."""

    cases: dict[int, Draft]
    refused: list[Draft]


@transaction.atomic
def open_cases(drafts: Sequence[Draft], *, now: datetime) -> Opened:
    """Open a case for each draft, with its first history row, and wake the routing.

    A draft whose trigger already has a case open on the account and opportunity, or had one for the occurrence,
    is refused by the database and comes back in `refused`.
    """
    if not drafts:
        return Opened(cases={}, refused=[])
    rules = playbook.active()
    by_id = dict(zip(bulk.reserve_ids(Case, len(drafts)), drafts, strict=True))
    fresh = _Fresh(rules=rules, now=now)
    kept = set(bulk.insert(Case, [{**fresh.columns(draft), "id": pk} for pk, draft in by_id.items()]))
    bulk.insert(History, [_history(pk, by_id[pk], now=now) for pk in sorted(kept)])
    wake("waiting")
    return Opened(
        cases={pk: draft for pk, draft in by_id.items() if pk in kept},
        refused=[draft for pk, draft in by_id.items() if pk not in kept],
    )


_COPIED = (
    "case_type category occurrence subject context cta description link account_id contact_id lead_id"
    " opportunity_id subscription_id language web_email meant_for_id filed_by_id department case_reason"
    " trigger_version"
).split()
_EMPTY = {
    "status": "open",
    "next_steps": "",
    "put_off": False,
    "answered": False,
    "resolution_action": "",
    "feedback": "",
    "version": 1,
}


class _Fresh:
    """The columns of cases that open now. Their clocks depend on type, priority and territory alone, so that a
    thousand alike are read once."""

    def __init__(self, *, rules: playbook.Playbook, now: datetime) -> None:
        self.rules = rules
        self.now = now
        self.clocks = lru_cache(maxsize=None)(self._clocks)

    def columns(self, draft: Draft) -> dict[str, Any]:
        territory = self.rules.territory_of(draft.region) or ""
        return {
            **_EMPTY,
            **{name: getattr(draft, name) for name in _COPIED},
            **self.clocks(draft.case_type, draft.priority, territory),
            "playbook": self.rules.key,
            "origin": str(draft.origin),
            "priority": int(draft.priority),
            "territory": territory,
            "opened_at": self.now,
            "queued_at": self.now,
            "takes_place": draft.case_type not in self.rules.capacity.free_case_types,
        }

    def _clocks(self, case_type: str, priority: Priority, territory: str) -> dict[str, Any]:
        case = Case(
            playbook=self.rules.key,
            case_type=case_type,
            priority=priority,
            territory=territory,
            opened_at=self.now,
            queued_at=self.now,
        )
        return clocks.read(case).columns()


def _history(pk: int, draft: Draft, *, now: datetime) -> dict[str, Any]:
    return {
        "case_id": pk,
        "version": 1,
        "at": now,
        "actor": str(Actor.TRIGGER if draft.origin == Origin.TRIGGER else Actor.PERSON),
        "person_id": draft.filed_by_id,
        "verb": str(Verb.OPENED),
        "data": draft.history,
        "text": "",
    }
