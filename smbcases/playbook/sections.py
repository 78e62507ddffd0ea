"""The sections of a playbook, one frozen model each. What a section means is said beside its fields."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import available_timezones

import holidays
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from smbcases.playbook import hours
from smbcases.playbook.vocabulary import Mover, Priority, Stage


class Section(BaseModel):
    """Frozen, and an entry that nobody asked for is a mistake, not a comment."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"expected a time zone such as Europe/London, but found “{name}”")
    return name


def _country(code: str) -> str:
    if len(code) != len("US") or code not in holidays.list_supported_countries():
        raise ValueError(f"expected a country whose holidays are known, such as US, but found “{code}”")
    return code


Words = Annotated[str, Field(min_length=1)]
Whole = Annotated[int, Field(strict=True, ge=0)]
Money = Annotated[Decimal, Field(ge=0)]
Switch = Annotated[bool, Field(strict=True)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Movers = Annotated[tuple[Mover, ...], Field(min_length=1)]
Country = Annotated[str, AfterValidator(_country)]
WorkingHours = Annotated[str, AfterValidator(hours.check)]


class EnterpriseLine(Section):
    """From either line on, an account is Enterprise."""

    carr_from: Money
    employees_from: Whole


class SegmentLine(Section):
    """Who is SMB: under both lines, outside the countries (ISO 3166 alpha-2) and plans left out."""

    carr_below: Money
    employees_below: Whole
    not_countries: tuple[Words, ...]
    not_plans: tuple[Words, ...]
    enterprise: EnterpriseLine


class Territory(Section):
    """Regions that are routed as one; its clock is that of `time_zone`.

    `calendar`: the country (ISO 3166 alpha-2) whose holidays count where a customer's own is not known.
    `working_hours`: of a working day, such as 09:00-17:30; what counts in working hours counts in these.
    """

    name: Words
    regions: tuple[Words, ...] = Field(min_length=1)
    time_zone: TimeZone
    calendar: Country
    working_hours: WorkingHours


class Tiers(Section):
    """Tier 1 above `one_above` (cARR), 2 above `two_above` or above `lam_above`, else 3.

    `may_trigger` names, per tier, categories or single case types; it binds only where `enforced`.
    """

    enforced: Switch
    one_above: Money
    two_above: Money
    lam_above: Whole
    may_trigger: dict[int, tuple[Words, ...]]


class Category(Section):
    name: Words
    short: Words
    priority: Priority


class PriorityRank(Section):
    """A higher rank is more urgent."""

    name: Words
    rank: Whole


class Status(Section):
    """`moves` are the statuses that a case may go to from here, each with who may take it there."""

    name: Words
    short: Words
    stage: Stage
    moves: dict[str, Movers]
    hint: Words


class Capacity(Section):
    """How many In Progress cases one advocate may have; `free_case_types` and deferred cases don't count."""

    places: Whole
    free_case_types: tuple[Words, ...]


class Later(Section):
    """Whose a case is when its deferral ends: still its owner's, or the queue's."""

    returns_to: Literal["owner", "queue"]


class Item(Section):
    """One line of the Required 10. `with_opportunity`: asked only where the case has one."""

    key: Words
    name: Words
    when: Literal["picking_up", "managing", "closing"]
    with_opportunity: Switch = False
    fix: Words


class Closing(Section):
    """Unresponsive takes `unresponsive_after_days` of trying, by so many logged attempts or more.

    `high_value_only_action` is the one action that closes a High Value Account case within its fiscal year;
    `disqualified_lead_actions` those that a case about a disqualified lead may be resolved with.
    """

    resolution_actions: dict[str, Words] = Field(min_length=1)
    feedback_required: Switch
    feedback_when_none: Words
    unresponsive_after_days: Whole
    unresponsive_attempts: Whole
    high_value_only_action: Words
    disqualified_lead_actions: tuple[Words, ...] = Field(min_length=1)


class Touch(Section):
    """One touch of the cadence; day 1 is the day of pick-up."""

    day: Annotated[int, Field(strict=True, ge=1)]
    kind: Literal["email", "call"]


class HighValue(Section):
    """`nominations` per advocate (0: the tier alone decides); check-ins count days of silence."""

    nominations: Whole
    check_in_days: tuple[Whole, ...]
    criteria: dict[str, Words]


class RenewalsTeam(Section):
    """From `starts_on`, accounts under both lines are theirs: `case_types` open nothing there, `keeps` still do."""

    starts_on: date
    carr_below: Money
    lam_below: Whole
    keeps: tuple[Words, ...]
    case_types: tuple[Words, ...]


class NextSteps(Section):
    """`contentless`: what says nothing, in lower case, whatever `fillers` stand around it.

    `example` is shown where next steps are refused.
    """

    min_words: Whole
    contentless: tuple[Words, ...]
    fillers: tuple[Words, ...]
    example: Words


class Weekly(Section):
    """A moment of each week: `weekday` (0 is Monday) from `hour` on; `runs`: whether it comes at all."""

    runs: Switch
    weekday: Annotated[int, Field(strict=True, ge=0, le=6)]
    hour: Annotated[int, Field(strict=True, ge=0, le=23)]


class CleanUp(Section):
    """When people are told what is to be tidied, where each of them is; when what is left in a person's name goes
    back to the Sales Users (UTC)."""

    summary: Weekly
    ownership_sweep: Weekly


class LargeDeals(Section):
    """From which amount on, by currency, an opportunity is large; `elsewhere` for a currency that is not named."""

    amount_from: dict[Annotated[str, Field(pattern="^[A-Z]{3}$")], Money]
    elsewhere: Money


class Tags(Section):
    """Words that people write into a text field to have something happen or be counted."""

    advocate: Words
    language_barrier: Words
