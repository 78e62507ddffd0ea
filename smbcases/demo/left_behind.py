"""What Ops find to put right in the demo: records that the CRM says are a person's, and accounts that outgrow SMB."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from accounts.models import Person
from accounts.models.book import CLOSED_STAGES
from cases import book_by_clock
from routing import rooms
from smbcases.demo.chance import some
from smbcases.demo.story import Story

_LAST_WEEK = timedelta(days=8)
_LAST_DAY = timedelta(days=1)
_REGIONS = ("AMER", "EMEA", "APJ")
_CLOSED = {str(stage) for stage in CLOSED_STAGES}


class LeftBehind:
    """On the last day before `until`, in each region some records are left in a name, and one account grows."""

    def __init__(
        self, story: Story, *, people: Mapping[int, Person], until: datetime, chance: Random
    ) -> None:
        self.story, self.crm, self.chance, self.until = story, story.crm, chance, until
        self.advocates = [one for one in people.values() if one.handles_cases]

    def pass_day(self, at: datetime) -> None:
        if at < self.until - _LAST_DAY:
            return
        for region in _REGIONS:
            theirs = [one for one in self.advocates if one.region == region]
            chosen = some(self.chance, self.story.customers_of(region), 5)
            if theirs and chosen:
                self._leave(chosen, self.chance.choice(theirs), at=at)

    def _leave(self, accounts: list[str], owner: Person, *, at: datetime) -> None:
        grown, given, *others = [*accounts, accounts[0]]
        self.crm.change("account", given, at=at, owner=owner.email)
        for name in others:
            for deal in self.crm.all_of("opportunity", name):
                if deal.get("stage") not in _CLOSED:
                    self.crm.change("opportunity", deal["external_id"], at=at, owner=owner.email)
        self.crm.change("account", grown, at=at, carr=30_500 + 500 * self.chance.randrange(40))

    def pass_hour(self, at: datetime) -> None:
        """What the clock does of this in the last week: crossings noted, rooms told of."""
        if at >= self.until - _LAST_WEEK:
            book_by_clock.settle(now=at)
            rooms.tell(now=at)
