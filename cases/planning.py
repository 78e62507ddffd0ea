"""What comes next: the next step with its day, and putting a case off until the customer wants to talk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Person
from cases import access, moves, together
from cases import next_steps as steps
from cases.models import Case, Verb
from cases.together import Deed
from cases.writing import Change, Entry
from smbcases.lib.refusal import Refusal


class NotLater(Refusal):
    name = "not-a-later-date"
    status = 422
    title = "That day cannot be used"


LONGEST_PUT_OFF = timedelta(days=731)


@dataclass(kw_only=True)
class SetNextSteps(Deed):
    """The same next step for each case, each with today's date and the writer's initials in front."""

    what: str
    on: date

    def decide(self, case: Case) -> Change:
        access.check_may_work(self.by, case)
        moves.check_open(case)
        return _planned(case, what=self.what, on=self.on, by=self.by, now=self.now)


def set_next_steps(
    *,
    case_id: int,
    what: str,
    on: date,
    by: Person,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Write the next step with today's date and the writer's initials in front. Raises EmptyNextSteps, IllegalMove,
    and NotLater where `on` lies in the past."""
    return together.one(SetNextSteps(what=what, on=on, by=by, now=now), case_id=case_id, version=version)


def _planned(case: Case, *, what: str, on: date, by: Person, now: datetime) -> Change:
    today = local_day(by, now=now)
    if on < today:
        raise NotLater("The next step's date lies in the past. Choose today or a later day.")
    if on > today + LONGEST_PUT_OFF:
        raise NotLater("The next step's date is more than two years away.")
    planned = steps.compose(what, on=on, today=today, initials=by.initials, rules=case.rules)
    entry = Entry(verb=Verb.NEXT_STEPS, person=by, data={"on": on.isoformat()}, text=planned.text)
    return Change(
        case=case,
        columns={"next_steps": planned.text, "next_steps_on": on},
        entries=[entry],
    )


@dataclass(kw_only=True)
class PutOff(Deed):
    """Customers want to talk later, all on the same day."""

    until: date
    what: str

    def decide(self, case: Case) -> Change:
        self._check_may_put_off(case)
        if self.until <= local_day(self.by, now=self.now):
            raise NotLater("Choose a day after today.")
        planned = _planned(case, what=self.what, on=self.until, by=self.by, now=self.now)
        data = {"until": self.until.isoformat(), "from": case.status}
        entry = Entry(verb=Verb.DEFERRED, person=self.by, data=data)
        columns = {
            **planned.columns,
            "deferred_until": self.until,
            "status": "open",
            "put_off": True,
        }
        return Change(case=case, columns=columns, entries=[*planned.entries, entry])

    def _check_may_put_off(self, case: Case) -> None:
        access.check_has_part(self.by, case)
        moves.check_open(case)
        if case.stage == "open":
            access.check_may_work(self.by, case)
        else:
            moves.check_move(case, "open", by=self.by)


def put_off(
    *,
    case_id: int,
    until: date,
    what: str,
    by: Person,
    now: datetime,
    version: int | None = None,
) -> Case:
    """The customer wants to talk later: next steps say so, status Open, no place and no limit until that day.

    On that day it is back with its owner or in the queue, as its playbook says.
    Raises NotLater, EmptyNextSteps, IllegalMove, NotYourMove.
    """
    return together.one(PutOff(until=until, what=what, by=by, now=now), case_id=case_id, version=version)


def local_day(person: Person, *, now: datetime) -> date:
    """Today where `person` is."""
    return now.astimezone(ZoneInfo(person.time_zone)).date()
