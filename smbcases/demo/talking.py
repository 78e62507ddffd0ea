"""What the demo's people ask of each other and note for themselves: questions, tasks, requests for help."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from accounts.models import Person
from cases.agenda import tasks
from cases.escalating import asking, reach
from cases.models import Case, Escalation, EscalationKind, EscalationState, Question, Task
from cases.planning import local_day
from cases.talk import questions, reading
from smbcases.demo.chance import likely
from smbcases.demo.folders import Folder, NotDone
from smbcases.demo.speaking import Voice

_ANSWERED_A_DAY, _GRANTED, _DONE_A_DAY = 0.6, 0.8, 0.3
_READ_WITHIN = timedelta(days=2)


class Talking:
    """Deeds of advocates and filers on a case, and what managers and Ops do once a day."""

    def __init__(self, *, people: Mapping[int, Person], chance: Random) -> None:
        self.people, self.chance = people, chance
        self.voice = Voice(chance)

    def ask(self, folder: Folder, at: datetime) -> None:
        """The filer asks what they would like to know by tomorrow."""
        if folder.filer:
            text = self.voice.say("questions", "asked", who=folder.who, n=folder.seats)
            questions.ask(case_id=folder.case_id, text=text, by=folder.filer, now=at)

    def answer_question(self, folder: Folder, at: datetime) -> None:
        asked = Question.objects.due().filter(case=folder.case_id).order_by("id").first()
        if asked:
            text = self.voice.say("questions", "answered", who=folder.who, n=folder.seats)
            questions.answer(case_id=folder.case_id, question_id=asked.pk, text=text, by=folder.owner, now=at)

    def note_task(self, folder: Folder, at: datetime, *, ahead: int) -> None:
        today = local_day(folder.owner, now=at)
        what = self.voice.say("tasks", who=folder.who, n=folder.seats)
        plan = tasks.Plan(what=what, due_on=today + timedelta(days=ahead), case_id=folder.case_id)
        tasks.add(plan=plan, by=folder.owner, now=at)

    def do_task(self, folder: Folder, at: datetime) -> None:
        own = Task.objects.of(folder.owner).filter(case=folder.case_id, done_at__isnull=True)
        for task in own.order_by("id"):
            tasks.set_done(task_id=task.pk, done=True, by=folder.owner, now=at)

    def ask_for_help(self, folder: Folder, at: datetime, *, kind: str) -> None:
        reason = self.voice.say("requests", kind, who=folder.who, n=folder.seats)
        if not reach.deciders(Case.objects.get(pk=folder.case_id), EscalationKind(kind)):
            raise NotDone("Nobody decides on this.")
        asking.ask(case_id=folder.case_id, kind=EscalationKind(kind), reason=reason, by=folder.owner, now=at)

    def pass_day(self, at: datetime) -> None:
        """Requests are answered, and everybody reads what they were told until the day before yesterday."""
        for asked in Escalation.objects.filter(state=EscalationState.ASKED).order_by("id"):
            if likely(self.chance, _ANSWERED_A_DAY):
                self._decide(asked, at)
        for granted in Escalation.objects.filter(state=EscalationState.GRANTED).order_by("id"):
            if likely(self.chance, _DONE_A_DAY):
                self._finish(granted, at)
        for person in self.people.values():
            old = reading.unread(person).filter(at__lt=at - _READ_WITHIN).values_list("id", flat=True)
            reading.mark_read(person, now=at, ids=list(old))

    def _decide(self, asked: Escalation, at: datetime) -> None:
        case = Case.objects.select_related("account").get(pk=asked.case_id)
        deciders = sorted(reach.deciders(case, EscalationKind(asked.kind)))
        if deciders:
            granted = likely(self.chance, _GRANTED)
            words = self.voice.say("requests", "granted" if granted else "declined")
            by = self.people[deciders[0]]
            asking.answer(request_id=asked.pk, granted=granted, words=words, by=by, now=at)

    def _finish(self, granted: Escalation, at: datetime) -> None:
        case = Case.objects.get(pk=granted.case_id)
        if case.owner_id and case.is_open:
            words, by = self.voice.say("requests", "done"), self.people[case.owner_id]
            asking.finish(case_id=case.pk, request_id=granted.pk, words=words, by=by, now=at)
