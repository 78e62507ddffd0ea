"""High Value Accounts in the demo: advocates nominate, managers decide, and plans are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from django.db.models import Count

from accounts.models import Account, Contact, Person, Role
from cases.models import Case
from routing.high_value import deciding, holding, nominating, plan_content, plans
from routing.high_value.plan_content import Content, Touchpoint
from routing.models import Member, Nomination
from smbcases import playbook
from smbcases.demo.chance import likely, some
from smbcases.demo.crm import Payload
from smbcases.demo.speaking import Voice
from smbcases.demo.story import Story
from smbcases.lib.refusal import Refusal
from smbcases.playbook.vocabulary import HIGH_VALUE

_APPROVED = 22
_OTHERS = ("declined", "withdrawn", "proposed", "proposed", "proposed", "declined", "proposed")
_DECIDED_AFTER = timedelta(days=1)
_A_DAY_WRITES, _A_DAY_CHANGES, _A_DAY_TICKS = 0.3, 0.02, 0.6
_SMALL_CARR, _SMALL_STAFF = 30_000, 100


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A nomination to be: of which account, when, and how it ends."""

    account: str
    at: datetime
    fate: str


class LookingAfter:
    """The best accounts within SMB are nominated: half at the start, the others day by day, some in vain."""

    def __init__(
        self,
        story: Story,
        *,
        people: Mapping[int, Person],
        starts_at: datetime,
        until: datetime,
        chance: Random,
    ) -> None:
        self.story, self.people, self.chance = story, people, chance
        self.voice = Voice(chance)
        self._wishes = self._plan(starts_at, until)
        self._open: list[tuple[int, Wish]] = []

    def pass_day(self, at: datetime) -> None:
        """Nominate and decide what is due, and write plans."""
        for wish in [one for one in self._wishes if one.at <= at]:
            self._wishes.remove(wish)
            self._try(lambda wish=wish: self._nominate(wish, at=at))  # type: ignore[misc]  # bound at once
        for pk, wish in [one for one in self._open if one[1].at + self._patience(one[1]) <= at]:
            self._open.remove((pk, wish))
            self._try(lambda pk=pk, wish=wish: self._settle(pk, wish, at=at))  # type: ignore[misc]  # bound at once
        self._write_plans(at)

    @staticmethod
    def _try(act: Callable[[], None]) -> None:
        """What the rules refuse, nobody does: an account that left SMB, or one that was nominated meanwhile."""
        try:
            act()
        except Refusal:
            return

    def _plan(self, starts_at: datetime, until: datetime) -> list[Wish]:
        accounts = (self.story.crm.get("account", name) for name in self.story.book.customers)
        small = [account for account in accounts if _is_small(account)]
        best = sorted(small, key=lambda account: (-account["carr"], account["external_id"]))
        pause = (until - starts_at) / _APPROVED
        wishes = [
            Wish(
                account=one["external_id"],
                at=starts_at + max(0, number - _APPROVED // 2) * pause,
                fate="approved",
            )
            for number, one in enumerate(best[:_APPROVED])
        ]
        behind = zip(best[_APPROVED:], _OTHERS, strict=False)
        return wishes + [
            Wish(account=one["external_id"], at=_when(fate, number, until=until), fate=fate)
            for number, (one, fate) in enumerate(behind)
        ]

    def _patience(self, wish: Wish) -> timedelta:
        """Those of the start are decided at once: they were proposed before the story begins."""
        return {"proposed": timedelta.max / 2, "approved": timedelta()}.get(wish.fate, _DECIDED_AFTER)

    def _nominate(self, wish: Wish, *, at: datetime) -> None:
        account = Account.objects.get(external_id=wish.account)
        criteria = some(
            self.chance, list(playbook.active().high_value.criteria), self.chance.choice((1, 1, 2))
        )
        made = nominating.nominate(
            account_id=account.pk,
            criteria=criteria,
            why=self.voice.say("nominations", "why"),
            by=self._advocate_for(account),
            now=at,
        )
        if wish.fate != "proposed":
            self._open.append((made.pk, wish))

    def _advocate_for(self, account: Account) -> Person:
        rules = playbook.active()
        territory = rules.territory_of(account.region) or ""
        team = Member.objects.filter(pool__playbook=rules.key, pool__territory=territory, takes_turns=True)
        fewest = team.annotate(named=Count("person__nominations")).order_by("named", "id").first()
        return self.people[fewest.person_id] if fewest else self.chance.choice(list(self.people.values()))

    def _settle(self, pk: int, wish: Wish, *, at: datetime) -> None:
        made = Nomination.objects.select_related("account", "advocate").get(pk=pk)
        if wish.fate == "withdrawn":
            nominating.withdraw(nomination_id=pk, by=made.advocate, now=at)
            return
        by = next(
            one
            for one in self.people.values()
            if one.role == Role.MANAGER and one.region == made.account.region
        )
        if wish.fate == "approved":
            deciding.approve(nomination_id=pk, by=by, now=at)
        else:
            reason = self.voice.say("nominations", "declined")
            deciding.decline(nomination_id=pk, by=by, reason=reason, now=at)

    def _write_plans(self, at: datetime) -> None:
        held = Case.objects.open().filter(
            case_type=HIGH_VALUE, picked_up_at__isnull=False, owner__isnull=False
        )
        for case in held.select_related("owner", "account__plan").order_by("id"):
            account, owner = case.account, case.owner
            content = self._next_version(account, at) if account else None
            if account and owner and content:
                plans.save(account_id=account.pk, content=content, by=owner, now=at, version=None)

    def _next_version(self, account: Account, at: datetime) -> Content | None:
        """What its advocate writes today, if anything."""
        plan, held = plans.read(account)
        if plan is None:
            return self._fresh(account, at) if likely(self.chance, _A_DAY_WRITES) else None
        come = held.next_touchpoint_on and held.next_touchpoint_on < holding.today_of(at)
        if come and likely(self.chance, _A_DAY_TICKS):
            return self._talked(held, at)
        return self._changed(held) if likely(self.chance, _A_DAY_CHANGES) else None

    def _fresh(self, account: Account, at: datetime) -> Content:
        contacts = (
            Contact.objects.filter(account=account).order_by("id").values_list("external_id", flat=True)
        )
        known = list(contacts)
        criteria = some(self.chance, list(playbook.active().high_value.criteria), 2)
        day = holding.today_of(at)
        days = (-4, self.chance.randrange(5, 30), self.chance.randrange(40, 120))
        talks = [
            Touchpoint(
                on=day + timedelta(days=ahead),
                what=self.voice.say("plans", "touchpoints"),
                state="done" if ahead < 0 else "planned",
            )
            for ahead in days
        ]
        return plan_content.make(
            goals=self.voice.say("plans", "goals"),
            deciders=known[:1],
            users=known[1:3],
            growth={key: self.voice.say("plans", "growth", key) for key in criteria},
            risks=self.voice.say("plans", "risks"),
            touchpoints=talks,
        )

    def _talked(self, held: Content, at: datetime) -> Content:
        """The touchpoints that have come took place, most of them, and the next one is agreed."""
        today = holding.today_of(at)
        state = "skipped" if likely(self.chance, 0.15) else "done"
        talks = [
            replace(one, state=state) if one.state == "planned" and one.on < today else one
            for one in held.touchpoints
        ]
        following = Touchpoint(
            on=today + timedelta(days=self.chance.randrange(30, 80)),
            what=self.voice.say("plans", "touchpoints"),
        )
        return plan_content.make(**{**vars(held), "touchpoints": [*talks, following]})

    def _changed(self, held: Content) -> Content:
        """Another risk has come up."""
        risk = self.voice.say("plans", "risks")
        risks = held.risks if risk in held.risks else f"{held.risks}\n{risk}"
        return plan_content.make(**{**vars(held), "risks": risks})


def _when(fate: str, number: int, *, until: datetime) -> datetime:
    """Those to decide are of the last days, the others a little older."""
    return until - timedelta(days=1 + number % 3 if fate == "proposed" else 3)


def _is_small(account: Payload) -> bool:
    """Within SMB by any year's rules."""
    small: bool = account["carr"] < _SMALL_CARR and account["employees"] < _SMALL_STAFF
    return small and account["country"] != "JP"
