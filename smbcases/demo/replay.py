"""The days played: hour by hour events come in, triggers look, cases go out, and people work, with the clock moved.

Everything goes the way it goes in earnest: `receive`, `apply_pending`, `evaluate_pending`, `look_at_book`,
`drain_all`, `sweep`, and the functions that the pages call. Only the clock is ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from accounts import applying, receiving
from accounts.models import Person
from accounts.receiving import Answer
from cases import sweep
from cases.models import Case, History, Verb
from routing import draining
from routing.models import Assignment, Rule
from routing.triggers import evaluation
from smbcases.demo import chance as by_chance
from smbcases.demo.agenda import AROUND, Agenda
from smbcases.demo.book import Book
from smbcases.demo.desk import Desk
from smbcases.demo.filing import Filing
from smbcases.demo.left_behind import LeftBehind
from smbcases.demo.looking_after import LookingAfter
from smbcases.demo.overseeing import Overseeing
from smbcases.demo.story import Story
from smbcases.demo.talking import Talking

_DAY_BEGINS = 5  # o'clock, UTC: the nightly jobs are done, the triggers look at the book
_SATURDAY, _MONDAY = 5, 0
_AT_ONCE = 1_000


class BadEvent(Exception):
    """An event of the demo was refused: a mistake in the demo."""


@dataclass(frozen=True, kw_only=True)
class Played:
    """What the replay came to: events sent, deeds done, and what the domain refused, by its sentence."""

    events: int
    deeds: int
    refused: Counter[str]


class Replay:
    """Plays from `starts_at` to `until`, both whole hours."""

    def __init__(
        self, book: Book, *, people: Sequence[Person], starts_at: datetime, until: datetime, seed: int
    ) -> None:
        self.crm, self.starts_at, self.until = book.crm, starts_at, until
        self.chance = by_chance.stream(seed, "replay")
        self.story = Story(book, chance=by_chance.stream(seed, "story"))
        self.filing = Filing(self.story, people=people, chance=by_chance.stream(seed, "filing"))
        self.talking = Talking(
            people={one.pk: one for one in people}, chance=by_chance.stream(seed, "talking")
        )
        chance = by_chance.stream(seed, "desk")
        self.desk = Desk(self.story, people=people, chance=chance, talking=self.talking)
        self.agenda = Agenda(self.desk, people=people, chance=by_chance.stream(seed, "agenda"))
        self.overseeing = Overseeing(
            self.story,
            people={one.pk: one for one in people},
            until=until,
            chance=by_chance.stream(seed, "overseeing"),
        )
        self.looking_after = LookingAfter(
            self.story,
            people={one.pk: one for one in people},
            starts_at=starts_at,
            until=until,
            chance=by_chance.stream(seed, "looking after"),
        )
        self.left_behind = LeftBehind(
            self.story,
            people={one.pk: one for one in people},
            until=until,
            chance=by_chance.stream(seed, "left behind"),
        )
        self._events = 0
        self._last_assignment = 0

    def play(self, *, say: Callable[[str], None]) -> Played:
        """The book arrives on the day before; then hour after hour."""
        self._deliver(self.starts_at - timedelta(hours=3))
        _analyze()
        for at in self._steps():
            self.agenda.work(before=at)
            if at.hour == _DAY_BEGINS:
                self._begin_day(at, say=say)
            self._play_hour(at)
        self.agenda.work(before=self.until)
        return Played(events=self._events, deeds=self.agenda.done, refused=self.desk.refused)

    def _steps(self) -> Iterator[datetime]:
        """Each hour, a few minutes past it; at weekends every third."""
        at = self.starts_at
        while at < self.until:
            if at.weekday() < _SATURDAY or at.hour % 3 == _DAY_BEGINS % 3:
                yield at + timedelta(seconds=self.chance.randrange(30, 900))
            at += timedelta(hours=1)

    def _begin_day(self, at: datetime, *, say: Callable[[str], None]) -> None:
        self.story.tell_day(at)
        self.looking_after.pass_day(at)
        self.talking.pass_day(at)
        self.left_behind.pass_day(at)
        if at.weekday() == _MONDAY:
            _analyze()
            say(f"{at:%d %b %Y}: {Case.objects.count()} cases, {Case.objects.open().count()} of them open")

    def _play_hour(self, at: datetime) -> None:
        self.story.tell_hour(at)
        if self.overseeing.is_full_hour(at):
            self.overseeing.fill_up(at)
        self._deliver(at)
        if at.hour == _DAY_BEGINS:
            evaluation.look_at_book(now=at)
        self.filing.file_hour(at)
        self.overseeing.place_strays(at)
        self.left_behind.pass_hour(at)
        if sweep.sweep(now=at):
            self._take_back(at)
        if draining.drain_all(now=at):
            self._take_on(at)
        if self.overseeing.is_full_hour(at):
            self._exceed(at)

    def _deliver(self, at: datetime) -> None:
        sent = self.crm.empty_outbox()
        for start in range(0, len(sent), _AT_ONCE):
            _check(receiving.receive(sent[start : start + _AT_ONCE], now=at))
        if sent:
            applying.apply_pending(now=at)
            evaluation.evaluate_pending(now=at)
        self._events += len(sent)

    def _take_on(self, at: datetime) -> None:
        """The cases that were just given out."""
        given = Assignment.objects.filter(id__gt=self._last_assignment).exclude(rule=Rule.BY_HAND)
        for row in given.select_related(*(f"case__{name}" for name in AROUND)).order_by("id"):
            self._last_assignment = row.pk
            self.agenda.take_on(row.case, owner_id=row.person_id, at=at)

    def _take_back(self, at: datetime) -> None:
        """What was put off and came back on its day."""
        woken = History.objects.filter(verb=Verb.WOKE, at=at).values("case")
        back = Case.objects.filter(pk__in=woken, owner__isnull=False).select_related(*AROUND)
        for case in back.order_by("id"):
            self.agenda.take_on(case, owner_id=case.owner_id or 0, at=at, again=True)

    def _exceed(self, at: datetime) -> None:
        given = self.overseeing.exceed(at)
        if given:
            case_id, owner = given
            case = Case.objects.select_related(*AROUND).get(pk=case_id)
            self.agenda.take_on(case, owner_id=owner.pk, at=at + timedelta(hours=1))


def _check(answers: Sequence[Answer]) -> None:
    """The demo's own CRM sends nothing that cannot be kept."""
    for answer in answers:
        if answer.faults:
            raise BadEvent(f"{answer.id} at {answer.faults[0].pointer}: {answer.faults[0].detail}")


def _analyze() -> None:
    """Within one long transaction nobody else tells PostgreSQL how the tables have grown."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
