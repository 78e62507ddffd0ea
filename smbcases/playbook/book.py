"""The playbook: one fiscal year's rules as frozen values, and the few questions that they answer by themselves."""

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from smbcases.playbook import fiscal, vocabulary
from smbcases.playbook.clocks import Clocks
from smbcases.playbook.fiscal import Period
from smbcases.playbook.mails import HandoverMail
from smbcases.playbook.sections import (
    Capacity,
    Category,
    CleanUp,
    Closing,
    HighValue,
    Item,
    LargeDeals,
    Later,
    NextSteps,
    PriorityRank,
    RenewalsTeam,
    Section,
    SegmentLine,
    Status,
    Tags,
    Territory,
    Tiers,
    Touch,
    Words,
)
from smbcases.playbook.trigger import TriggerSpec

SHORTEST_MONTH = 28


def _first_day(text: str) -> str:
    try:
        first = date.fromisoformat(f"2001-{text}")
    except ValueError:
        raise ValueError(f"expected month and day such as 02-01, but found “{text}”") from None
    if first.day > SHORTEST_MONTH:
        raise ValueError(f"expected a day that every month has, but found “{text}”")
    return text


class Playbook(Section):
    """All rules of one fiscal year. `key` is its file's name: fy26."""

    key: Words
    name: Words
    fiscal_year_starts: Annotated[str, AfterValidator(_first_day)]
    routing: Literal["push", "pull"]
    segment: SegmentLine
    territories: dict[str, Territory] = Field(min_length=1)
    tiers: Tiers
    categories: dict[str, Category]
    priorities: dict[vocabulary.Priority, PriorityRank]
    statuses: dict[str, Status]
    clocks: Clocks
    capacity: Capacity
    sticky: tuple[Words, ...]
    later: Later
    clean_up: CleanUp
    required_ten: tuple[Item, ...]
    closing: Closing
    case_reasons: dict[str, Words]
    form_subjects: dict[str, tuple[Words, ...]]
    cadence: tuple[Touch, ...]
    high_value: HighValue
    large_deals: LargeDeals
    renewals_team: RenewalsTeam
    handover_mails: dict[str, HandoverMail] = Field(min_length=1)
    next_steps: NextSteps
    tags: Tags
    triggers: dict[str, TriggerSpec]

    def tier(self, carr: Decimal | None, lam: int | None) -> int:
        """1, 2 or 3; what is unknown counts as nothing. Both lines belong to the lower tier."""
        if (carr or 0) > self.tiers.one_above:
            return 1
        if (carr or 0) > self.tiers.two_above or (lam or 0) > self.tiers.lam_above:
            return 2
        return 3

    def allows(self, *, tier: int, trigger: TriggerSpec) -> bool:
        """May accounts of this tier open cases of this type? Always, where the tiers are only information."""
        if not self.tiers.enforced:
            return True
        allowed = self.tiers.may_trigger[tier]
        return trigger.category in allowed or trigger.key in allowed

    def territory_of(self, region: str | None) -> str | None:
        """The key of the territory that serves a region (in any case), None where nobody knows."""
        return self._territory_by_region.get((region or "").strip().upper())

    @cached_property
    def _territory_by_region(self) -> dict[str, str]:
        return {region: key for key, territory in self.territories.items() for region in territory.regions}

    def segment_of(
        self, carr: Decimal | None, employees: int | None, country: str | None, plan: str | None
    ) -> vocabulary.Segment:
        """Whose account this is. What is unknown does not move an account out of SMB."""
        line = self.segment
        size = (carr or Decimal(0), employees or 0)
        if size[0] >= line.enterprise.carr_from or size[1] >= line.enterprise.employees_from:
            return "enterprise"
        small = size[0] < line.carr_below and size[1] < line.employees_below
        left_out = _among(country, line.not_countries) or _among(plan, line.not_plans)
        return "smb" if small and not left_out else "mid_market"

    def fiscal_year_of(self, day: date) -> Period:
        return fiscal.fiscal_year(day, starts=self.fiscal_year_starts)

    def quarter_of(self, day: date) -> Period:
        return fiscal.quarter(day, starts=self.fiscal_year_starts)


def _among(word: str | None, words: tuple[str, ...]) -> bool:
    return (word or "").strip().casefold() in {one.casefold() for one in words}
