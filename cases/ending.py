"""What closings depend on beside the cases themselves: loaded for `closing.missing`, which decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from accounts.models import Person
from cases import access, closing, planning, touches
from cases.cadence import Logged
from cases.closing import Beside, Closure, Missing
from cases.models import Case
from cases.talk import waiting


def gaps(case: Case, closure: Closure, *, by: Person, now: datetime) -> list[Missing]:
    """What still stands in the way of `by` closing `case` so; a few short queries at most."""
    return closing.missing(case, closure, beside=look_beside([case], closure, by=by, now=now)[case.pk])


def look_beside(
    cases: Sequence[Case], closure: Closure, *, by: Person, now: datetime
) -> Mapping[int, Beside]:
    """By case id, what closing each of `cases` so depends on; as many queries for many as for one."""
    original = closure.duplicate_of_id if closure.status == "duplicate" else None
    seen = original is None or access.visible(by).filter(pk=original).exists()
    originals = load_originals(original) if original is not None else frozenset()
    asked = waiting.load_many(cases)
    tried = load_tries(cases) if closure.status == "unresponsive" else {}
    return {
        case.pk: Beside(
            today=planning.local_day(by, now=now),
            now=now,
            tried=tried.get(case.pk, ()),
            originals=originals,
            original_seen=seen,
            questions=asked[case.pk],
        )
        for case in cases
    }


def load_tries(cases: Sequence[Case]) -> dict[int, tuple[datetime, ...]]:
    """By case id, when somebody tried to reach the customer since the pick-up and since their last answer, oldest
    first."""
    logged = touches.load_logged(cases)
    return {case.pk: _since_answer(logged.get(case.pk, ())) for case in cases}


def _since_answer(logged: Sequence[Logged]) -> tuple[datetime, ...]:
    tried: list[datetime] = []
    for touch in logged:
        if touch.inbound:
            tried.clear()
        else:
            tried.append(touch.at)
    return tuple(tried)


def load_originals(case_id: int) -> frozenset[int]:
    """What the case was closed as a duplicate of, and what that one was in turn; the case itself is not among them."""
    found: set[int] = set()
    newest: int | None = case_id
    while newest is not None and newest not in found:
        found.add(newest)
        newest = Case.objects.filter(pk=newest).values_list("duplicate_of", flat=True).first()
    return frozenset(found - {case_id})
