"""The people at work: each deed is one call of the domain, in the name of who does it, at the moment of the replay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random

from django.core.exceptions import PermissionDenied

from accounts.models import Contact, Opportunity, Person
from accounts.models.book import ActivityKind
from cases import details, lifecycle, planning
from cases.closing import Closure
from cases.models import Case
from cases.planning import local_day
from cases.talk import commenting
from routing import by_hand
from smbcases.demo import renewing
from smbcases.demo.casework import Deed
from smbcases.demo.chance import likely
from smbcases.demo.companies import employ
from smbcases.demo.folders import Folder, NotDone
from smbcases.demo.reading import read
from smbcases.demo.speaking import Voice
from smbcases.demo.story import Story
from smbcases.demo.talking import Talking
from smbcases.lib.refusal import Refusal


class Desk:
    """Does deeds. `refused` counts what the domain did not allow, by deed and refusal."""

    def __init__(self, story: Story, *, people: Sequence[Person], chance: Random, talking: Talking) -> None:
        self.story, self.crm, self.chance, self.talking = story, story.crm, chance, talking
        self.voice = Voice(chance)
        self.advocates = [one for one in people if one.handles_cases]
        self.refused: Counter[str] = Counter()

    def do(self, deed: Deed, folder: Folder, *, at: datetime) -> None:
        """Raises NotDone."""
        act: Callable[..., None] = getattr(self, f"_{deed.kind}", None) or getattr(self.talking, deed.kind)
        try:
            act(folder, at, **deed.more)
        except (Refusal, PermissionDenied) as refusal:
            self.refused[f"{deed.kind}: {refusal}"] += 1
            raise NotDone(str(refusal)) from refusal

    def _pick_up(self, folder: Folder, at: datetime) -> None:
        lifecycle.pick_up(case_id=folder.case_id, by=folder.owner, now=at)

    def _step(self, folder: Folder, at: datetime, *, phrase: str, ahead: int) -> None:
        what = self._say(folder, "next_steps", phrase)
        self._plan(folder, at, what=what, ahead=ahead)

    def _plan(self, folder: Folder, at: datetime, *, what: str, ahead: int) -> None:
        on = local_day(folder.owner, now=at) + timedelta(days=ahead)
        on += timedelta(days=max(0, 7 - on.weekday()) if on.weekday() > 4 and ahead else 0)  # noqa: PLR2004  Friday
        planning.set_next_steps(case_id=folder.case_id, what=what, on=on, by=folder.owner, now=at)
        folder.planned_on = on

    def _email(self, folder: Folder, at: datetime, *, phrase: str) -> None:
        self._log(folder, at, kind=ActivityKind.EMAIL, phrase=phrase)

    def _call(self, folder: Folder, at: datetime) -> None:
        self._log(folder, at, kind=ActivityKind.CALL, phrase="call")

    def _meeting(self, folder: Folder, at: datetime) -> None:
        self._log(folder, at, kind=ActivityKind.MEETING, phrase="meeting")

    def _answer(self, folder: Folder, at: datetime) -> None:
        self._log(folder, at, kind=ActivityKind.EMAIL, phrase="answer")

    def _log(self, folder: Folder, at: datetime, *, kind: ActivityKind, phrase: str) -> None:
        what, inbound = self._say(folder, "touches", phrase), phrase == "answer"
        details.log_activity(
            case_id=folder.case_id, kind=kind, what=what, by=folder.owner, now=at, inbound=inbound
        )

    def _say(self, folder: Folder, *path: str) -> str:
        """A phrase about this case: its customer, its number of seats."""
        return self.voice.say(*path, who=folder.who, n=folder.seats)

    def _engage(self, folder: Folder, at: datetime) -> None:
        lifecycle.set_status(case_id=folder.case_id, status="engaged", by=folder.owner, now=at)

    def _block(self, folder: Folder, at: datetime) -> None:
        lifecycle.set_status(case_id=folder.case_id, status="blocked", by=folder.owner, now=at)

    def _note(self, folder: Folder, at: datetime) -> None:
        text = self._say(folder, "notes", "owner")
        commenting.comment(case_id=folder.case_id, text=text, by=folder.owner, now=at)

    def _note_by_filer(self, folder: Folder, at: datetime) -> None:
        if folder.filer:
            text = self._say(folder, "notes", "filer")
            commenting.comment(case_id=folder.case_id, text=text, by=folder.filer, now=at)

    def _put_off(self, folder: Folder, at: datetime, *, days: int) -> None:
        what = self._say(folder, "next_steps", "later")
        until = local_day(folder.owner, now=at) + timedelta(days=days)
        planning.put_off(case_id=folder.case_id, until=until, what=what, by=folder.owner, now=at)

    def _set_contact(self, folder: Folder, at: datetime) -> None:
        """The one that the lead became, else the first of the account."""
        name = folder.converted or self.crm.of_account["contact", folder.account][0]
        contact = Contact.objects.filter(external_id=name).first()
        if contact is None:
            raise NotDone("The contact has not come yet.")
        details.set_contact(case_id=folder.case_id, contact=contact, by=folder.owner, now=at)
        folder.who = contact.name.split(maxsplit=1)[0]

    def _convert_lead(self, folder: Folder, at: datetime) -> None:
        lead = self.crm.get("lead", folder.lead)
        company = self.story.book.companies[folder.account]
        folder.converted = self.crm.add(
            "contact",
            at=at,
            account=folder.account,
            name=lead["name"],
            email=lead["email"],
            title=employ(company, chance=self.chance).title,
            language=company.language or "en",
        )
        self.crm.change("lead", folder.lead, at=at, status="converted", converted_contact=folder.converted)

    def _close_opportunity(self, folder: Folder, at: datetime, *, won: bool = True) -> None:
        if folder.opportunity:
            renewing.close(self.crm, folder.opportunity, won=won, at=at)

    def _add_on(self, folder: Folder, at: datetime) -> None:
        folder.opportunity = self.story.add_on(folder.account, at=at)

    def _link_add_on(self, folder: Folder, at: datetime) -> None:
        opportunity = Opportunity.objects.filter(external_id=folder.opportunity).first()
        if opportunity is None:
            raise NotDone("The opportunity has not come yet.")
        details.link_opportunity(case_id=folder.case_id, opportunity=opportunity, by=folder.owner, now=at)

    def _sell_seats(self, folder: Folder, at: datetime) -> None:
        """Seats and people match again."""
        self._close_opportunity(folder, at)
        for held in self.crm.all_of("subscription", folder.account):
            seats = max(held["seats"], held["seats_used"])
            self.crm.change("subscription", held["external_id"], at=at, seats=seats, qsr_enabled=True)

    def _unlink(self, folder: Folder, at: datetime) -> None:
        """The renewal is months away, so the case is no longer about it."""
        same = Case.objects.open().filter(account__external_id=folder.account, case_type=folder.case_type)
        if same.filter(opportunity__isnull=True).exists():
            raise NotDone("Another case of this kind is open without an opportunity.")
        details.link_opportunity(case_id=folder.case_id, opportunity=None, by=folder.owner, now=at)

    def _hand_over_for_language(self, folder: Folder, at: datetime) -> None:
        """To somebody who speaks it, if there is anybody; the feedback will say so when the case is closed."""
        speakers = [
            one for one in self.advocates if folder.language in one.languages and one.pk != folder.owner.pk
        ]
        if speakers and folder.language not in folder.owner.languages:
            language = read("words")["languages"][folder.language]
            reason = self.voice.say("hand_over", "language", who=folder.who, language=language)
            self.hand_over(folder, at, to=self.chance.choice(speakers), by=folder.owner, reason=reason)

    def hand_over(self, folder: Folder, at: datetime, *, to: Person, by: Person, reason: str) -> None:
        by_hand.hand_over(case_id=folder.case_id, to=to, by=by, reason=reason, now=at)
        folder.owner = to

    def _close(self, folder: Folder, at: datetime, *, action: str) -> None:
        if folder.planned_on and folder.planned_on > local_day(folder.owner, now=at):
            raise NotDone("The next step lies in the future.")
        churned = action == "request_not_possible"
        closure = Closure(
            status="resolved",
            resolution_action=action,
            feedback=self._feedback(folder, churned=churned),
            need_met=True,
        )
        lifecycle.close(case_id=folder.case_id, closure=closure, by=folder.owner, now=at)

    def _close_as_duplicate(self, folder: Folder, at: datetime, *, original: int) -> None:
        closure = Closure(
            status="duplicate",
            resolution_action="no_action_required",
            feedback="NA",
            duplicate_of_id=original,
        )
        lifecycle.close(case_id=folder.case_id, closure=closure, by=folder.owner, now=at)

    def _close_as_unresponsive(self, folder: Folder, at: datetime) -> None:
        closure = Closure(status="unresponsive", resolution_action="failed_to_engage", feedback="NA")
        lifecycle.close(case_id=folder.case_id, closure=closure, by=folder.owner, now=at)

    def close_as_churned(self, folder: Folder, at: datetime) -> None:
        """A High Value Account case whose customer certainly leaves."""
        feedback = self.voice.say("feedback", "churned")
        closure = Closure(
            status="resolved", resolution_action="request_not_possible", feedback=feedback, will_churn=True
        )
        lifecycle.close(case_id=folder.case_id, closure=closure, by=folder.owner, now=at)

    def _reopen(self, folder: Folder, at: datetime) -> None:
        reason = self.voice.say("reopened")
        lifecycle.reopen(case_id=folder.case_id, reason=reason, by=folder.owner, now=at)

    def _feedback(self, folder: Folder, *, churned: bool) -> str:
        handed_over = Case.objects.filter(
            pk=folder.case_id, assignments__reason__startswith="#languagebarrier"
        )
        if folder.language and handed_over.exists():
            language = read("words")["languages"][folder.language]
            return self.voice.say("feedback", "language", language=language)
        if churned and likely(self.chance, 0.5):
            return self.voice.say("feedback", "churned")
        return self.voice.say("feedback", "said") if likely(self.chance, 0.28) else "NA"
