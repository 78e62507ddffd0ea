"""An act on many cases: the domain's own deeds decide on each, and write what goes through at once.

A preview makes the same decisions on the same locked cases, and writes none of them. Locks are taken in one order
everywhere: the run, then places, then the cases by id, then what the deeds look at beside them. The database is asked
as often for five hundred cases as for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import access
from accounts.models import Person
from cases import together
from cases.many import acts, snapshots
from cases.many.acts import BulkAct
from cases.many.selecting import Chosen
from cases.models import BulkRow, BulkRun, Case, RunState, Verdict
from cases.together import Deed, Outcome
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
class Weighed:
    """One row with what was decided of its case: `before` the case's columns, as they are before it is written."""

    row: BulkRow
    outcome: Outcome
    before: snapshots.Snapshot

    @property
    def verdict(self) -> Verdict:
        if self.outcome.refusal is not None:
            return Verdict.REFUSED
        return Verdict.GOES if self.outcome.change else Verdict.SAME

    def shown(self) -> dict[str, Any]:
        """The row's columns where nothing is written."""
        return {
            "id": self.row.pk,
            "seen_version": self.row.seen_version,
            "verdict": self.verdict.value,
            "refusal": self.outcome.problem,
            "detail": self.outcome.detail,
            "after_version": None,
            "before": {},
            "beside": {},
        }

    def written(self, beside: dict[str, Any]) -> dict[str, Any]:
        """The row's columns once the case is written: what an undo needs."""
        case = self.outcome.case
        if case is None or self.outcome.refusal is not None:
            return self.shown()
        return {
            **self.shown(),
            "after_version": case.version,
            "before": snapshots.changed(self.before, case),
            "beside": beside,
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
        "beside": {},
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
    deed = act.deed(_read(act, given), by, now)
    bulk.update(BulkRow, [each.shown() for each in _weigh(deed, rows)])
    run.given, run.state, run.previewed_at = dict(given), RunState.PREVIEWED, now
    run.save(update_fields=["given", "state", "previewed_at"])
    return run


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
    deed = act.deed(_read(act, run.given), by, now)
    weighed = _weigh(deed, rows)
    together.write(deed, [each.outcome for each in weighed])
    bulk.update(BulkRow, [each.written(deed.beside.get(each.row.case_id, {})) for each in weighed])
    run.state, run.done_at = RunState.DONE, now
    run.save(update_fields=["state", "done_at"])
    return run


@transaction.atomic
def at_once(*, act: str, chosen: Chosen, by: Person, now: datetime, back: str = "") -> BulkRun:
    """Choose and carry out in one step, for an act that asks nothing; it is undone like any other run."""
    run = choose(act=act, chosen=chosen, by=by, now=now, back=back)
    preview(run_id=run.pk, given={}, by=by, now=now)
    return carry_out(run_id=run.pk, by=by, now=now)


def _weigh(deed: Deed, rows: Sequence[BulkRow]) -> list[Weighed]:
    """Decide on each case in its turn; what one is refused touches no other."""
    outcomes = together.weigh(deed, {row.case_id: row.seen_version for row in rows})
    return [
        Weighed(row=row, outcome=outcome, before=snapshots.take(outcome.case) if outcome.case else {})
        for row, outcome in zip(rows, outcomes, strict=True)
    ]


def _read(act: BulkAct, given: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, as the domain takes it. Raises DRF's ValidationError."""
    shape = act.shape(data=dict(given))
    shape.is_valid(raise_exception=True)
    return dict(shape.validated_data)
