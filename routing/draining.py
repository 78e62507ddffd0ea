"""Giving out what waits: a pool is drained in one transaction, by one worker at a time.

The pool's row is the lock. A drain pays for the lock, the roster and the writing once for all that wait, however many
workers want to drain; who finds the pool taken leaves, and the holder looks again before going home.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cases import carrying, ownership, writing
from cases.models import Case, NoticeKind
from cases.models.case import Cases
from cases.ownership import Gift
from cases.talk import notices
from cases.talk.notices import Telling
from routing import left_waiting, sticky
from routing.candidates import load_candidates, need_of
from routing.models import Assignment, Drain, Member, Pool, Rule, Waiting, WaitingReason
from routing.ranking import Candidate, Need, Verdict, verdict
from routing.rotation import Pick, Rotation
from smbcases import playbook
from smbcases.lib import bulk, collector, loading

BATCH = 2000


_READ_BY_DRAIN = ("language", "account", "meant_for")


@dataclass(frozen=True, kw_only=True)
class Drained:
    """What a drain came to: cases given, and cases that have a new reason to wait.

    `last` is the last case of a full batch; what waits behind it has not been looked at.
    """

    assigned: int = 0
    explained: int = 0
    last: Case | None = None

    def __add__(self, later: Drained) -> Drained:
        return Drained(
            assigned=self.assigned + later.assigned,
            explained=self.explained + later.explained,
            last=later.last,
        )


@dataclass(frozen=True, kw_only=True)
class _Given:
    case: Case
    pick: Pick
    rule: Rule


def drain_all(*, now: datetime | None = None) -> int:
    """Drain every pool of the active playbook where cases wait. Answers how many were assigned.

    `now` is the clock of a replay; without it each drain reads the clock anew.
    """
    assigned = 0
    carrying.carry_waiting(now=now or timezone.now())
    for pool in Pool.objects.filter(playbook=playbook.active().key).order_by("id"):
        assigned += drain_until_settled(pool=pool, now=now)
    explain_unplaceable(now=now or timezone.now())
    return assigned


def forget_waiting(case_ids: Sequence[int]) -> None:
    """Forget why cases waited where they are no longer: it does not hold in the territory that they come to."""
    Waiting.objects.filter(case__in=case_ids).delete()


def drain_until_settled(*, pool: Pool, now: datetime | None = None) -> int:
    """Drain until nothing that came in meanwhile is left unlooked at.

    Leave at once where another worker drains.
    """
    assigned = 0
    while has_news(pool, now=now or timezone.now()):
        drained = _drain_through(pool, now=now)
        if drained is None:
            break
        assigned += drained.assigned
        came_to_something = drained.assigned or drained.explained
        if not came_to_something and not _unexplained(_waiting_in(pool)).exists():
            break
    return assigned


def _drain_through(pool: Pool, *, now: datetime | None) -> Drained | None:
    """Batch after batch to the end of the queue: what nobody can take does not block what comes behind."""
    total = drain(pool=pool, now=now or timezone.now())
    while total is not None and total.last is not None:
        batch = drain(pool=pool, now=now or timezone.now(), after=total.last)
        total += batch or Drained()
    return total


def has_news(pool: Pool, *, now: datetime) -> bool:
    """Whether a case waits that no drain has looked at, or a place has become free for one that has."""
    waiting = _waiting_in(pool)
    if not waiting.exists():
        return False
    if _is_pulled(pool) or _unexplained(waiting).exists() or _for_nominator(waiting).exists():
        return True
    return _somebody_is_free(load_candidates(pool=pool, now=now))


def _waiting_in(pool: Pool) -> Cases:
    """The cases a drain of this pool has to look at: those of a queue to pull from only once."""
    waiting = Case.objects.waiting().filter(territory=pool.territory)
    return _unexplained(waiting) if _is_pulled(pool) else waiting


def _unexplained(waiting: Cases) -> Cases:
    return waiting.filter(Q(waiting__isnull=True) | Q(waiting__reason=WaitingReason.NO_REGION))


def _for_nominator(waiting: Cases) -> Cases:
    """Those that wait for one person, who may be back although nobody has a place free."""
    return waiting.filter(waiting__reason=WaitingReason.FOR_NOMINATOR)


def _is_pulled(pool: Pool) -> bool:
    return playbook.get(pool.playbook).routing == "pull"


def _somebody_is_free(candidates: Iterable[Candidate]) -> bool:
    return any(verdict(candidate, need=Need()) is Verdict.ELIGIBLE for candidate in candidates)


@collector.resting()
@transaction.atomic
def drain(*, pool: Pool, now: datetime, after: Case | None = None) -> Drained | None:
    """Give the pool's waiting cases out, highest priority and oldest first, from behind `after` on.

    Answers None where another worker is at it.

    One transaction: lock the pool, load the roster and the cases, decide in memory, write in bulk.
    """
    locked = Pool.objects.select_for_update(skip_locked=True).filter(pk=pool.pk).first()
    if locked is None:
        return None
    candidates = load_candidates(pool=locked, now=now)
    cases = _load_waiting(locked, after=after, only_new=not _somebody_is_free(candidates))
    if not cases:
        return Drained()
    rotation = Rotation(candidates, turn=locked.turn)
    given, left = _decide(cases, rotation=rotation, rules=playbook.get(locked.playbook))
    newly_left = [(case, reason) for case, reason in left if _is_news(case, reason)]
    if given or newly_left:
        record = _record(locked, candidates, assigned=len(given), left=len(left), now=now)
        _write_given(given, record=record, now=now)
        _write_left(newly_left, record=record, pool=locked)
        left_waiting.tell(locked, [reason for _case, reason in newly_left], now=now)
        _write_turns(locked, rotation, given, now=now)
    return Drained(
        assigned=len(given),
        explained=len(newly_left),
        last=cases[-1] if len(cases) == BATCH else None,
    )


def _load_waiting(pool: Pool, *, after: Case | None, only_new: bool) -> list[Case]:
    """A batch of what waits.

    While nobody is free, those that a drain has explained before need no second look.
    """
    waiting = _waiting_in(pool)
    if only_new:
        waiting = _unexplained(waiting) | _for_nominator(waiting)
    behind = waiting.filter(_goes_after(after)) if after else waiting
    ordered = behind.order_by("-priority", "queued_at", "id")
    locked = ordered.select_for_update(of=("self",))[:BATCH]
    return loading.load(locked, *writing.READ_BY_WRITER, *_READ_BY_DRAIN, waits_for="waiting__reason")


def _goes_after(case: Case) -> Q:
    later = Q(queued_at__gt=case.queued_at) | Q(queued_at=case.queued_at, pk__gt=case.pk)
    return Q(priority__lt=case.priority) | (Q(priority=case.priority) & later)


def _is_news(case: Case, reason: WaitingReason) -> bool:
    return _waits_for(case) != reason


def _waits_for(case: Case) -> str | None:
    """The reason on record of a case that was loaded to be given out; None: no drain has looked at it."""
    found: str | None = case.waits_for  # type: ignore[attr-defined]  # annotated by the loader
    return found


def _decide(
    cases: Sequence[Case], *, rotation: Rotation, rules: playbook.Playbook
) -> tuple[list[_Given], list[tuple[Case, WaitingReason]]]:
    """Each case to its sticky owner or to who is next; what nobody can take waits with its reason.

    Under a pulling playbook only sticky owners are given a case; the rest waits to be taken.
    """
    claims = sticky.load_claims(cases, rules=rules)
    given: list[_Given] = []
    left: list[tuple[Case, WaitingReason]] = []
    for case in cases:
        placed = _place(need_of(case), claims=claims.get(case.pk, ()), rotation=rotation, rules=rules)
        if isinstance(placed, WaitingReason):
            left.append((case, placed))
        else:
            given.append(_Given(case=case, pick=placed[0], rule=placed[1]))
    return given, left


def _place(
    need: Need, *, claims: Sequence[sticky.Claim], rotation: Rotation, rules: playbook.Playbook
) -> tuple[Pick, Rule] | WaitingReason:
    """Who gets a case with this need and by which rule, or why it waits."""
    if claims and claims[0].rule is Rule.NOMINATED and rotation.is_active(claims[0].person_id):
        return _to_nominator(claims[0], rotation=rotation, need=need)
    found = _by_claim(claims, rotation=rotation, need=need)
    if found is None and rules.routing == "push":
        pick = rotation.pick(need=need)
        found = (pick, Rule.TURN) if pick else None
    return found or _reason(rotation, need=need, rules=rules)


def _to_nominator(
    claim: sticky.Claim, *, rotation: Rotation, need: Need
) -> tuple[Pick, Rule] | WaitingReason:
    """A manager gave the account to this person, whatever they speak. While they are away the case waits for them:
    as their cover's it would stay the cover's all year."""
    pick = rotation.give(claim.person_id, need=Need(takes_place=need.takes_place))
    return (pick, claim.rule) if pick else WaitingReason.FOR_NOMINATOR


def _by_claim(claims: Iterable[sticky.Claim], *, rotation: Rotation, need: Need) -> tuple[Pick, Rule] | None:
    for claim in claims:
        for person_id in (claim.person_id, rotation.cover_of(claim.person_id)):
            pick = rotation.give(person_id, need=need)
            if pick:
                return pick, claim.rule
    return None


def _reason(rotation: Rotation, *, need: Need, rules: playbook.Playbook) -> WaitingReason:
    if rules.routing == "pull":
        return WaitingReason.QUEUE
    if not rotation.members:
        return WaitingReason.NO_MEMBERS
    return WaitingReason.NOBODY_SPEAKS if need.language else WaitingReason.NOBODY_FREE


def _record(
    pool: Pool,
    candidates: Sequence[Candidate],
    *,
    assigned: int,
    left: int,
    now: datetime,
) -> Drain:
    return Drain.objects.create(
        pool=pool,
        at=now,
        turn=pool.turn,
        roster=[candidate.stored() for candidate in candidates],
        assigned=assigned,
        left_waiting=left,
    )


def _write_given(given: Sequence[_Given], *, record: Drain, now: datetime) -> None:
    gifts = [
        Gift(
            case=item.case,
            owner_id=item.pick.candidate.id,
            owner_name=item.pick.candidate.name,
            rule=item.rule,
        )
        for item in given
    ]
    ownership.give(gifts, now=now)
    rows = [_assignment(item, position=place, record=record, now=now) for place, item in enumerate(given, 1)]
    bulk.insert(Assignment, rows)
    notices.send_all(_telling(item, now=now) for item in given if item.rule is Rule.OPEN_CASE_OWNER)
    Waiting.objects.filter(case__in=[item.case.pk for item in given if _waits_for(item.case)]).delete()


def _telling(item: _Given, *, now: datetime) -> tuple[int, Telling]:
    """Whoever works the account's open case gets the new one with a message."""
    telling = Telling(
        kind=NoticeKind.ASSIGNED,
        case_id=item.case.pk,
        now=now,
        text="You have an open case of its account.",
    )
    return item.pick.candidate.id, telling


def _assignment(item: _Given, *, position: int, record: Drain, now: datetime) -> dict[str, Any]:
    pick = item.pick
    return {
        "case_id": item.case.pk,
        "person_id": pick.candidate.id,
        "at": now,
        "rule": str(item.rule),
        "drain_id": record.pk,
        "position": position,
        "turn": pick.turn,
        "load_before": pick.candidate.load,
        "places": pick.candidate.places,
        "over_capacity": False,
        "language": item.case.language,
        "runner_up_id": pick.runner_up.id if pick.runner_up else None,
        "reason": "",
    }


def _write_left(left: Sequence[tuple[Case, WaitingReason]], *, record: Drain, pool: Pool) -> None:
    rows = [
        {
            "case_id": case.pk,
            "pool_id": pool.pk,
            "reason": str(reason),
            "since": record.at,
            "drain_id": record.pk,
        }
        for case, reason in left
    ]
    bulk.upsert(Waiting, rows, key="case_id", where="true")


def _write_turns(pool: Pool, rotation: Rotation, given: Sequence[_Given], *, now: datetime) -> None:
    took = {item.pick.candidate.id for item in given if item.pick.turn}
    if not took:
        return
    members = pool.members.filter(person__in=took).values_list("id", "person_id")
    rows = [
        {"id": pk, "last_turn": rotation.members[person].last_turn, "last_turn_at": now}
        for pk, person in members
    ]
    bulk.update(Member, rows)
    pool.turn = rotation.turn
    pool.save(update_fields=["turn"])


def explain_unplaceable(*, now: datetime) -> None:
    """Record the reason of each waiting case that belongs to no pool: its region is not known."""
    unplaced = Case.objects.waiting().filter(territory="", waiting__isnull=True)
    rows = [
        {
            "case_id": pk,
            "pool_id": None,
            "reason": str(WaitingReason.NO_REGION),
            "since": now,
            "drain_id": None,
        }
        for pk in unplaced.values_list("pk", flat=True)[:BATCH]
    ]
    bulk.insert(Waiting, rows, returning="case_id")
