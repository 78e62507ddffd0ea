"""Whether a case kept its clocks, as a filter of cases: what lists, dashboards and files count by, said once.

Each speaks of the instants stored with the case. A pick-up that was marked as missed stays late, though the case was
put off or changed hands later. Only where the wait itself begins anew, with a new owner before the pick-up, back from a
later date, reopened, does the last wait alone count; that an earlier one was missed stands in the history.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q

PICKED_UP_LATE = Q(picked_up_at__isnull=False) & (
    Q(pick_up_missed_at__isnull=False) | Q(picked_up_at__gt=F("pick_up_by"))
)
PICKED_UP_IN_TIME = Q(picked_up_at__isnull=False, pick_up_missed_at__isnull=True) & (
    Q(pick_up_by__isnull=True) | Q(picked_up_at__lte=F("pick_up_by"))
)
# How long it took from being given is known: who was given it in the end picked it up, and it was never put off.
PICK_UP_TIMED = Q(assigned_at__lte=F("picked_up_at"), put_off=False)
CLOSED_IN_TIME = Q(closed_at__lte=F("target_at"))
CLOSED_AFTER_TARGET = Q(closed_at__gt=F("target_at"))
CLOSED_AFTER_LIMIT = Q(closed_at__gt=F("limit_at"))


def pick_up_overdue(now: datetime) -> Q:
    """Open, somebody's, not put off, and not picked up by when it should have been."""
    return Q(
        closed_at__isnull=True,
        deferred_until__isnull=True,
        picked_up_at__isnull=True,
        owner__isnull=False,
        pick_up_by__lte=now,
    )


def stale(now: datetime) -> Q:
    """Open for longer than a case may be, picked up or not; never one that is put off, or free of the limit. The same
    as `Case.is_stale` says of one."""
    return Q(closed_at__isnull=True, deferred_until__isnull=True, limit_at__lte=now)
