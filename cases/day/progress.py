"""What somebody has done today, counted honestly: each thing once, and nothing that was taken back.

A thing done is an answer, a pick-up, the touches of a case, its planning, its closing, or a task. Whoever writes two
mails on a case has touched it once; what was on no list counts too, for it was done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
COUNTED = (*_DONE, Verb.UNDONE, Verb.REOPENED)
# What each act on many cases writes of this. Undone, it was the last that was done to the case.
WRITES: Mapping[str, Sequence[Verb]] = {
    "pick_up": (Verb.PICKED_UP,),
    "next_steps": (Verb.NEXT_STEPS,),
    "later": (Verb.NEXT_STEPS, Verb.DEFERRED),
    "close": (Verb.CLOSED,),
    "status": (),
    "hand_over": (),
}
Line = tuple[Verb, int]


@dataclass(frozen=True, kw_only=True)
class Act:
    """A line of a case's history, as far as counting needs it."""

    case_id: int
    verb: str
    data: Mapping[str, Any]


def count(acts: Iterable[Act]) -> int:
    """How many different things these acts did, oldest first; what was taken back afterwards is none."""
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    for act in acts:
        of_case = lines[act.case_id]
        if act.verb == Verb.UNDONE:
            for verb in WRITES.get(act.data.get("act", ""), ()):
                _drop_last(of_case, verb)
        elif act.verb == Verb.REOPENED:
            of_case[:] = [line for line in of_case if line[0] != Verb.CLOSED]
        elif not act.data.get("inbound") and not _is_again(act):
            of_case.append((Verb(act.verb), _which(act)))
    return sum(len({(_DONE[verb], which) for verb, which in of_case}) for of_case in lines.values())


def _drop_last(lines: list[Line], verb: Verb) -> None:
    """What was done before the act that is undone stays done."""
    for at in range(len(lines) - 1, -1, -1):
        if lines[at][0] == verb:
            del lines[at]
            return


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
