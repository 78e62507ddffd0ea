"""When a case is due, and for what: pure arithmetic over its facts and its playbook.

What is due is stored with the case by its writer, so that list, badge, sorting and sweep read the same instant. Of a
closed case, too, they say whether it kept its clocks, without its history:

- pick-up: broken where `pick_up_missed_at` is set or `picked_up_at` is after `pick_up_by`. Where `pick_up_by` is empty
  nobody had to pick it up in a certain time: it waited in the queue, or was taken up from a later date.
- target: broken where `closed_at` is after `target_at`; longest open: after `limit_at`, or `limit_passed_at` is set.
  Both are empty where the case was free of them.
- a question: broken where `missed_at` is set, or it was answered after `due_at`.

Clocks that stood still meanwhile are due that much later; `spans` keeps why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cases import clock_rules, counting, ladders, spans, workdays, zones
from cases.clock_rules import ClockRules, Plain
from cases.ladders import Running
from cases.models import Case, DueKind, Priority
from cases.workdays import Calendar

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
Moment = tuple[datetime, DueKind]


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """The clocks of a case. `due` is what its owner must mind next, `alert` what the sweep must look at next."""

    pick_up_by: datetime | None
    target_at: datetime | None
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
    rules = clock_rules.of(case.playbook)
    target_at = limit_at = None
    if not (case.case_type in rules.no_limit or (case.put_off and rules.waives_put_off)):
        target_at = _long(case, DueKind.TARGET, rules.target)
        limit_at = _long(case, DueKind.LIMIT, rules.limit)
    pick_up_by = _pick_up_by(case, rules)
    if case.closed_at is not None:
        due, alert = (case.closed_at, DueKind.NONE), None
    elif case.deferred_until is not None:
        back = zones.start_of(case.deferred_until, zone=zones.zone_of(case)), DueKind.LATER
        due, alert = min([back, *_asked(case)]), back
    else:
        due = _due(case, pick_up_by=pick_up_by, target_at=target_at, limit_at=limit_at)
        alert = _alert(case, pick_up_by=pick_up_by, target_at=target_at, limit_at=limit_at)
    return Clocks(pick_up_by=pick_up_by, target_at=target_at, limit_at=limit_at, due=due, alert=alert)


def _long(case: Case, clock: DueKind, plain: Plain | None) -> datetime:
    """So many days from the opening on, without the time that the clock stood still. While it does, it is taken to
    run again on the day that the case comes back."""
    if plain is not None and not case.clock_spans:
        return case.opened_at + plain.allowed
    hours = spans.hours_of(case, clock)
    ended = spans.load(case, clock)
    begun = ended[-1].end if ended else case.opened_at
    if case.deferred_until is not None and spans.stands_still(ended):
        begun = max(begun, zones.start_of(case.deferred_until, zone=zones.zone_of(case)))
    return counting.add(begun, allowance(case, clock) - spans.used(ended), hours=hours)


def allowance(case: Case, clock: DueKind) -> timedelta:
    """How much time the clock allows, of that which counts for it."""
    rules = case.rules.clocks
    if clock == DueKind.PICK_UP:
        return timedelta(hours=rules.pick_up_hours[Priority(case.priority).key])
    days = rules.limit_days if clock == DueKind.LIMIT else rules.target_days
    return days * counting.day_of(spans.hours_of(case, clock))


def _pick_up_by(case: Case, rules: ClockRules) -> datetime | None:
    """None as well while the case is put off unread: until it comes back no wait begins, whoever gets it."""
    if case.deferred_until is not None and case.picked_up_at is None:
        return None
    since = case.assigned_at if rules.from_assigned else case.queued_at
    if since is None:
        return None
    is_first = not case.clock_spans and (case.picked_up_at is None or case.picked_up_at >= since)
    if is_first and rules.pick_up is not None:
        return since + rules.pick_up[case.priority].allowed
    run = _last_run(case, since)
    if run is None:
        return None
    begun, used = run
    allowed = allowance(case, DueKind.PICK_UP) - used
    return counting.add(begun, allowed, hours=spans.hours_of(case, DueKind.PICK_UP))


def _last_run(case: Case, since: datetime) -> tuple[datetime, timedelta] | None:
    """From when on the wait for a pick-up runs that the case is in, or was picked up from, and what had counted of it
    before; None where it runs not: put off before it ended, or picked up without a wait."""
    run = spans.run_of(spans.load(case, DueKind.PICK_UP))
    is_over = bool(run) and run[-1].because != "moved"
    if is_over and run[-1].because == "taken_up" and run[-1].end == case.picked_up_at:
        return None
    if is_over and run[-1].because == "picked_up" and run[-1].end == case.picked_up_at:
        return run[-1].start, spans.used(run[:-1])
    if is_over and run[0].start == since:
        return None
    if case.picked_up_at is not None and case.picked_up_at < since:
        return None
    if run and not is_over and run[0].start >= since:
        return run[-1].end, spans.used(run)
    return since, spans.NOTHING


def next_step_by(day: date, *, book: str, territory: str, counts: str) -> datetime:
    """Until when a next step of that day is in time: the end of the day, or of the next working day."""
    if counts == "working":
        country = spans.hours_in(book, territory).country
        day = workdays.add_workdays(day, 0, calendar=Calendar(country=country))
    return zones.end_of(day, zone=zones.zone_in(territory))


def _next_step(case: Case) -> datetime | None:
    if case.next_steps_on is None:
        return None
    counts = case.rules.clocks.counts.next_step
    return next_step_by(case.next_steps_on, book=case.playbook, territory=case.territory, counts=counts)


def _asked(case: Case) -> list[Moment]:
    return [(case.answer_by, DueKind.ANSWER)] if case.answer_by else []


def _due(
    case: Case,
    *,
    pick_up_by: datetime | None,
    target_at: datetime | None,
    limit_at: datetime | None,
) -> Moment:
    """Of an open case that is not put off."""
    asked = _asked(case)
    if case.picked_up_at is None:
        waits = case.queued_at, DueKind.ROUTING
        return min([(pick_up_by, DueKind.PICK_UP), *asked]) if pick_up_by else waits
    moments: list[Moment] = [(limit_at, DueKind.LIMIT), *asked] if limit_at else asked
    if (step_by := _next_step(case)) is not None:
        moments.append((step_by, DueKind.NEXT_STEP))
    elif target_at is not None:
        moments.append((target_at, DueKind.TARGET))
    return min(moments, default=(NEVER, DueKind.NONE))


def _alert(
    case: Case,
    *,
    pick_up_by: datetime | None,
    target_at: datetime | None,
    limit_at: datetime | None,
) -> Moment | None:
    """The next step of the ladders of an open case that is not put off."""
    first: Moment | None = None
    for one in _running(case, pick_up_by=pick_up_by, target_at=target_at, limit_at=limit_at):
        at = ladders.next_step(one, after=case.alerted_at)
        if at is not None and (first is None or (at, one.clock) < first):
            first = at, one.clock
    return first


def running(case: Case) -> list[Running]:
    """The clocks of an open case that run by now, as stored, each with its ladder; the questions have their own."""
    return _running(case, pick_up_by=case.pick_up_by, target_at=case.target_at, limit_at=case.limit_at)


def _running(
    case: Case,
    *,
    pick_up_by: datetime | None,
    target_at: datetime | None,
    limit_at: datetime | None,
) -> list[Running]:
    rules = clock_rules.of(case.playbook)
    runs: list[Running] = []
    if limit_at is not None:
        passed = case.limit_passed_at is not None
        runs.append(_run(case, DueKind.LIMIT, rules.limit, case.opened_at, limit_at, passed))
    picked_up_at = case.picked_up_at
    if picked_up_at is None:
        since = case.assigned_at if rules.from_assigned else case.queued_at
        if pick_up_by is not None and since is not None:
            plain = rules.pick_up[case.priority] if rules.pick_up else None
            missed = case.pick_up_missed_at is not None
            runs.append(_run(case, DueKind.PICK_UP, plain, since, pick_up_by, missed))
        return runs
    if (step_by := _next_step(case)) is not None:
        steps = ladders.rungs(case.playbook, DueKind.NEXT_STEP, counting.day_of(None))
        runs.append(Running(DueKind.NEXT_STEP, picked_up_at, step_by, None, None, steps))
    if target_at is not None:
        runs.append(_run(case, DueKind.TARGET, rules.target, picked_up_at, target_at, None))
    return runs


def _run(
    case: Case,
    clock: DueKind,
    plain: Plain | None,
    since: datetime,
    due: datetime,
    is_marked: bool | None,  # noqa: FBT001  in the order of Running
) -> Running:
    if plain is not None:
        return Running(clock, since, due, is_marked, None, plain.rungs)
    hours = spans.hours_of(case, clock)
    return Running(clock, since, due, is_marked, hours, ladders.rungs_of(case.playbook, clock, hours))
