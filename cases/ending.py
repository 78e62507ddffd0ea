"""What a closing depends on beside the case itself: loaded for `closing.missing`, which decides."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person
from cases import access, closing, planning, touches
from cases.closing import Beside, Closure, Missing
from cases.models import Case


def gaps(case: Case, closure: Closure, *, by: Person, now: datetime) -> list[Missing]:
    """What still stands in the way of `by` closing `case` so; four short queries at most."""
    return closing.missing(case, closure, beside=look_beside(case, closure, by=by, now=now))


def look_beside(case: Case, closure: Closure, *, by: Person, now: datetime) -> Beside:
    original = closure.duplicate_of_id if closure.status == "duplicate" else None
    return Beside(
        today=planning.local_day(by, now=now),
        now=now,
        tried=load_tries(case) if closure.status == "unresponsive" else (),
        copies=load_copies(case) if original is not None else (),
        original_seen=original is None or access.visible(by).filter(pk=original).exists(),
    )


def load_tries(case: Case) -> tuple[datetime, ...]:
    """When somebody tried to reach the customer since the pick-up and since their last answer, oldest first."""
    tried: list[datetime] = []
    for logged in touches.load_logged([case])[case.pk]:
        if logged.inbound:
            tried.clear()
        else:
            tried.append(logged.at)
    return tuple(tried)


def load_copies(case: Case) -> frozenset[int]:
    """The cases that were closed as duplicates of this one, and of those in turn."""
    found: set[int] = set()
    newest = {case.pk}
    while newest:
        newest = set(Case.objects.filter(duplicate_of__in=newest).values_list("pk", flat=True)) - found
        found |= newest
    return frozenset(found)
