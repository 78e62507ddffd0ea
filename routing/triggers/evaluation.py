"""Triggers at work: events that came in, and the day's look at the whole book, become cases or a reason for none.

One worker at a time evaluates, a thousand events or one trigger in a transaction. What it opens, what it records
and the mark that it has looked are written together: run twice, it finds nothing left to do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Event
from cases import opening
from cases.models import Case
from routing.models import BookPass, Evaluation, Trigger, Verdict
from routing.models.triggers import Once
from routing.triggers import drafting, gathering
from routing.triggers.looks import Look, OpenKey, decide
from smbcases import playbook
from smbcases.lib import baton, bulk
from smbcases.lib.batches import batched

BATCH = 1000


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A look, its verdict, and the case that it opened or that stood in the way."""

    look: Look
    verdict: Verdict
    case_id: int | None = None


def evaluate_pending(*, now: datetime | None = None) -> int:
    """Look at every event that the book has taken in. Answers how many were looked at; 0 where another worker is
    at it."""
    return baton.relay(
        "triggers", step=lambda: _evaluate_batch(now=now or timezone.now()), pending=_pending.exists
    )


_pending = Event.objects.filter(applied_at__isnull=False, evaluated_at__isnull=True)


def _evaluate_batch(*, now: datetime) -> int:
    events = list(_pending.order_by("id")[:BATCH])
    if events:
        settle(_look_at(events, today=_day(now)), now=now)
        Event.objects.filter(pk__in=[event.pk for event in events]).update(evaluated_at=now)
    return len(events)


def evaluate_now(events: Sequence[Event], *, now: datetime) -> list[Settled]:
    """Look at these events in the caller's transaction; whoever made them marks them as looked at.

    Another worker may look at other events meanwhile: the database lets one of two open a case, and the other is told
    that it stands in the way.
    """
    return settle(_look_at(events, today=_day(now)), now=now)


def _look_at(events: Sequence[Event], *, today: date) -> list[Look]:
    by_type: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_type[event.type].append(event)
    looks: list[Look] = []
    for trigger in in_force().filter(wakes_on__overlap=list(by_type)):
        woken = [event for kind in trigger.wakes_on for event in by_type.get(kind, [])]
        looks += gathering.look_at_events(trigger, woken, today=today)
    return looks


def in_force() -> Any:
    """The triggers that are switched on of those that the active playbook still has, in its order."""
    rules = playbook.active()
    known = Trigger.objects.filter(playbook=rules.key, key__in=rules.triggers)
    return known.filter(enabled=True).order_by("position", "id")


def settle(looks: Sequence[Look], *, now: datetime) -> list[Settled]:
    """Decide each look, open the cases of those that come to one, and record every one with its values."""
    today, rules = _day(now), playbook.active()
    settled = _decide(looks, rules=rules, today=today)
    opened = _open([one.look for one in settled if one.verdict is Verdict.OPENED], rules=rules, now=now)
    settled = _with_cases(settled, opened)
    bulk.insert(Evaluation, [_row(one, now=now) for one in settled])
    return settled


def _decide(looks: Sequence[Look], *, rules: playbook.Playbook, today: date) -> list[Settled]:
    open_now = _load_open(looks)
    had = _load_occurrences(looks)
    settled = []
    for look in looks:
        verdict = decide(look, open_keys=open_now, occurrences=had, rules=rules, today=today)
        in_the_way = open_now.get(look.open_key) if verdict is Verdict.ALREADY_OPEN else None
        in_the_way = (
            had.get((look.trigger.key, look.occurrence)) if verdict is Verdict.SAME_OCCURRENCE else in_the_way
        )
        settled.append(Settled(look=look, verdict=verdict, case_id=in_the_way or None))
        if verdict is Verdict.OPENED:
            had[look.trigger.key, look.occurrence] = 0
            if look.account:
                open_now[look.open_key] = 0
    return settled


def _load_open(looks: Sequence[Look]) -> dict[OpenKey, int]:
    """The open cases that triggers have on these accounts."""
    accounts = {look.account.pk for look in looks if look.account}
    held = Case.objects.open().filter(origin="trigger", account__in=accounts)
    rows = held.values_list("case_type", "account_id", "opportunity_id", "pk")
    return {(case_type, account, opportunity): pk for case_type, account, opportunity, pk in rows}


def _load_occurrences(looks: Sequence[Look]) -> dict[tuple[str, str], int]:
    """The cases that these occurrences had already. An event that is looked at has had none."""
    names = {look.occurrence for look in looks if look.event is None or look.trigger.once_per != Once.EVENT}
    if not names:
        return {}
    types = {look.trigger.key for look in looks}
    had = Case.objects.filter(origin="trigger", occurrence__in=names, case_type__in=types)
    return {(case_type, name): pk for case_type, name, pk in had.values_list("case_type", "occurrence", "pk")}


def _open(looks: Sequence[Look], *, rules: playbook.Playbook, now: datetime) -> dict[int, int]:
    """Open a case for each look; answer the case's id by the look's identity."""
    today = _day(now)
    around = drafting.load_surroundings(looks, today=today)
    drafts = [drafting.draft(look, around=around, rules=rules, today=today) for look in looks]
    opened = opening.open_cases(drafts, now=now)
    return {id(draft.tag): pk for pk, draft in opened.cases.items()}


def _with_cases(settled: Sequence[Settled], opened: dict[int, int]) -> list[Settled]:
    """Name the cases: those just opened, also where one of them stood in the way of a later look.

    What the database refused was opened by somebody else since we looked.
    """
    new = {one.look.open_key: pk for one in settled if (pk := opened.get(id(one.look)))}
    return [_with_case(one, opened.get(id(one.look)), new=new) for one in settled]


def _with_case(one: Settled, case_id: int | None, *, new: Mapping[OpenKey, int]) -> Settled:
    if one.verdict is Verdict.OPENED:
        return replace(one, case_id=case_id, verdict=Verdict.OPENED if case_id else Verdict.ALREADY_OPEN)
    if one.verdict in _IN_THE_WAY and one.case_id is None:
        return replace(one, case_id=new.get(one.look.open_key))
    return one


_IN_THE_WAY = {Verdict.ALREADY_OPEN, Verdict.SAME_OCCURRENCE}


def _row(one: Settled, *, now: datetime) -> dict[str, Any]:
    look = one.look
    return {
        "trigger_id": look.trigger.pk,
        "version": look.trigger.version,
        "event_id": look.event.pk if look.event else None,
        "account_id": look.account.pk if look.account else None,
        "opportunity_id": look.opportunity_id,
        "case_id": one.case_id,
        "verdict": str(one.verdict),
        "occurrence": look.occurrence,
        "values": look.values,
        "at": now,
    }


def look_at_book(*, now: datetime | None = None) -> int:
    """Let each daily trigger that has not done so today look at the whole book. Answers how many cases opened."""
    opened = 0
    for trigger in due_today(now=now or timezone.now()):
        try:
            with transaction.atomic():
                baton.take("triggers")
                opened += _pass(trigger, now=now or timezone.now())
        except baton.BatonTaken:
            break
    return opened


def due_today(*, now: datetime) -> Any:
    """The daily triggers that have not looked at the book on this day (of UTC)."""
    done = BookPass.objects.filter(day=_day(now)).values("trigger")
    return in_force().filter(daily=True).exclude(pk__in=done)


def _pass(trigger: Trigger, *, now: datetime) -> int:
    day = _day(now)
    record, is_new = BookPass.objects.get_or_create(trigger=trigger, day=day, defaults={"at": now})
    if not is_new:
        return 0
    for rows in batched(gathering.new_in_book(trigger, today=day).iterator(chunk_size=BATCH), BATCH):
        settled = settle(gathering.look_at_rows(trigger, rows, today=day), now=now)
        record.matched += len(settled)
        record.opened += sum(one.verdict is Verdict.OPENED for one in settled)
    record.suppressed = record.matched - record.opened
    record.save(update_fields=["matched", "opened", "suppressed"])
    return record.opened


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()
