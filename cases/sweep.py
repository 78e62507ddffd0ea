"""Takes the steps that the clocks ask for by now, and brings back on its day what was put off.

Each case stores when it must be looked at next, under a partial index; nothing due costs one index probe. Rows are
claimed with SKIP LOCKED, and what was done moves the instant on in the same transaction, so that sweeps may overlap
and act once. Where all clocks of a playbook count calendar time the database marks thousands in one statement
(`marking`); otherwise, and to compare with, they are decided here one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from cases import case_territory, clocks, ladders, marking, writing
from cases.ladders import Taken
from cases.marking import Due, Marked
from cases.models import Case, DueKind, Verb
from cases.models.history import Actor
from cases.talk import overdue
from cases.talk.overdue import Told
from cases.writing import Change, Entry

BATCH = 1000


def sweep(*, now: datetime) -> int:
    """Act on every case whose next alert has come. Answers how many."""
    return sum(_sweep(due, now=now) for due in marking.find(now=now))


def _sweep(due: Due, *, now: datetime) -> int:
    """All that is due of one kind, batch by batch."""
    if due.is_later:
        return _until_done(_wake_batch, due, now=now)
    if marking.is_plain(due.playbook):
        return _mark(due, now=now)
    return _until_done(decide_batch, due, now=now)


def _until_done(step: Callable[..., int], due: Due, *, now: datetime) -> int:
    acted = 0
    while True:
        batch = step(due, now=now)
        acted += batch
        if batch < BATCH:
            return acted


def _mark(due: Due, *, now: datetime) -> int:
    acted, since = 0, None
    while True:
        marked = _mark_batch(due, since=since, now=now)
        acted += marked.count
        since = marked.until
        if marked.count < marking.BATCH:
            return acted


@transaction.atomic
def _mark_batch(due: Due, *, since: datetime | None, now: datetime) -> Marked:
    marked = marking.mark(due, now=now, since=since)
    overdue.tell(marked.told, now=now)
    return marked


def _claim(due: Due, *, now: datetime) -> list[Case]:
    claimed = marking.claimable(due, now=now).select_related("owner").order_by("alert_at", "id")
    return list(claimed.select_for_update(skip_locked=True, of=("self",))[:BATCH])


@transaction.atomic
def _wake_batch(due: Due, *, now: datetime) -> int:
    cases = _claim(due, now=now)
    writing.write([_woken(case, now=now) for case in cases], now=now)
    return len(cases)


@transaction.atomic
def decide_batch(due: Due, *, now: datetime) -> int:
    """Claim cases, decide what each asks for, write and tell. Answers how many."""
    cases = _claim(due, now=now)
    decided = [(case, _take(case, now=now)) for case in cases]
    changes = [change for case, taken in decided if (change := _marked(case, taken, now=now))]
    writing.write(changes, now=now)
    marked = {change.case.pk for change in changes}
    writing.note_alerts([case for case in cases if case.pk not in marked], now=now)
    overdue.tell([told for case, taken in decided for told in _told(case, taken)], now=now)
    return len(cases)


def _take(case: Case, *, now: datetime) -> list[Taken]:
    return ladders.take(clocks.running(case), after=case.alerted_at, now=now)


_MARKS = {DueKind.PICK_UP: "pick_up_missed_at", DueKind.LIMIT: "limit_passed_at"}


def _marked(case: Case, taken: Sequence[Taken], *, now: datetime) -> Change | None:
    """The marks that the case gets, in the order of its history; None where it gets none."""
    passed = [clock for clock in _MARKS if any(one.marks and one.clock == clock for one in taken)]
    if not passed:
        return None
    entries = [Entry(verb=Verb.OVERDUE, actor=Actor.CLOCK, data={"clock": str(clock)}) for clock in passed]
    columns: dict[str, Any] = {_MARKS[clock]: now for clock in passed}
    return Change(case=case, columns={**columns, "alerted_at": now}, entries=entries)


def _told(case: Case, taken: Sequence[Taken]) -> list[Told]:
    territory = case_territory.territory_of(case)
    return [overdue.told_of(one.clock, one.rungs, case=case, territory=territory) for one in taken]


def _woken(case: Case, *, now: datetime) -> Change:
    """Back to whom it was with, who picks it up anew, or in the queue: as the playbook says.

    It needs a place again. So the routing gives it back, which knows whether its advocate has one free and is there;
    a case that takes no place just stays with its advocate.
    """
    columns: dict[str, Any] = {
        "deferred_until": None,
        "picked_up_at": None,
        "answered": False,
        "pick_up_missed_at": None,
        "assigned_at": now,
        "queued_at": now,
    }
    returns = case.owner_id is not None and case.rules.later.returns_to == "owner"
    if returns and case.takes_place:
        columns |= {"owner_id": None, "assigned_at": None, "meant_for_id": case.owner_id}
    elif not returns:
        columns |= {"owner_id": None, "assigned_at": None}
    return Change(case=case, columns=columns, entries=[Entry(verb=Verb.WOKE, actor=Actor.CLOCK)])
