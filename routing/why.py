"""Why a case is whose it is, or why it waits: told from the records made when it was decided.

Nothing here is computed afresh but the position in the queue. The roster at an assignment is the one that its drain
stored, moved on by the assignments before it in the same drain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import Event
from cases.models import Case
from routing.models import Assignment, Drain, Evaluation, Rule, TriggerVersion, Verdict, Waiting
from routing.ranking import Candidate, Need, Ranking, Row, rank
from routing.ranking import Verdict as Standing


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """A stored decision in words. `kind`: assigned, by_hand, waiting or none; `rows` the roster at that moment.

    `chosen_id` is who got it, `ahead` how many cases go out before it, `by` who chose by hand.
    """

    kind: str
    at: datetime | None = None
    sentence: str = ""
    rows: tuple[Row, ...] = ()
    chosen_id: int | None = None
    runner_up_id: int | None = None
    reason: str = ""
    by: str = ""
    over_capacity: bool = False
    ahead: int = 0
    rule: str = ""


def explain(case: Case) -> Explanation:
    """Why `case` is whose it is; where it is nobody's, why it waits."""
    if case.owner_id is None:
        return _waiting(case)
    given = case.assignments.filter(person=case.owner_id).select_related("drain__pool", "by", "person")
    latest = given.order_by("-id").first()
    if latest is None:
        return Explanation(kind="none", sentence="There is no record of how it got its owner.")
    return _by_hand(latest) if latest.drain is None else _by_routing(latest, latest.drain)


def _by_hand(given: Assignment) -> Explanation:
    held = f"{given.person.name} held {given.load_before} of {given.places} places"
    over = ", so this went over capacity" if given.over_capacity else ""
    who = given.by.name if given.by else "Somebody"
    did = "took it from the queue" if given.rule == Rule.TAKEN else f"chose {given.person.name}"
    return Explanation(
        kind="by_hand",
        at=given.at,
        sentence=f"{who} {did}. {held}{over}.",
        chosen_id=given.person_id,
        reason=given.reason,
        by=who,
        over_capacity=given.over_capacity,
        rule=given.rule,
    )


def _by_routing(given: Assignment, drain: Drain) -> Explanation:
    ranked = _ranked(given, drain)
    return Explanation(
        kind="assigned",
        at=given.at,
        sentence=f"{_sentence(given, drain)}{_who_had_it(given, ranked)}",
        rows=ranked.rows,
        chosen_id=given.person_id,
        runner_up_id=given.runner_up_id,
        rule=given.rule,
    )


def _sentence(given: Assignment, drain: Drain) -> str:
    name = given.person.name
    if given.rule == Rule.TURN:
        return f"{drain.pool.name}, round robin. {name} was next: longest since the last turn."
    return f"{drain.pool.name}. {name} {Rule(given.rule).label}, which comes before the turn."


def _who_had_it(given: Assignment, ranked: Ranking) -> str:
    """Why it did not go back to whoever it was meant for."""
    meant = given.case.meant_for_id
    if given.rule != Rule.TURN or meant in {None, given.person_id}:
        return ""
    row = next((row for row in ranked.rows if row.candidate.id == meant and row.turn is None), None)
    return f" {row.candidate.name}, for whom it was meant: {standing(row).lower()}." if row else ""


def _ranked(given: Assignment, drain: Drain) -> Ranking:
    """The roster as it stood when this case was given."""
    earlier = drain.assignments.filter(position__lt=given.position).order_by("position")
    steps = list(earlier.values_list("person_id", "turn", "case__takes_place"))
    members = {person["id"]: Candidate.restored(person) for person in drain.roster}
    for person_id, took_turn, takes_place in steps:
        member = members[person_id]
        load = member.load + bool(takes_place)
        members[person_id] = replace(member, load=load, last_turn=took_turn or member.last_turn)
    need = Need(language=given.language, takes_place=given.case.takes_place)
    return rank(list(members.values()), need=need)


def _waiting(case: Case) -> Explanation:
    found = Waiting.objects.select_related("drain__pool").filter(case=case).first()
    if not case.is_open or case.deferred_until is not None:
        return Explanation(kind="none", sentence="It has no owner.")
    if found is None:
        return Explanation(kind="waiting", at=case.queued_at, sentence="Routing looks at it in a moment.")
    return Explanation(
        kind="waiting",
        at=found.since,
        sentence=f"{found.get_reason_display()}.",
        rows=_after(found.drain, case).rows if found.drain else (),
        ahead=ahead_of(case),
        rule=found.reason,
    )


def _after(drain: Drain, case: Case) -> Ranking:
    """The roster as the drain left it."""
    given = Assignment(case=case, drain=drain, position=drain.assigned + 1, language=case.language)
    return _ranked(given, drain)


def ahead_of(case: Case) -> int:
    """How many waiting cases of its territory go out before it."""
    queue = Case.objects.waiting().filter(territory=case.territory)
    older = Q(priority=case.priority) & (
        Q(queued_at__lt=case.queued_at) | Q(queued_at=case.queued_at, pk__lt=case.pk)
    )
    return queue.filter(Q(priority__gt=case.priority) | older).count()


def standing(row: Row) -> str:
    """A row's verdict in words, without its figures: `Next`, `2nd`, `At capacity`, `Away until 24 Nov`."""
    if row.turn is not None:
        return "Next" if row.turn == 1 else f"{_ordinal(row.turn)} in turn"
    return _PASSED_OVER[row.verdict]


_PASSED_OVER = {
    Standing.INACTIVE: "Not active",
    Standing.TAKES_NO_TURNS: "Takes no turns",
    Standing.ON_TIME_OFF: "Away",
    Standing.LANGUAGE: "Does not speak the language",
    Standing.AT_CAPACITY: "At capacity",
}


def _ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    endings = {1: "st", 2: "nd", 3: "rd"}
    in_the_teens = number // 10 % 10 == 1
    return f"{number}{'th' if in_the_teens else endings.get(number % 10, 'th')}"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What opened a case: the trigger and version, its condition then, what it saw, and the event that woke it."""

    trigger: str
    version: int
    condition: str
    values: dict[str, Any]
    event: Event | None
    at: datetime


def explain_opening(case: Case) -> Opening | None:
    """The record of the look that opened `case`; None where a person did."""
    looks = Evaluation.objects.select_related("trigger", "event")
    look = looks.filter(case=case, verdict=Verdict.OPENED).order_by("id").first()
    if look is None:
        return None
    then = TriggerVersion.objects.filter(trigger=look.trigger, number=look.version).first()
    definition = then.definition if then else {}
    return Opening(
        trigger=definition.get("name", look.trigger.name),
        version=look.version,
        condition=definition.get("condition", ""),
        values=look.values,
        event=look.event,
        at=look.at,
    )


def shorten(rows: Sequence[Row], *, chosen_id: int | None, longest: int = 8) -> list[Row]:
    """The rows worth showing first: who got it, who was next, and enough of who was passed over."""
    chosen = [row for row in rows if row.candidate.id == chosen_id]
    return (chosen + [row for row in rows if row.candidate.id != chosen_id])[:longest]
