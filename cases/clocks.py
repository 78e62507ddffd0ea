"""When a case is due, and for what: pure arithmetic over its facts and its playbook.

What is due is stored with the case by its writer, so that list, badge, sorting and sweep read the same instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cases.models import Case, DueKind, Priority
from smbcases import playbook

if TYPE_CHECKING:
    from smbcases.playbook import Playbook

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
Moment = tuple[datetime, DueKind]


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """The clocks of a case. `due` is what its owner must mind next, `alert` what the sweep must mark next."""

    pick_up_by: datetime | None
    target_at: datetime
    limit_at: datetime | None
    due: Moment
    alert: Moment | None

    def columns(self) -> dict[str, datetime | str | None]:
        alert_at, alert_kind = self.alert or (None, "")
        return {
            "pick_up_by": self.pick_up_by,
            "target_at": self.target_at,
            "limit_at": self.limit_at,
            "due_at": self.due[0],
            "due_kind": str(self.due[1]),
            "alert_at": alert_at,
            "alert_kind": str(alert_kind),
        }


def read(case: Case) -> Clocks:
    """The clocks of `case` as it stands, by the playbook that it was opened under."""
    rules = case.rules
    limit_at = _limit(case, rules)
    pick_up_by = _pick_up_by(case, rules)
    target_at = case.opened_at + timedelta(days=rules.clocks.target_days)
    return Clocks(
        pick_up_by=pick_up_by,
        target_at=target_at,
        limit_at=limit_at,
        due=_due(case, pick_up_by=pick_up_by, target_at=target_at, limit_at=limit_at),
        alert=_alert(case, pick_up_by=pick_up_by, limit_at=limit_at),
    )


def _limit(case: Case, rules: Playbook) -> datetime | None:
    """15 days from opening, but for the case types without a limit and what a customer put off."""
    waived = case.put_off and rules.clocks.no_limit_when_deferred
    if waived or case.case_type in rules.clocks.no_limit:
        return None
    return case.opened_at + timedelta(days=rules.clocks.limit_days)


def _pick_up_by(case: Case, rules: Playbook) -> datetime | None:
    since = case.assigned_at if rules.clocks.pick_up_from == "assigned" else case.queued_at
    if since is None:
        return None
    return since + timedelta(hours=rules.clocks.pick_up_hours[Priority(case.priority).key])


def _due(
    case: Case,
    *,
    pick_up_by: datetime | None,
    target_at: datetime,
    limit_at: datetime | None,
) -> Moment:
    if case.closed_at is not None:
        return case.closed_at, DueKind.NONE
    asked: list[Moment] = [(case.answer_by, DueKind.ANSWER)] if case.answer_by else []
    if case.deferred_until is not None:
        return min([(start_of(case.deferred_until, zone=zone_of(case)), DueKind.LATER), *asked])
    if case.picked_up_at is None:
        waits = case.queued_at, DueKind.ROUTING
        return min([(pick_up_by, DueKind.PICK_UP), *asked]) if pick_up_by else waits
    moments: list[Moment] = [(limit_at, DueKind.LIMIT), *asked] if limit_at else asked
    if case.next_steps_on is not None:
        moments.append((end_of(case.next_steps_on, zone=zone_of(case)), DueKind.NEXT_STEP))
    elif limit_at:
        moments.append((target_at, DueKind.TARGET))
    return min(moments, default=(NEVER, DueKind.NONE))


def _alert(case: Case, *, pick_up_by: datetime | None, limit_at: datetime | None) -> Moment | None:
    if case.closed_at is not None:
        return None
    if case.deferred_until is not None:
        return start_of(case.deferred_until, zone=zone_of(case)), DueKind.LATER
    moments: list[Moment] = []
    if pick_up_by and case.picked_up_at is None and case.pick_up_missed_at is None:
        moments.append((pick_up_by, DueKind.PICK_UP))
    if limit_at and case.limit_passed_at is None:
        moments.append((limit_at, DueKind.LIMIT))
    return min(moments, default=None)


def zone_of(case: Case) -> ZoneInfo:
    territory = playbook.territory(case.territory)
    return _zone(territory.time_zone if territory else "UTC")


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def start_of(day: date, *, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def end_of(day: date, *, zone: ZoneInfo) -> datetime:
    """The first instant of the next day: due on a day means until it ends there."""
    return start_of(day + timedelta(days=1), zone=zone)
