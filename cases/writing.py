"""The one writer of cases: changed columns, clocks, version and history row in one transaction.

Load (locked), decide, and hand what was decided to `write`. Nothing else changes a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Person
from cases import clocks, spans, touches
from cases.following import follows
from cases.models import Case, History, Verb
from cases.models.history import Actor
from cases.talk import alerts
from smbcases.lib import bulk
from smbcases.lib.refusal import Refusal
from smbcases.lib.wake import wake


class StaleCase(Refusal):
    """The case has changed since the page was opened; `changes` says what was done, newest last."""

    name = "stale-case"
    status = 412
    title = "The case has changed since you opened it"

    def __init__(self, case: Case, changes: Sequence[History]) -> None:
        super().__init__(f"{case.number} was changed while you worked on it. Nothing of yours was saved yet.")
        self.case = case
        self.changes = changes


class NoSuchCase(Refusal):
    name = "no-such-case"
    status = 404
    title = "There is no such case"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A history row to be: who did what, with the keys from and to in `data`."""

    verb: Verb
    actor: Actor = Actor.PERSON
    person: Person | None = None
    data: dict[str, Any] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a decision does to a locked case: columns by attribute name, and its history."""

    case: Case
    columns: dict[str, Any]
    entries: Sequence[Entry]


def lock(case_ids: Iterable[int]) -> dict[int, Case]:
    """Lock the cases in id order, so that two who lock the same ones never wait for each other in a ring."""
    ids = sorted(set(case_ids))
    locked = Case.objects.select_for_update(of=("self",)).select_related(
        "owner", "account", "opportunity", "lead"
    )
    return {case.pk: case for case in locked.filter(pk__in=ids).order_by("pk")}


def lock_one(case_id: int, *, version: int | None) -> Case:
    """Lock a case. Raises NoSuchCase; raises StaleCase where `version` is given and is no longer the case's."""
    case = lock([case_id]).get(case_id)
    if case is None:
        raise NoSuchCase("There is no such case, or it was removed.")
    if version is not None and case.version != version:
        changes = case.history.filter(version__gt=version).select_related("person").order_by("id")
        raise StaleCase(case, list(changes))
    return case


@transaction.atomic
def write(changes: Sequence[Change], *, now: datetime) -> None:
    """Apply the changes to their locked cases. A place that becomes free, or a case that becomes nobody's, wakes
    the routing; who follows a case is told; the questions of a closed case rest until it is open again."""
    if not changes:
        return
    held_before = [change.case.holds_place for change in changes]
    names = {name for change in changes for name in change.columns}
    for change in changes:
        names |= _apply(change, now=now)
    bulk.insert(
        History,
        [_history(change.case, entry, now=now) for change in changes for entry in change.entries],
    )
    names |= _keep_touches(changes)
    bulk.update(Case, [_row(change.case, names) for change in changes])
    if any(_stirs_routing(change.case, held=held) for change, held in zip(changes, held_before, strict=True)):
        wake("waiting")
    follows.tell(changes, now=now)
    alerts.follow([change.case for change in changes if "closed_at" in change.columns])


def _keep_touches(changes: Sequence[Change]) -> set[str]:
    """Set when the next touch is due where a change may have moved it, its own history rows included.

    Answers the columns set: none for an assignment, which this must not slow down.
    """
    moved = [
        change.case
        for change in changes
        if touches.depends_on(change.columns, (entry.verb for entry in change.entries))
    ]
    days = touches.next_days(moved)
    for case in moved:
        case.next_touch_on = days[case.pk]
    return {"next_touch_on"} if moved else set()


def set_next_touches(days: Mapping[int, date | None]) -> None:
    """Set when the next touch of locked cases is due, by their ids: a reckoning set right, told in no history."""
    bulk.update(Case, [{"id": pk, "next_touch_on": day} for pk, day in days.items()])


def set_clocks(columns: Mapping[int, Mapping[str, Any]]) -> None:
    """Set the clocks of locked cases, by their ids: likewise."""
    bulk.update(Case, [{"id": pk, **found} for pk, found in columns.items()])


def note_alerts(cases: Sequence[Case], *, now: datetime) -> None:
    """Keep with locked cases that the sweep has taken the steps that were due: no change of theirs, told in no
    history."""
    for case in cases:
        case.alerted_at = now
        case.alert_at, case.alert_kind = clocks.read(case).alert or (None, "")
    rows = [{"id": case.pk, **{name: getattr(case, name) for name in _ALERT}} for case in cases]
    bulk.update(Case, rows)


def _apply(change: Change, *, now: datetime) -> frozenset[str]:
    """Answers the further columns that the change has set: the spans of the clocks, where it has ended one."""
    case = change.case
    before = _before(change)
    for name, value in change.columns.items():
        setattr(case, name, value)
    ended = spans.ended(before, case, now=now) if before else ()
    if ended:
        case.clock_spans = [*(case.clock_spans or ()), *(span.kept() for span in ended)]
    vars(case).update(clocks.read(case).columns())
    case.version += 1
    case.holds_place = holds_place(case)
    return _SPANS if ended else _NOTHING


def _before(change: Change) -> spans.Before | None:
    """What the clocks were like, where the change may end a span. Undone, a change has never ended one."""
    if not spans.may_turn(change.case, change.columns):
        return None
    is_undone = any(entry.verb == Verb.UNDONE for entry in change.entries)
    return None if is_undone else spans.look(change.case)


# What the clocks and the writer read of a case; a bulk load that leaves the texts out needs no more.
READ_BY_WRITER = (
    "id playbook case_type status priority territory takes_place holds_place version owner put_off opened_at queued_at"
    " assigned_at picked_up_at closed_at next_steps_on deferred_until answer_by pick_up_missed_at limit_passed_at"
    " alerted_at clock_spans"
).split()
_NOTHING: frozenset[str] = frozenset()
_SPANS = frozenset({"clock_spans"})
_ALERT = ("alerted_at", "alert_at", "alert_kind")
CLOCKS = ("pick_up_by", "target_at", "limit_at", "due_at", "due_kind", "alert_at", "alert_kind")
_CLOCKS = (*CLOCKS, "version")


def _row(case: Case, names: set[str]) -> dict[str, Any]:
    return {name: getattr(case, name) for name in ("id", *sorted(names - set(_CLOCKS)), *_CLOCKS)}


def _history(case: Case, entry: Entry, *, now: datetime) -> dict[str, Any]:
    return {
        "case_id": case.pk,
        "version": case.version,
        "at": now,
        "actor": str(entry.actor),
        "person_id": entry.person.pk if entry.person else None,
        "verb": str(entry.verb),
        "data": entry.data,
        "text": entry.text,
    }


def holds_place(case: Case) -> bool:
    """What the database will keep in `holds_place`, before it is written."""
    return bool(case.owner_id and case.takes_place and case.closed_at is None and case.deferred_until is None)


def _stirs_routing(case: Case, *, held: bool) -> bool:
    waits = case.owner_id is None and case.closed_at is None and case.deferred_until is None
    return waits or (held and not case.holds_place)
