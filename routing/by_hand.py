"""Cases that change hands by somebody's decision: handed over, or taken from the queue.

Both raise somebody's load, so both hold the pools of who bears it: nobody goes over capacity on any path, unless a
manager decides so, which is then on record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from accounts import access as roles
from accounts.access import Act, Reach
from accounts.models import Person
from cases import access, ownership, together
from cases.models import Case, NoticeKind, Verb
from cases.ownership import Gift
from cases.places import AtCapacity
from cases.talk import asked, notices, waiting
from cases.talk.asked import Asked
from cases.talk.notices import Telling
from cases.together import Deed
from cases.writing import Change
from routing import places
from routing.candidates import candidate_outside, load_candidates, need_of
from routing.models import Assignment, Member, Pool, Rule, Waiting
from routing.ranking import Candidate, Need, is_full
from smbcases import playbook
from smbcases.lib.refusal import Refusal


class NobodyWaits(Refusal):
    name = "queue-empty"
    title = "Nothing waits in your queue"


class NotFromAQueue(Refusal):
    name = "cases-are-assigned"
    title = "Cases are assigned by turn"


class CannotTake(Refusal):
    name = "cannot-take-cases"
    title = "This person cannot take the case"


class ReasonNeeded(Refusal):
    name = "reason-needed"
    status = 422
    title = "Say why"


@dataclass(kw_only=True)
class HandOver(Deed):
    """Cases go to somebody by hand, with one reason on record.

    `candidate` is `to` as they stand, with a place more taken for each case given; `given` has the assignments.
    """

    to: Person
    reason: str
    candidate: Candidate = field(init=False)
    given: dict[int, Assignment] = field(default_factory=dict)
    questions: Mapping[int, Sequence[Asked]] = field(default_factory=dict)

    def hold(self, case_ids: Sequence[int]) -> None:
        places.lock_pools_of([self.to.pk])

    def look(self, cases: Sequence[Case]) -> None:
        self.candidate = _candidate(self.to, now=self.now)
        self.questions = waiting.load_many(cases)

    def decide(self, case: Case) -> Change:
        _check_hand_over(case, to=self.to, by=self.by, reason=self.reason)
        over = is_full(self.candidate, need=need_of(case))
        if over and not may_exceed(self.by, case):
            raise AtCapacity(
                f"{self.to.name} holds {self.candidate.load} of {self.candidate.places} places."
                " A manager may go over it."
            )
        self.given[case.pk] = self._assigned(case, over=over)
        if case.takes_place and case.deferred_until is None:
            self.candidate = replace(self.candidate, load=self.candidate.load + 1)
        return ownership.change_of(self._gift(case), now=self.now)

    def write(self, changes: Sequence[Change]) -> None:
        super().write(changes)
        cases = [change.case for change in changes]
        Waiting.objects.filter(case__in=cases).delete()
        Assignment.objects.bulk_create([self.given[case.pk] for case in cases])
        notices.send_all((self.to.pk, self._telling(case)) for case in cases)

    def _telling(self, case: Case) -> Telling:
        return Telling(
            kind=NoticeKind.HANDED_OVER,
            case_id=case.pk,
            by=self.by,
            now=self.now,
            text=self._told(case),
        )

    def _told(self, case: Case) -> str:
        """Who gets the case hears at once who waits for an answer on it."""
        return " ".join(filter(None, [asked.sentence(self.questions[case.pk]), self.reason.strip()]))

    def _gift(self, case: Case) -> Gift:
        return Gift(
            case=case,
            owner_id=self.to.pk,
            owner_name=self.to.name,
            rule=Rule.BY_HAND,
            verb=Verb.HANDED_OVER,
            by=self.by,
            reason=self.reason.strip(),
        )

    def _assigned(self, case: Case, *, over: bool) -> Assignment:
        return _by_hand(
            case,
            self.candidate,
            rule=Rule.BY_HAND,
            by=self.by,
            reason=self.reason.strip(),
            over=over,
            now=self.now,
        )


def hand_over(
    *,
    case_id: int,
    to: Person,
    by: Person,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> Assignment:
    """Give the case to somebody by hand, with the reason on record.

    Raises ReasonNeeded, CannotTake (inactive, no advocate, the owner already, closed), PermissionDenied, and
    AtCapacity unless a manager of the case decides to go over it.
    """
    deed = HandOver(to=to, reason=reason, by=by, now=now)
    case = together.one(deed, case_id=case_id, version=version)
    return deed.given[case.pk]


def _check_hand_over(case: Case, *, to: Person, by: Person, reason: str) -> None:
    if not access.may_see(by, case) or not access.may_hand_over(by, case):
        raise PermissionDenied(f"You may not hand {case.number} over. Its owner, or their manager, can.")
    if not reason.strip():
        raise ReasonNeeded("Say why it changes hands; the history keeps it.")
    if not case.is_open:
        raise CannotTake(f"{case.number} is closed.")
    if case.owner_id == to.pk:
        raise CannotTake(f"{to.name} has {case.number} already.")
    if not (to.is_active and to.handles_cases):
        raise CannotTake(f"{to.name} does not work cases.")


def may_exceed(by: Person, case: Case) -> bool:
    return roles.reach(by, Act.EXCEED_CAPACITY) is not Reach.NONE and access.may_work(by, case)


def _candidate(person: Person, *, now: datetime) -> Candidate:
    """`person` as their pool of the active playbook knows them.

    Without a pool, with the playbook's places.
    """
    rules = playbook.active()
    pools = Pool.objects.filter(playbook=rules.key, members__person=person)
    for pool in pools.order_by("id"):
        for candidate in load_candidates(pool=pool, now=now):
            if candidate.id == person.pk:
                return candidate
    return candidate_outside(person, places=rules.capacity.places, now=now)


def _by_hand(
    case: Case,
    candidate: Candidate,
    *,
    rule: Rule,
    by: Person,
    reason: str,
    over: bool,
    now: datetime,
) -> Assignment:
    return Assignment(
        case=case,
        person_id=candidate.id,
        at=now,
        rule=rule,
        load_before=candidate.load,
        places=candidate.places,
        over_capacity=over,
        language=case.language,
        by=by,
        reason=reason,
    )


@transaction.atomic
def take_next(*, by: Person, now: datetime) -> Case:
    """Take the next case of the person's queue, under a pulling playbook: highest priority, then oldest.

    Mail whose region is not known is in every queue. Two who ask at once get one case each.
    Raises NotFromAQueue, CannotTake, AtCapacity, NobodyWaits, PermissionDenied.
    """
    roles.check(by, Act.TAKE_CASES)
    rules = playbook.active()
    if rules.routing != "pull":
        raise NotFromAQueue("There is no queue to take from: each case is assigned as it comes.")
    places.lock_pools_of([by.pk])
    candidate = _candidate(by, now=now)
    if is_full(candidate, need=Need()):
        raise AtCapacity(
            f"You hold {candidate.load} of {candidate.places} places. Close or put off a case first."
        )
    case = _next_in_queue(by, rules=rules)
    gift = Gift(
        case=case,
        owner_id=by.pk,
        owner_name=by.name,
        rule=Rule.TAKEN,
        verb=Verb.TAKEN,
        by=by,
    )
    ownership.give([gift], now=now)
    Waiting.objects.filter(case=case).delete()
    _by_hand(case, candidate, rule=Rule.TAKEN, by=by, reason="", over=False, now=now).save()
    return case


def _next_in_queue(by: Person, *, rules: playbook.Playbook) -> Case:
    pools = Member.objects.filter(person=by, pool__playbook=rules.key).values_list(
        "pool__territory", flat=True
    )
    territories = [*pools]
    if not territories:
        raise CannotTake("You are in no territory's team yet. Ask SMB Ops to add you.")
    queue = Case.objects.waiting().filter(Q(territory__in=territories) | Q(territory=""))
    spoken = Q(language="") | Q(language__in=by.languages)
    first = queue.filter(spoken).order_by("-priority", "queued_at", "id")
    case = first.select_for_update(skip_locked=True, of=("self",)).first()
    if case is None:
        raise NobodyWaits("Nothing waits. New cases appear here by themselves.")
    return case
