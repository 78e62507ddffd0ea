"""Telling of what the clocks have passed, in sums rather than one by one.

An owner is told of one case by its name and of several by their number. A territory's managers have one notice an
hour, which counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse

from cases import placing, writing
from cases.models import Case, DueKind, NoticeKind, Question, Verb
from cases.models.history import Actor
from cases.talk import in_charge, notices
from cases.talk.notices import Telling
from cases.writing import Change, Entry
from smbcases import playbook

BATCH = 500
_PASSED: dict[str, str] = {
    DueKind.PICK_UP: "Its pick-up is late.",
    DueKind.LIMIT: "It is open longer than it should be.",
    DueKind.ANSWER: "A question on it is late.",
}


def tell(passed: Sequence[tuple[Case, str]], *, now: datetime) -> None:
    """Tell the owners and the managers of these cases what each of them has passed, a `DueKind`."""
    of_owner: dict[int, list[tuple[Case, str]]] = defaultdict(list)
    of_territory: dict[str, int] = defaultdict(int)
    for case, kind in passed:
        of_territory[placing.territory_of(case)] += 1
        if case.owner_id is not None:
            of_owner[case.owner_id].append((case, kind))
    for owner_id, theirs in of_owner.items():
        _tell_owner(owner_id, theirs, now=now)
    for territory, count in of_territory.items():
        _tell_managers(territory, count, now=now)


def _tell_owner(owner_id: int, theirs: Sequence[tuple[Case, str]], *, now: datetime) -> None:
    case, kind = theirs[0]
    alone = len(theirs) == 1
    telling = Telling(
        kind=NoticeKind.OVERDUE,
        case_id=case.pk if alone else None,
        by=None,
        now=now,
        text=_PASSED.get(kind, "") if alone else f"{len(theirs)} of your cases.",
        url="" if alone else f"{reverse('my_cases')}?{urlencode({'due': 'late'})}",
        tally=len(theirs),
    )
    notices.send([owner_id], telling)


def _tell_managers(territory: str, count: int, *, now: datetime) -> None:
    known = playbook.active().territories.get(territory)
    if known is None:
        return
    telling = Telling(
        kind=NoticeKind.OVERDUE,
        case_id=None,
        by=None,
        now=now,
        text=f"Cases of {known.name}.",
        url=f"{reverse('cases')}?{urlencode({'due': 'late', 'territory': territory})}",
        topic=f"overdue:{territory}:{now:%Y%m%d%H}",
        tally=count,
        again=True,
    )
    notices.send(in_charge.of_territory(territory), telling)


def sweep_questions(*, now: datetime) -> int:
    """Mark every open question whose time has passed, once. Answers how many."""
    marked = 0
    while True:
        batch = _sweep_batch(now=now)
        marked += batch
        if batch < BATCH:
            return marked


@transaction.atomic
def _sweep_batch(*, now: datetime) -> int:
    """The cases are locked before their questions, as those who ask and answer do."""
    late = Question.objects.due().filter(missed_at__isnull=True, due_at__lte=now)
    asked = late.order_by("due_at").values_list("case_id", flat=True)[:BATCH]
    cases = writing.lock(asked)
    missed = list(late.filter(case__in=cases).select_for_update(of=("self",)).order_by("id"))
    _mark(cases, missed, now=now)
    return len(missed)


def _mark(cases: dict[int, Case], missed: Iterable[Question], *, now: datetime) -> None:
    of_case = defaultdict(list)
    for question in missed:
        of_case[question.case_id].append(question.pk)
    writing.write([_passed(cases[pk], ids) for pk, ids in of_case.items()], now=now)
    ids = [pk for theirs in of_case.values() for pk in theirs]
    Question.objects.filter(pk__in=ids).update(missed_at=now)
    tell([(cases[pk], DueKind.ANSWER) for pk in of_case], now=now)


def _passed(case: Case, ids: Sequence[int]) -> Change:
    data = {"clock": str(DueKind.ANSWER), "questions": list(ids)}
    return Change(case=case, columns={}, entries=[Entry(verb=Verb.OVERDUE, actor=Actor.CLOCK, data=data)])
