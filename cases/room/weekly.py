"""The weekly summary: each with a desk is told once a week what there is to tidy, leads and managers of their team too.

At the playbook's weekday and hour where the person is. Who is clean is told nothing that week; who is away is told on
coming back, as long as the week lasts. A row a person and week keeps it to one, however often and late this is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count
from django.urls import reverse

from accounts.models import Person, Role
from cases.dashboards import staff
from cases.dashboards.staff import Staff
from cases.models import NoticeKind, RoomSummary, Task
from cases.room import counting
from cases.room.counting import Counted
from cases.room.kinds import Kind, counted
from cases.room.narrowing import When
from cases.talk import notices
from cases.talk.notices import Telling
from smbcases import playbook
from smbcases.lib import bulk, weeks
from smbcases.playbook.sections import Weekly

Away = Callable[[Sequence[Person]], Collection[int]]
"""Who of these people is away now, by id."""
_LEADING = frozenset({Role.TEAM_LEAD, Role.MANAGER})


@dataclass(frozen=True, kw_only=True)
class Due:
    """Somebody whose hour of the week has come, on `today` where they are."""

    person: Person
    week_on: date
    today: date


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What somebody is told: of their own room, and of those of their team with how many are not clean."""

    due: Due
    own: Counted
    team: Counted
    rooms: int

    @property
    def is_clean(self) -> bool:
        return not self.own.total and not self.team.total


@transaction.atomic
def tell(*, now: datetime, away: Away) -> int:
    """Tell who is due of their room, but for those of them whom `away` names. Answers how many were told."""
    weekly = playbook.active().clean_up.summary
    if not weekly.runs:
        return 0
    due = _load_due(weekly, now=now)
    absent = away([one.person for one in due]) if due else ()
    due = [one for one in due if one.person.pk not in absent]
    if not due:
        return 0
    summaries = _summarize(due, now=now)
    noted = set(bulk.insert(RoomSummary, [_row(one, now=now) for one in summaries], returning="person_id"))
    told = [one for one in summaries if one.due.person.pk in noted and not one.is_clean]
    notices.send_all((one.due.person.pk, _telling(one, now=now)) for one in told)
    return len(told)


def _load_due(weekly: Weekly, *, now: datetime) -> list[Due]:
    """Whose hour has come this week, and who was not looked at yet; not who joined after it."""
    people = Person.objects.filter(is_active=True, role__in=[*staff.DESK, Role.MANAGER]).order_by("id")
    found = [due for person in people if (due := due_now(person, weekly, now=now))]
    weeks_on = {one.week_on for one in found}
    noted = set(RoomSummary.objects.filter(week_on__in=weeks_on).values_list("person_id", "week_on"))
    return [one for one in found if (one.person.pk, one.week_on) not in noted]


def due_now(person: Person, weekly: Weekly, *, now: datetime) -> Due | None:
    """Whether the person's hour has come within this week of theirs."""
    there = now.astimezone(ZoneInfo(person.time_zone))
    slot = weeks.last_slot(weekday=weekly.weekday, hour=weekly.hour, now=there)
    if weeks.monday_of(slot) != weeks.monday_of(there) or person.joined_at > slot:
        return None
    return Due(person=person, week_on=weeks.monday_of(slot), today=there.date())


def _summarize(due: Sequence[Due], *, now: datetime) -> list[Summary]:
    """A handful of queries for each day that it is somewhere."""
    everybody = staff.load()
    by_day: defaultdict[date, list[Due]] = defaultdict(list)
    for one in due:
        by_day[one.today].append(one)
    return [
        summary
        for today, some in by_day.items()
        for summary in _of_day(some, everybody, when=When(now=now, today=today))
    ]


def _of_day(due: Sequence[Due], everybody: Staff, *, when: When) -> Iterable[Summary]:
    teams = {one.person.pk: _team(one.person, everybody) for one in due}
    own = [one.person.pk for one in due if one.person.handles_cases]
    counts = counting.count({*own, *(pk for team in teams.values() for pk in team)}, when=when)
    tasks = _count_tasks(own, when=when)
    for one in due:
        pk = one.person.pk
        mine = counts.get(pk, Counted()) + tasks.get(pk, Counted()) if pk in own else Counted()
        rooms = [counts[each] for each in teams[pk]]
        yield Summary(
            due=one, own=mine, team=sum(rooms, Counted()), rooms=sum(1 for room in rooms if room.total)
        )


def _team(person: Person, everybody: Staff) -> list[int]:
    """The others of the team that the person leads."""
    if person.role not in _LEADING:
        return []
    return [one.pk for one in everybody.team_of(person.pk) if one.has_desk and one.pk != person.pk]


def _count_tasks(people: Collection[int], *, when: When) -> Mapping[int, Counted]:
    overdue = Task.objects.open().filter(person__in=people, due_on__lt=when.today)
    found = overdue.values_list("person_id").annotate(many=Count("id")).order_by("person_id")
    return {pk: Counted(by_kind={Kind.TASKS: many}) for pk, many in found}


def _row(summary: Summary, *, now: datetime) -> dict[str, Any]:
    return {
        "person_id": summary.due.person.pk,
        "week_on": summary.due.week_on,
        "at": now,
        "things": summary.own.total,
        "of_team": summary.team.total,
    }


def _telling(summary: Summary, *, now: datetime) -> Telling:
    leads_only = not summary.due.person.handles_cases
    query = f"?team={summary.due.person.pk}" if leads_only else ""
    return Telling(
        kind=NoticeKind.CLEAN_ROOM,
        now=now,
        text=say(summary),
        url=f"{reverse('clean_room')}{query}",
        topic=f"clean_room:{summary.due.week_on.isoformat()}",
    )


def say(summary: Summary) -> str:
    """`To tidy: 3 stale cases, 1 task overdue. In your team: 12 things in 4 rooms.`"""
    told = ", ".join(counted(kind, summary.own.of(kind)) for kind in Kind if summary.own.of(kind))
    sentences = [f"To tidy: {told}."] if told else []
    if summary.team.total:
        things = f"{summary.team.total:,} thing{'s' if summary.team.total != 1 else ''}"
        rooms = f"{summary.rooms} room{'s' if summary.rooms != 1 else ''}"
        sentences.append(f"In your team: {things} to tidy in {rooms}.")
    return " ".join(sentences)
