"""What somebody has done today, counted honestly: each thing once, and nothing that was taken back.

A thing done is an answer, a pick-up, the touches of a case, its planning, its closing, or a task. Whoever writes two
mails on a case has touched it once; what was on no list counts too, for it was done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Person
from cases.day.clock import Clock
from cases.models import History, Task, Verb

# What counts as done, and as what; a touch of the customer's own is none of ours.
_DONE = {
    Verb.ANSWERED: "question",
    Verb.PICKED_UP: "pick_up",
    Verb.LOGGED: "touch",
    Verb.MAILED: "touch",
    Verb.NEXT_STEPS: "plan",
    Verb.DEFERRED: "plan",
    Verb.CLOSED: "close",
}
_TAKES_BACK = {Verb.UNDONE: tuple(set(_DONE.values())), Verb.REOPENED: ("close",)}
COUNTED = (*_DONE, *_TAKES_BACK)
Thing = tuple[int, str, int]


@dataclass(frozen=True, kw_only=True)
class Act:
    """A line of a case's history, as far as counting needs it."""

    case_id: int
    verb: str
    data: Mapping[str, Any]


def count(acts: Iterable[Act]) -> int:
    """How many different things these acts did, oldest first; what was taken back afterwards is none."""
    done: set[Thing] = set()
    for act in acts:
        if act.verb in _TAKES_BACK:
            gone = _TAKES_BACK[Verb(act.verb)]
            done = {one for one in done if one[0] != act.case_id or one[1] not in gone}
        elif not act.data.get("inbound") and not _is_again(act):
            done.add((act.case_id, _DONE[Verb(act.verb)], _which(act)))
    return len(done)


def _which(act: Act) -> int:
    """Questions are answered one by one."""
    return int(act.data.get("question") or 0) if act.verb == Verb.ANSWERED else 0


def _is_again(act: Act) -> bool:
    """A line about a mail that is known already: that it failed, or was sent again."""
    return act.verb == Verb.MAILED and act.data.get("kind") not in {None, "email"}


def load(person: Person, *, clock: Clock, with_tasks: bool = True) -> int:
    """How many things `person` has done since midnight, in two queries."""
    return count(_load_acts(person, since=clock.begins_at)) + (
        _count_tasks(person, since=clock.begins_at) if with_tasks else 0
    )


def _load_acts(person: Person, *, since: datetime) -> list[Act]:
    told = History.objects.filter(person=person, verb__in=COUNTED, at__gte=since)
    rows = told.order_by("id").values_list("case_id", "verb", "data")
    return [Act(case_id=case_id, verb=verb, data=data) for case_id, verb, data in rows]


def _count_tasks(person: Person, *, since: datetime) -> int:
    return Task.objects.of(person).done().filter(done_at__gte=since).count()
