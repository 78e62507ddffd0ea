"""Whether the spans of a case's clocks add up."""

from __future__ import annotations

from itertools import pairwise

from cases import clocks, counting, spans
from cases.models import Case, DueKind
from cases.spans import LONG


def check(case: Case) -> None:
    """At the instant at which a clock is due, its spans have used what it allows."""
    read = clocks.read(case).columns()
    assert read == {name: getattr(case, name) for name in read}
    for clock in LONG:
        due = case.limit_at if clock == DueKind.LIMIT else case.target_at
        known, hours = spans.load(case, clock), spans.hours_of(case, clock)
        if due is None:
            continue
        for one, following in pairwise(known):
            assert one.end == following.start, "no time between two spans"
        begun = known[-1].end if known else case.opened_at
        used = spans.used(known) + counting.between(begun, due, hours=hours)
        if used != clocks.allowance(case, clock):
            assert case.deferred_until is not None
            assert spans.stands_still(known), "the pause that goes on is part of it"
    if case.deferred_until is not None and case.picked_up_at is None:
        assert case.pick_up_by is None, "while it is put off no wait begins"
    if case.pick_up_by is not None and case.picked_up_at is None and case.closed_at is None:
        run = spans.run_of(spans.load(case, DueKind.PICK_UP))
        run = run if run and run[-1].because == "moved" else []
        since = spans.starts_at(case, case.rules)
        assert since is not None
        run = [span for span in run if span.start >= since]
        begun = run[-1].end if run else since
        hours = spans.hours_of(case, DueKind.PICK_UP)
        used = spans.used(run) + counting.between(begun, case.pick_up_by, hours=hours)
        assert used == clocks.allowance(case, DueKind.PICK_UP)
