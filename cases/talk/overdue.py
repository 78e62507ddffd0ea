"""Telling of what the clocks ask for, in sums rather than one by one.

An owner is told of one case by its name and of several by their number, which counts within the hour; who covers for
them while they are away hears of it too. A territory's managers have one notice an hour, which counts, and so have
those whom the managers report to; of what lies in no territory SMB Ops hear. What is soon due, is late, and still is
late are three things.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse

from accounts.models import Person
from cases import case_territory, ladders, writing
from cases.intake import opening
from cases.ladders import Rung, Taken
from cases.models import Case, DueKind, NoticeKind, Question, Verb
from cases.models.history import Actor
from cases.talk import alerts, in_charge, notices
from cases.talk.notices import Telling
from cases.writing import Change, Entry
from smbcases import playbook
from smbcases.lib import bulk

BATCH = 500


class Stage(StrEnum):
    """Where on the ladder: before it is due, when it is, and after."""

    SOON = "soon"
    LATE = "late"
    STILL = "still"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is to be told of `count` cases alike, one of which is `case_id`: the steps of a clock's ladder, taken as
    one. `territory` is where they lie. What is told of the same `case_id` in one sweep is told of the same cases."""

    clock: DueKind
    rungs: tuple[Rung, ...]
    owner_id: int | None
    territory: str
    count: int
    case_id: int

    @property
    def stage(self) -> Stage:
        """That of the latest step."""
        last = self.rungs[-1]
        if last.is_due:
            return Stage.LATE
        return Stage.SOON if last.offset.total_seconds() < 0 else Stage.STILL

    def is_for(self, whom: str) -> bool:
        """Whoever one of the steps names hears of it once."""
        return any(whom in rung.tell for rung in self.rungs)


def told_of(clock: DueKind, rungs: tuple[Rung, ...], *, case: Case, territory: str) -> Told:
    return Told(
        clock=clock, rungs=rungs, owner_id=case.owner_id, territory=territory, count=1, case_id=case.pk
    )


_PASSED: dict[str, str] = {
    DueKind.PICK_UP: "Its pick-up is late.",
    DueKind.TARGET: "It is open longer than the target.",
    DueKind.LIMIT: "It is open longer than it should be.",
    DueKind.NEXT_STEP: "Its next step is past.",
    DueKind.ANSWER: "A question on it is late.",
}
_COMING: dict[str, str] = {
    DueKind.PICK_UP: "Pick it up soon.",
    DueKind.TARGET: "Its target to close comes near.",
    DueKind.LIMIT: "It will soon be open longer than it should be.",
    DueKind.NEXT_STEP: "Its next step is due soon.",
    DueKind.ANSWER: "A question on it waits for an answer.",
}


def tell(told: Iterable[Told], *, now: datetime) -> None:
    """Tell owners, managers and those above them, each as the ladders say. It asks the database as often for many
    cases and owners as for one, and a little for each territory and stage: who is in charge there."""
    heard = list(told)
    if not heard:
        return
    pairs = [
        *_for_owners([one for one in heard if one.owner_id and one.is_for("owner")], now=now),
        *_for_managers([one for one in heard if one.is_for("manager")], now=now),
        *_for_above([one for one in heard if one.is_for("above")], now=now),
    ]
    notices.send_all(pairs)


Pairs = Iterator[tuple[int, Telling]]


def _for_owners(told: Sequence[Told], *, now: datetime) -> Pairs:
    theirs: dict[tuple[int, bool], list[Told]] = defaultdict(list)
    for one in told:
        if one.owner_id is not None:
            theirs[one.owner_id, one.stage is Stage.SOON].append(one)
    covers = opening.covers(sorted({owner for owner, _ in theirs}), now=now)
    names = dict(Person.objects.filter(pk__in=covers).values_list("pk", "name")) if covers else {}
    for (owner, is_soon), of_owner in sorted(theirs.items()):
        yield owner, _to_owner(of_owner, is_soon=is_soon, now=now)
        if owner in covers:
            yield covers[owner], _to_cover(of_owner, is_soon=is_soon, now=now, owner=owner, name=names[owner])


def _count(told: Iterable[Told]) -> int:
    """How many cases: one of which two clocks are told is one."""
    return sum({one.case_id: one.count for one in told}.values())


def _to_owner(told: Sequence[Told], *, is_soon: bool, now: datetime) -> Telling:
    count = _count(told)
    if count == 1:
        words, clocks = _COMING if is_soon else _PASSED, {one.clock for one in told}
        text = " ".join(said for clock, said in words.items() if clock in clocks)
        return _telling(is_soon=is_soon, now=now, case_id=told[0].case_id, text=text)
    asked = {"due": "today" if is_soon else "late"}
    return _telling(
        is_soon=is_soon,
        now=now,
        text="Cases of yours.",
        url=f"{reverse('my_cases')}?{urlencode(asked)}",
        topic=f"{_key(is_soon=is_soon)}:mine:{_hour(now)}",
        tally=count,
    )


def _to_cover(told: Sequence[Told], *, is_soon: bool, now: datetime, owner: int, name: str) -> Telling:
    asked = {"owner": owner, "due": "today" if is_soon else "late"}
    return _telling(
        is_soon=is_soon,
        now=now,
        text=f"Cases of {name}, whom you cover.",
        url=f"{reverse('cases')}?{urlencode(asked)}",
        topic=f"{_key(is_soon=is_soon)}:cover:{owner}:{_hour(now)}",
        tally=_count(told),
    )


def _for_managers(told: Sequence[Told], *, now: datetime) -> Pairs:
    for (territory, stage), count in _by_territory(told).items():
        telling = _of_territory(territory, stage, count=count, topic="region", now=now)
        people = in_charge.of_territory(territory) if territory else in_charge.ops()
        yield from ((person, telling) for person in sorted(people))


def _for_above(told: Sequence[Told], *, now: datetime) -> Pairs:
    for (territory, stage), count in _by_territory(told).items():
        telling = _of_territory(territory, stage, count=count, topic="above", now=now)
        yield from ((person, telling) for person in sorted(in_charge.above(territory)))


def _by_territory(told: Sequence[Told]) -> dict[tuple[str, Stage], int]:
    """How many cases of each territory of the active playbook, and of none, are at which stage."""
    there: dict[tuple[str, Stage], list[Told]] = defaultdict(list)
    for one in told:
        if not one.territory or one.territory in playbook.active().territories:
            there[one.territory, one.stage].append(one)
    return {key: _count(alike) for key, alike in sorted(there.items())}


def _of_territory(territory: str, stage: Stage, *, count: int, topic: str, now: datetime) -> Telling:
    name = f"of {playbook.active().territories[territory].name}" if territory else "without a territory"
    is_soon = stage is Stage.SOON
    asked = {"due": "today" if is_soon else "late", "territory": territory or "unknown"}
    return _telling(
        is_soon=is_soon,
        now=now,
        text=f"Cases {name}, late for longer." if stage is Stage.STILL else f"Cases {name}.",
        url=f"{reverse('cases')}?{urlencode(asked)}",
        topic=f"{stage}:{topic}:{territory}:{_hour(now)}",
        tally=count,
    )


def _telling(*, is_soon: bool, now: datetime, **said: Any) -> Telling:
    kind = NoticeKind.DUE_SOON if is_soon else NoticeKind.OVERDUE
    known = {"kind": kind, "case_id": None, "by": None, "now": now, "again": "topic" in said}
    return Telling(**{**known, **said})


def _key(*, is_soon: bool) -> str:
    return "soon" if is_soon else "late"


def _hour(now: datetime) -> str:
    return f"{now:%Y%m%d%H}"


def sweep_questions(*, now: datetime) -> int:
    """Take the steps that open questions ask for by now, once. Answers of how many questions."""
    acted = 0
    while True:
        batch = _sweep_batch(now=now)
        acted += batch
        if batch < BATCH:
            return acted


@transaction.atomic
def _sweep_batch(*, now: datetime) -> int:
    """The cases are locked before their questions, as those who ask and answer do."""
    due = Question.objects.due().filter(alert_at__lte=now)
    asked = due.order_by("alert_at", "id").values_list("case_id", flat=True)[:BATCH]
    cases = writing.lock(asked)
    found = list(due.filter(case__in=cases).select_for_update(of=("self",)).order_by("id"))
    taken = {question.pk: _take(question, cases[question.case_id], now=now) for question in found}
    _mark(cases, [question for question in found if any(one.marks for one in taken[question.pk])], now=now)
    _note(found, cases, now=now)
    tell(_tellings(found, taken, cases), now=now)
    return len(found)


def _take(question: Question, case: Case, *, now: datetime) -> list[Taken]:
    return ladders.take([alerts.running(question, case)], after=question.alerted_at, now=now)


def _tellings(
    found: Sequence[Question], taken: Mapping[int, Sequence[Taken]], cases: Mapping[int, Case]
) -> Iterator[Told]:
    for question in found:
        case = cases[question.case_id]
        say = partial(told_of, DueKind.ANSWER, case=case, territory=case_territory.territory_of(case))
        yield from (say(one.rungs) for one in taken[question.pk])


def _note(found: Sequence[Question], cases: Mapping[int, Case], *, now: datetime) -> None:
    for question in found:
        question.alerted_at = now
        question.alert_at = alerts.next_alert(question, cases[question.case_id])
    names = ("id", "missed_at", "alerted_at", "alert_at")
    bulk.update(Question, [{name: getattr(question, name) for name in names} for question in found])


def _mark(cases: Mapping[int, Case], missed: Iterable[Question], *, now: datetime) -> None:
    of_case: dict[int, list[int]] = defaultdict(list)
    for question in missed:
        question.missed_at = now
        of_case[question.case_id].append(question.pk)
    writing.write([_passed(cases[pk], ids) for pk, ids in of_case.items()], now=now)


def _passed(case: Case, ids: Sequence[int]) -> Change:
    data = {"clock": str(DueKind.ANSWER), "questions": list(ids)}
    return Change(case=case, columns={}, entries=[Entry(verb=Verb.OVERDUE, actor=Actor.CLOCK, data=data)])
