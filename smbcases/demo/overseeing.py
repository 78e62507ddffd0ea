"""What managers and Ops do in the demo, and the afternoon on which one region runs out of places."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from accounts.models import Account, Person, Role
from cases import details
from cases.models import Case
from routing import by_hand
from routing.candidates import load_candidates
from routing.models import Pool
from routing.ranking import Need, Verdict, verdict
from smbcases import playbook
from smbcases.demo.chance import some
from smbcases.demo.crm import Payload
from smbcases.demo.hours import desk, of_region
from smbcases.demo.speaking import Voice
from smbcases.demo.story import Story

FULL_REGION = "AMER"
_SMALL_CARR, _SMALL_STAFF = 30_000, 100
_MOST_FAILED = 130
_BEYOND = 9  # cases more than there are places for
_AFTERNOON = 13  # o'clock
_UNPLACED_FOR = timedelta(hours=20)


class Overseeing:
    """Managers and Ops at work."""

    def __init__(
        self,
        story: Story,
        *,
        people: Mapping[int, Person],
        until: datetime,
        chance: Random,
    ) -> None:
        self.story, self.crm, self.chance, self.people = story, story.crm, chance, people
        self.voice = Voice(chance)
        self.ops = next(one for one in people.values() if one.role == Role.OPS)
        self.full_at = _last_afternoon_hour(FULL_REGION, before=until - timedelta(hours=1))

    def is_full_hour(self, at: datetime) -> bool:
        return self.full_at <= at < self.full_at + timedelta(hours=1)

    def place_strays(self, at: datetime) -> None:
        """Ops names the account of mail whose sender nobody knew, a day later; the latest ones still wait."""
        if not desk(self.ops.time_zone).is_open(at):
            return
        strays = Case.objects.waiting().filter(account__isnull=True, opened_at__lt=at - _UNPLACED_FOR)
        for case in strays.order_by("id")[:2]:
            taken = (
                Case.objects.open().filter(case_type=case.case_type, account__isnull=False).values("account")
            )
            among = self.story.customers_of(self.chance.choice(("AMER", "EMEA", "EMEA")))
            free = Account.objects.filter(external_id__in=among).exclude(pk__in=taken).order_by("id")
            details.set_account(case_id=case.pk, account=self.chance.choice(free), by=self.ops, now=at)

    def fill_up(self, at: datetime) -> None:
        """The region's quarterly charges are declined by the card processor: more of them than it has places for."""
        customers = self.story.customers_of(FULL_REGION)
        plain = [name for name in customers if _is_plain(self.crm.get("account", name))]
        free = _free_places(FULL_REGION, now=at)
        for account in some(self.chance, plain, min(_MOST_FAILED, free + _BEYOND)):
            self.story.happen("billing.qsr_payment_failed", account, at=at)
        french = [name for name in customers if self.crm.get("account", name).get("language") == "fr"]
        for account in french[:1]:
            self.story.happen("mail.received", account, at=at)

    def exceed(self, at: datetime) -> tuple[int, Person] | None:
        """A manager gives one waiting case to somebody who is full: its id and who got it, if there was one."""
        pool = _pool_of(FULL_REGION)
        waiting = Case.objects.waiting().filter(territory=pool.territory, language="")
        case = waiting.order_by("queued_at", "id").first()
        candidates = load_candidates(pool=pool, now=at)
        full = [one for one in candidates if verdict(one, need=Need()) is Verdict.AT_CAPACITY]
        if case is None or not full:
            return None
        to = self.people[max(full, key=lambda one: (one.places, -one.id)).id]
        people = self.people.values()
        by = next(one for one in people if one.role == Role.MANAGER and one.region == FULL_REGION)
        reason, moment = self.voice.say("hand_over", "over_capacity"), at + timedelta(minutes=9)
        by_hand.hand_over(case_id=case.pk, to=to, by=by, reason=reason, now=moment)
        return case.pk, to


def _is_small(account: Payload) -> bool:
    """Within SMB by any year's rules."""
    small: bool = account["carr"] < _SMALL_CARR and account["employees"] < _SMALL_STAFF
    return small and account["country"] != "JP"


def _is_plain(account: Payload) -> bool:
    """Small, and served in English."""
    return _is_small(account) and not account.get("language")


def _pool_of(region: str) -> Pool:
    rules = playbook.active()
    return Pool.objects.get(playbook=rules.key, territory=rules.territory_of(region))


def _free_places(region: str, *, now: datetime) -> int:
    """Places free among those of the region's pool who are here."""
    candidates = load_candidates(pool=_pool_of(region), now=now)
    return sum(one.places - one.load for one in candidates if verdict(one, need=Need()) is Verdict.ELIGIBLE)


def _last_afternoon_hour(region: str, *, before: datetime) -> datetime:
    at, office = before.replace(minute=0, second=0, microsecond=0), of_region(region)
    while not (office.is_open(at) and at.astimezone(office.zone).hour >= _AFTERNOON):
        at -= timedelta(hours=1)
    return at
