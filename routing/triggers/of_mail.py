"""Mails that came in, put before the triggers at once: they open what they would have opened for an event by API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.models import Event
from accounts.models.events import Outcome as Became
from cases.intake.opening import LONGEST_BODY, Outcome, Request
from cases.models import Case, Origin
from routing.models import Verdict
from routing.triggers import evaluation
from routing.triggers.evaluation import Settled
from smbcases.lib import bulk

TYPE = "mail.received"
SOURCE = "/mail"
_NO_TRIGGER = "No case type is switched on that mail opens."


def open_cases(requests: Sequence[Request], *, now: datetime) -> Mapping[str, Outcome]:
    """Keep an event for each request and let the triggers look at it, in the caller's transaction.

    The event says in *Why* what opened the case; it is marked as looked at, so that nobody looks again.
    """
    ids = dict(zip((one.key for one in requests), bulk.reserve_ids(Event, len(requests)), strict=True))
    bulk.insert(Event, [_row(one, pk=ids[one.key], now=now) for one in requests])
    events = list(Event.objects.filter(pk__in=ids.values()).order_by("id"))
    settled: dict[int, list[Settled]] = {event.pk: [] for event in events}
    for one in evaluation.evaluate_now(events, now=now):
        if one.look.event:
            settled[one.look.event.pk].append(one)
    in_the_way = _load_open(requests)
    return {one.key: _outcome(one, ids[one.key], settled[ids[one.key]], in_the_way) for one in requests}


def _row(one: Request, *, pk: int, now: datetime) -> dict[str, Any]:
    data = {
        "from": one.from_address,
        "from_name": one.from_name,
        "to": one.to,
        "subject": one.subject,
        "body": one.body[:LONGEST_BODY],
        "message_id": one.message_id,
        "contact": one.contact,
        "lead": one.lead,
    }
    return {
        "id": pk,
        "source": SOURCE,
        "event_id": one.key,
        "type": TYPE,
        "subject": "",
        "time": now,
        "data": {name: value for name, value in data.items() if value},
        "received_at": now,
        "outcome": str(Became.SIGNAL),
        "reason": "" if one.account_id else "The sender was not recognised.",
        "waits_for": "",
        "account_id": one.account_id,
        "applied_at": now,
        "evaluated_at": now,
    }


def _outcome(one: Request, event_id: int, looks: Sequence[Settled], in_the_way: Mapping[int, int]) -> Outcome:
    for look in looks:
        if look.verdict is Verdict.OPENED and look.case_id:
            return Outcome(case_id=look.case_id, is_new=True, event_id=event_id)
    held_up = [look for look in looks if look.verdict is Verdict.ALREADY_OPEN]
    if held_up:
        case_id = next(
            (look.case_id for look in held_up if look.case_id), in_the_way.get(one.account_id or 0)
        )
        return Outcome(case_id=case_id, is_new=False, event_id=event_id, why=held_up[0].verdict.label)
    why = looks[0].verdict.label if looks else _NO_TRIGGER
    return Outcome(case_id=None, is_new=False, event_id=event_id, why=why)


def _load_open(requests: Sequence[Request]) -> dict[int, int]:
    """The open case of each account that a mail would have opened: one may have come at this very moment."""
    types = [trigger.key for trigger in evaluation.in_force().filter(wakes_on__contains=[TYPE])]
    accounts = {one.account_id for one in requests if one.account_id}
    held = Case.objects.open().filter(origin=Origin.TRIGGER, case_type__in=types, account__in=accounts)
    return {account: pk for account, pk in held.values_list("account_id", "pk") if account}
