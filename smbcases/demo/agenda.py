"""Who does what on which case, and when: plans of cases as moments, kept to office hours."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from random import Random

from accounts.models import Person
from cases.models import Case
from routing.models import TimeOff
from smbcases.demo import casework
from smbcases.demo.casework import Deed, Plan, Subject
from smbcases.demo.chance import likely
from smbcases.demo.desk import Desk
from smbcases.demo.folders import Folder, NotDone
from smbcases.demo.hours import Desk as Hours
from smbcases.demo.hours import desk as hours_of
from smbcases.demo.people import Manner, manners

AROUND = ("account", "contact", "opportunity", "lead")
_AGAIN = timedelta(days=1)
_TRIES = 6
_REOPENED = 0.03


@dataclass(kw_only=True)
class _Running:
    """A case being worked: what comes next, and how often that was refused."""

    folder: Folder
    plan: Plan
    due_at: datetime | None = None
    refused: int = 0


class Agenda:
    """The plans of all cases. `done` counts deeds."""

    def __init__(self, desk: Desk, *, people: Sequence[Person], chance: Random) -> None:
        self.desk, self.chance = desk, chance
        self.people = {one.pk: one for one in people}
        self.done = 0
        self._hours = _hours(people)
        self._manners = manners()
        self._running: dict[int, _Running] = {}
        self._cases_of: dict[str, list[int]] = {}
        self._moments: list[tuple[datetime, int, int]] = []
        self._numbers = count()

    def take_on(self, case: Case, *, owner_id: int, at: datetime, again: bool = False) -> None:
        """Plan a case that was just given to somebody; `again` where it came back."""
        owner = self.people[owner_id]
        seats = (
            before.folder.seats if (before := self._running.get(case.pk)) else self.chance.randrange(2, 18)
        )
        folder = _folder(case, owner=owner, people=self.people, seats=seats)
        make = casework.plan_again if again or before else casework.plan
        manner = self._manners.get(owner.name, Manner())
        plan = make(self._subject(case, folder, at), manner=manner, chance=self.chance)
        running = self._running[case.pk] = _Running(folder=folder, plan=plan)
        if folder.account:
            self._cases_of.setdefault(folder.account, []).append(case.pk)
        self._schedule(running, at + plan[0].after)

    def work(self, *, before: datetime) -> None:
        """Do the deeds that are due, in their order."""
        while self._moments and self._moments[0][0] < before:
            at, _, case_id = heapq.heappop(self._moments)
            running = self._running[case_id]
            if running.plan and running.due_at == at:
                self._do(running, at)

    def _do(self, running: _Running, at: datetime) -> None:
        deed = running.plan[0]
        try:
            self.desk.do(deed, running.folder, at=at)
        except NotDone:
            running.refused += 1
            if running.refused < _TRIES:
                self._schedule(running, at + _AGAIN)
            return
        running.plan.popleft()
        running.refused = 0
        self.done += 1
        if deed.kind == "close" and likely(self.chance, _REOPENED):
            running.plan.append(Deed(kind="reopen", after=timedelta(days=self.chance.uniform(1, 5))))
        if running.plan:
            self._schedule(running, at + running.plan[0].after)

    def _schedule(self, running: _Running, at: datetime) -> None:
        """At `at`, or when its owner is at work again. Seconds differ, so that nothing happens like clockwork."""
        hours = self._hours[running.folder.owner.pk]
        running.due_at = hours.next_open(at + timedelta(seconds=self.chance.randrange(5, 400)))
        heapq.heappush(self._moments, (running.due_at, next(self._numbers), running.folder.case_id))

    def _subject(self, case: Case, folder: Folder, at: datetime) -> Subject:
        opportunity = case.opportunity if case.opportunity and case.opportunity.is_open else None
        earlier = [pk for pk in self._cases_of.get(folder.account, []) if pk != case.pk]
        speaks = not folder.language or folder.language in folder.owner.languages
        return Subject(
            case_type=case.case_type,
            category=case.category,
            origin=case.origin,
            has_contact=case.contact_id is not None or case.lead_id is not None,
            has_lead=case.lead is not None and not case.lead.is_converted,
            kind=opportunity.kind if opportunity else "",
            days_to_close=casework.days_until(opportunity.close_on, at=at) if opportunity else None,
            earlier_case=earlier[-1] if earlier else None,
            foreign_language="" if speaks else folder.language,
        )


def _folder(case: Case, *, owner: Person, people: dict[int, Person], seats: int) -> Folder:
    named = case.contact or case.lead
    spoken = case.contact.language if case.contact else ""
    return Folder(
        case_id=case.pk,
        case_type=case.case_type,
        account=case.account.external_id if case.account else "",
        owner=owner,
        who=named.name.split(maxsplit=1)[0] if named else "the customer",
        language="" if spoken == "en" else spoken,
        seats=seats,
        opportunity=case.opportunity.external_id if case.opportunity else "",
        lead=case.lead.external_id if case.lead else "",
        filer=people.get(case.filed_by_id or 0),
    )


def _hours(people: Sequence[Person]) -> dict[int, Hours]:
    away: dict[int, list[tuple[date, date]]] = {}
    for span in TimeOff.objects.order_by("id"):
        away.setdefault(span.person_id, []).append((span.starts_on, span.ends_on))
    return {one.pk: hours_of(one.time_zone, away.get(one.pk, ())) for one in people}
