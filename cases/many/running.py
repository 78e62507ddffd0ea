"""An act on many cases, case by case, each in a savepoint: the domain's own calls decide what goes through.

A preview does it all and takes it all back, so it can say nothing else than what will be done. Locks are taken in
one order everywhere: the run, then places, then the cases by id, then what the calls take again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import access
from accounts.models import Person
from cases import writing
from cases.many import acts, snapshots
from cases.many.acts import BulkAct, Call
from cases.many.selecting import Chosen
from cases.models import BulkRow, BulkRun, Case, RunState, Verdict
from smbcases.lib import bulk
from smbcases.lib.refusal import Refusal


class NothingChosen(Refusal):
    name = "nothing-chosen"
    status = 422
    title = "No case was chosen"


class NoSuchRun(Refusal):
    name = "no-such-run"
    status = 404
    title = "There is no such run"


class NotPreviewed(Refusal):
    name = "not-previewed"
    title = "It has not been previewed yet"


class AlreadyDone(Refusal):
    name = "already-done"
    title = "It was done already"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one row: `before` the columns it changed, as they were, `after_version` the case's new one."""

    row: BulkRow
    verdict: Verdict
    refusal: str = ""
    detail: str = ""
    after_version: int | None = None
    before: dict[str, Any] = field(default_factory=dict)

    def columns(self) -> dict[str, Any]:
        return {
            "id": self.row.pk,
            "verdict": self.verdict.value,
            "refusal": self.refusal,
            "detail": self.detail,
            "after_version": self.after_version,
            "before": self.before,
        }


@transaction.atomic
def choose(*, act: str, chosen: Chosen, by: Person, now: datetime, back: str = "") -> BulkRun:
    """Note which cases the act is meant for, with the versions seen. Raises NoSuchAct, NothingChosen,
    PermissionDenied where the role does not include the act."""
    access.check(by, acts.find(act).act)
    if not chosen.versions:
        raise NothingChosen("Choose the cases first.")
    run = BulkRun.objects.create(
        act=act, by=by, made_at=now, more=chosen.more, left_out=chosen.left_out, back=back
    )
    bulk.insert(
        BulkRow,
        [
            _row(run, case_id=case_id, version=version, position=position)
            for position, (case_id, version) in enumerate(chosen.versions.items())
        ],
    )
    return run


def _row(run: BulkRun, *, case_id: int, version: int, position: int) -> dict[str, Any]:
    return {
        "run_id": run.pk,
        "case_id": case_id,
        "position": position,
        "seen_version": version,
        "verdict": "",
        "refusal": "",
        "detail": "",
        "before": {},
        "undo_detail": "",
    }


def find(run_id: UUID, *, by: Person) -> BulkRun:
    """The run, for whoever made it and nobody else. Raises NoSuchRun."""
    return _only(BulkRun.objects.filter(pk=run_id, by=by))


def lock(run_id: UUID, *, by: Person) -> BulkRun:
    """The same, held until the transaction ends: of two who send it at once, the second finds it done."""
    return _only(BulkRun.objects.select_for_update().filter(pk=run_id, by=by))


def _only(runs: Any) -> BulkRun:
    run: BulkRun | None = runs.first()
    if run is None:
        raise NoSuchRun("There is no such run, or somebody else made it.")
    return run


@transaction.atomic
def preview(*, run_id: UUID, given: Mapping[str, Any], by: Person, now: datetime) -> BulkRun:
    """Say of each case what would become of it as it is now. Raises AlreadyDone; changes no case, wakes nobody."""
    run = lock(run_id, by=by)
    if run.state in {RunState.DONE, RunState.UNDONE}:
        raise AlreadyDone("This was done already. Choose the cases anew to do more.")
    act = acts.find(run.act)
    rows = list(run.rows.order_by("position"))
    seen = dict(Case.objects.filter(pk__in=[row.case_id for row in rows]).values_list("pk", "version"))
    for row in rows:
        row.seen_version = seen.get(row.case_id, row.seen_version)
    with transaction.atomic():
        outcomes = _attempt(act, rows, given=given, by=by, now=now)
        transaction.set_rollback(True)
    bulk.update(BulkRow, [_shown(outcome) for outcome in outcomes])
    run.given, run.state, run.previewed_at = dict(given), RunState.PREVIEWED, now
    run.save(update_fields=["given", "state", "previewed_at"])
    return run


def _shown(outcome: Outcome) -> dict[str, Any]:
    """A preview's columns: nothing was changed, so there is nothing to put back."""
    return {
        **outcome.columns(),
        "seen_version": outcome.row.seen_version,
        "after_version": None,
        "before": {},
    }


@transaction.atomic
def carry_out(*, run_id: UUID, by: Person, now: datetime) -> BulkRun:
    """Do what was previewed, once: sent again, it answers what was done. A case that has changed since the preview
    is refused. Raises NotPreviewed."""
    run = lock(run_id, by=by)
    if run.state in {RunState.DONE, RunState.UNDONE}:
        return run
    if run.state != RunState.PREVIEWED:
        raise NotPreviewed("Look at the preview first.")
    act = acts.find(run.act)
    access.check(by, act.act)
    rows = list(run.rows.order_by("position"))
    outcomes = _attempt(act, rows, given=run.given, by=by, now=now)
    bulk.update(BulkRow, [outcome.columns() for outcome in outcomes])
    run.state, run.done_at = RunState.DONE, now
    run.save(update_fields=["state", "done_at"])
    return run


def _attempt(
    act: BulkAct, rows: Sequence[BulkRow], *, given: Mapping[str, Any], by: Person, now: datetime
) -> list[Outcome]:
    """Do it to each case in its turn; what one is refused touches no other."""
    read = _read(act, given)
    ids = [row.case_id for row in rows]
    act.hold(ids, read, now)
    before = {pk: snapshots.take(case) for pk, case in writing.lock(ids).items()}
    refused: dict[int, tuple[str, str]] = {}
    for row in rows:
        try:
            with transaction.atomic():
                act.do(read, Call(case_id=row.case_id, by=by, now=now, version=row.seen_version))
        except Refusal as refusal:
            refused[row.case_id] = (refusal.name, refusal.detail)
        except PermissionDenied as denied:
            refused[row.case_id] = ("not-yours", str(denied))
    after = Case.objects.in_bulk(ids)
    return [_outcome(row, refused.get(row.case_id), before=before, after=after) for row in rows]


def _read(act: BulkAct, given: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, as the domain takes it. Raises DRF's ValidationError."""
    shape = act.shape(data=dict(given))
    shape.is_valid(raise_exception=True)
    return dict(shape.validated_data)


def _outcome(
    row: BulkRow,
    refused: tuple[str, str] | None,
    *,
    before: Mapping[int, snapshots.Snapshot],
    after: Mapping[int, Case],
) -> Outcome:
    if refused is not None:
        return Outcome(row=row, verdict=Verdict.REFUSED, refusal=refused[0], detail=refused[1])
    case = after[row.case_id]
    if case.version == row.seen_version:
        return Outcome(row=row, verdict=Verdict.SAME, after_version=case.version)
    return Outcome(
        row=row,
        verdict=Verdict.GOES,
        after_version=case.version,
        before=snapshots.changed(before[row.case_id], case),
    )
