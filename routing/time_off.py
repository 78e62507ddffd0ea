"""Days away: who may plan them for whom, and what a span must be. Routing passes over who is away today."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import access
from accounts.access import Act, Reach
from accounts.models import Person
from cases.planning import local_day
from routing.models import TimeOff
from smbcases import playbook
from smbcases.lib.refusal import Refusal
from smbcases.lib.wake import wake

LONGEST = timedelta(days=366)


class NotASpan(Refusal):
    """The days cannot be time off: the wrong way round, over already, or too many."""

    name = "not-a-span"
    status = 422
    title = "These days cannot be time off"


class CannotCover(Refusal):
    name = "cannot-cover"
    status = 422
    title = "This person cannot cover"


class NoSuchTimeOff(Refusal):
    name = "no-such-time-off"
    status = 404
    title = "There is no such time off"


def may_plan(by: Person, person: Person) -> bool:
    """Advocates plan their own days, a Team Lead the team's, a manager their territory's, Ops everybody's."""
    how_far = access.reach(by, Act.PLAN_TIME_OFF)
    if how_far is Reach.NONE:
        return False
    return (
        how_far is Reach.ALL
        or by.pk == person.pk
        or (how_far is Reach.TEAM and _same_manager(by, person))
        or (how_far is Reach.REGION and _same_territory(by, person))
    )


def _same_manager(by: Person, person: Person) -> bool:
    return person.manager_id is not None and person.manager_id == by.manager_id


def _same_territory(by: Person, person: Person) -> bool:
    rules = playbook.active()
    territory = rules.territory_of(by.region)
    theirs = rules.territory_of(person.region)
    return person.manager_id == by.pk or (territory is not None and territory == theirs)


@transaction.atomic
def add(
    *,
    person: Person,
    starts_on: date,
    ends_on: date,
    by: Person,
    now: datetime,
    covered_by: Person | None = None,
    note: str = "",
) -> TimeOff:
    """Plan time off, first and last day included. Cases in progress stay where they are.

    Raises PermissionDenied, NotASpan, CannotCover.
    """
    _check(by, person)
    _check_span(starts_on, ends_on, today=local_day(person, now=now))
    if covered_by is not None:
        _check_cover(covered_by, person)
    return TimeOff.objects.create(
        person=person,
        starts_on=starts_on,
        ends_on=ends_on,
        covered_by=covered_by,
        note=note.strip(),
    )


@transaction.atomic
def remove(*, time_off_id: int, by: Person) -> TimeOff:
    """Take time off back; somebody may be free again, so the routing is woken.

    Raises NoSuchTimeOff, PermissionDenied.
    """
    found = TimeOff.objects.select_related("person").filter(pk=time_off_id).first()
    if found is None:
        raise NoSuchTimeOff("It was removed already.")
    _check(by, found.person)
    found.delete()
    wake("waiting")
    return found


def _check(by: Person, person: Person) -> None:
    if not may_plan(by, person):
        raise PermissionDenied(f"You may not plan {person.name}'s time off. They can, or their manager.")


def _check_span(starts_on: date, ends_on: date, *, today: date) -> None:
    if ends_on < starts_on:
        raise NotASpan("The last day lies before the first.")
    if ends_on < today:
        raise NotASpan("These days are over already.")
    if ends_on - starts_on > LONGEST:
        raise NotASpan("Time off lasts a year at most. Pause their turns instead.")


def _check_cover(cover: Person, person: Person) -> None:
    if cover.pk == person.pk:
        raise CannotCover("Nobody covers for themselves.")
    if not (cover.is_active and cover.handles_cases):
        raise CannotCover(f"{cover.name} does not work cases.")
