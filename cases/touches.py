"""The cadence of stored cases: which steps each has, and when its next touch is due.

`next_touch_on` is kept with the case by its writer, which asks here whenever something changes that the cadence
depends on, so that lists and badges need not read any history.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q, QuerySet

from cases import cadence, workdays, zones
from cases.cadence import Logged, Step
from cases.models import Case, History, Verb
from cases.models.mails import REACHED_NOBODY

# What a case's cadence is computed from: its own columns, and what is logged on it.
_STEERED_BY = frozenset(
    {
        *("picked_up_at", "deferred_until", "closed_at", "answered"),
        *("playbook", "territory", "account_id"),
    }
)
_TICKED_BY = (Verb.LOGGED, Verb.MAILED)
# A mail that could not be sent or came back reached nobody; that it was sent again is told of the same mail.
_WENT_OUT = (Q(data__kind="email") | Q(data__kind__isnull=True)) & ~Q(mail__state__in=REACHED_NOBODY)
TOUCHED = Q(verb=Verb.LOGGED) | (Q(verb=Verb.MAILED) & _WENT_OUT)
_READ_OF_HISTORY = ("case_id", "verb", "data", "at")


def depends_on(columns: Iterable[str], verbs: Iterable[str]) -> bool:
    """Whether a change of these columns, told by these verbs, may move the next touch."""
    return not _STEERED_BY.isdisjoint(columns) or any(verb in _TICKED_BY for verb in verbs)


def is_running(case: Case) -> bool:
    """Picked up, and not stopped: by the customer's answer, by closing, by putting off."""
    return case.picked_up_at is not None and not is_stopped(case)


def is_stopped(case: Case) -> bool:
    return case.answered or case.closed_at is not None or case.deferred_until is not None


def next_days(cases: Sequence[Case]) -> dict[int, date | None]:
    """When the next touch of each case is due, by its id; one query for all that run, none where none does."""
    running = [case for case in cases if is_running(case)]
    logged = load_logged(running)
    days = {case.pk: cadence.next_due_on(read(case, logged[case.pk], today=date.min)) for case in running}
    return {case.pk: days.get(case.pk) for case in cases}


def read(case: Case, logged: Sequence[Logged], *, today: date) -> tuple[Step, ...]:
    """The steps of a case as `today` sees them; none before it is picked up. `logged` as `load_logged` has it."""
    if case.picked_up_at is None:
        return ()
    return cadence.read(
        case.rules.cadence,
        picked_up_on=case.picked_up_at.astimezone(zones.zone_of(case)).date(),
        calendar=workdays.calendar_of(case) if case.rules.clocks.counts.touch == "working" else None,
        logged=logged,
        stopped=is_stopped(case),
        today=today,
    )


def told() -> QuerySet[History]:
    """The rows of history that tell of a touch that was made."""
    return History.objects.filter(TOUCHED)


def load_logged(cases: Sequence[Case]) -> Mapping[int, list[Logged]]:
    """What was logged on each case since it was picked up, oldest first."""
    since = {case.pk: case.picked_up_at for case in cases if case.picked_up_at is not None}
    logged: defaultdict[int, list[Logged]] = defaultdict(list)
    if not since:
        return logged
    rows = told().filter(case__in=since, at__gte=min(since.values()))
    for case_id, verb, data, at in rows.order_by("id").values_list(*_READ_OF_HISTORY):
        if at >= since[case_id]:
            logged[case_id].append(_logged(verb, data, at))
    return logged


def outbound() -> QuerySet[History]:
    """The rows of history that tell that somebody reached out, or planned the next step."""
    ours = Q(verb=Verb.LOGGED) & (Q(data__inbound=False) | Q(data__inbound__isnull=True))
    return History.objects.filter(ours | (Q(verb=Verb.MAILED) & _WENT_OUT) | Q(verb=Verb.NEXT_STEPS))


def load_last_outbound(case_ids: Sequence[int]) -> dict[int, datetime]:
    """When somebody last reached out on each case, or planned its next step; none for who never did."""
    rows = outbound().filter(case__in=case_ids) if case_ids else History.objects.none()
    return dict(rows.values_list("case_id").annotate(Max("at")).order_by())


def _logged(verb: str, data: Mapping[str, Any], at: datetime) -> Logged:
    kind = data.get("kind") or ("email" if verb == Verb.MAILED else "")
    return Logged(kind=kind, inbound=bool(data.get("inbound")), at=at)
