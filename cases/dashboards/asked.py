"""What a dashboard is asked for: read from the address, checked, and kept to what the reader may see.

What is unknown or not theirs is left out, and `notes` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Q

from accounts.access import Act, Reach, reach
from accounts.models import Department, Person, Region
from cases import case_territory
from cases.dashboards import periods, settled, staff
from cases.dashboards.periods import Bucket, Period
from cases.dashboards.settled import Settled
from cases.dashboards.staff import Colleague, Staff
from cases.models.case import Cases
from smbcases import playbook
from smbcases.playbook import Playbook

PLACE = ("territory", "region")
PEOPLE = ("team", "owner")
WHAT = ("category", "case_type")
EVERY = (*PLACE, *PEOPLE, *WHAT)
LABELS = {
    "period": "Period",
    "from": "From",
    "to": "To",
    "territory": "Territory",
    "region": "Region",
    "team": "Team",
    "owner": "Advocate",
    "category": "Category",
    "case_type": "Case type",
    "department": "Department",
}
_FIXED = {
    Reach.OWN: (*PEOPLE, *PLACE),
    Reach.TEAM: ("team",),
    Reach.DEPARTMENT: (*PEOPLE, "department"),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The filters in force. `team` is the id of who leads it, `owner` of the advocate; empty and None: all.

    `department` is set for who sees their department's cases only. `notes`: what was left out, in sentences.
    `whole`: a file or the API asks, so that long lists are not cut to what a page shows.
    """

    reader: Person
    now: datetime
    period: Period
    staff: Staff
    offered: tuple[str, ...] = EVERY
    territory: str = ""
    region: str = ""
    team: int | None = None
    owner: int | None = None
    category: str = ""
    case_type: str = ""
    department: str = ""
    notes: tuple[str, ...] = ()
    whole: bool = False

    @property
    def reach(self) -> Reach:
        return reach(self.reader, Act.SEE_DASHBOARDS)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.reader.time_zone)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @cached_property
    def start(self) -> datetime:
        return self.period.span.start(self.zone)

    @cached_property
    def end(self) -> datetime:
        return self.period.span.end(self.zone)

    @property
    def before(self) -> tuple[datetime, datetime]:
        """Start and end of the period that this one is compared with."""
        return self.period.before.start(self.zone), self.period.before.end(self.zone)

    @cached_property
    def settled(self) -> Settled | None:
        """What of a long period is counted once and kept; None of a short one, which is counted each time."""
        if self.period.span.days < settled.LONG_DAYS:
            return None
        return settled.look(self.now)

    @cached_property
    def buckets(self) -> tuple[Bucket, ...]:
        """The period's days, weeks or months, for a line over time."""
        return periods.buckets(self.period.span, today=self.today)

    @property
    def edges(self) -> list[datetime]:
        """Where the buckets begin, and last where the last one ends."""
        starts = [bucket.span.start(self.zone) for bucket in self.buckets]
        return [*starts, self.buckets[-1].span.end(self.zone)] if starts else []

    @cached_property
    def everybody(self) -> list[Colleague]:
        """Who is asked about by advocate, team and region; also who has left their desk."""
        found = list(self.staff.people)
        if self.owner is not None:
            found = [one for one in found if one.pk == self.owner]
        if self.team is not None:
            members = set(staff.pks(self.staff.team_of(self.team)))
            found = [one for one in found if one.pk in members]
        return [one for one in found if not self.region or one.region == self.region]

    @cached_property
    def people(self) -> list[Colleague]:
        """Who of them has a desk now, and works in the territory that is asked about."""
        territory = playbook.active().territories.get(self.territory)
        regions = None if territory is None else territory.regions
        return [one for one in self.everybody if one.has_desk and (regions is None or one.region in regions)]

    def narrow(self, cases: Cases) -> Cases:
        """All filters but time. A team's cases are those of its people; a region's those of its advocates, and what
        waits in a territory that it belongs to."""
        return cases.filter(self.within())

    def within(self) -> Q:
        asked = Q()
        if self.reach is Reach.DEPARTMENT or self.department:
            asked &= Q(department=self.department) & ~Q(department="")
        if self.owner is not None:
            asked &= Q(owner=self.owner)
        if self.team is not None:
            asked &= Q(owner__in=staff.pks(self.staff.team_of(self.team)))
        if self.region:
            asked &= in_region(self.region, self.staff)
        if self.territory:
            asked &= case_territory.lies_in(self.territory)
        if self.category:
            asked &= Q(category=self.category)
        if self.case_type:
            asked &= Q(case_type=self.case_type)
        return asked

    @property
    def fixed(self) -> tuple[str, ...]:
        """The filters that the reader's role sets, so that there is nothing to choose."""
        return _FIXED.get(self.reach, ())

    @property
    def state(self) -> dict[str, str]:
        """The filters in force as an address spells them; what is as usual is not spelt out."""
        own = self.period.key == periods.OWN
        span = self.period.span
        named = {
            "period": "" if self.period.key == periods.USUAL or own else self.period.key,
            "from": span.first_on.isoformat() if own else "",
            "to": span.last_on.isoformat() if own else "",
            "territory": self.territory,
            "region": self.region,
            "team": str(self.team or ""),
            "owner": str(self.owner or ""),
            "category": self.category,
            "case_type": self.case_type,
            "department": self.department,
        }
        return {name: value for name, value in named.items() if value and name not in self.fixed}

    def query(self, **changes: object) -> str:
        """This view with `changes`, as the query of an address; an empty value takes a filter away."""
        if "period" in changes:
            changes = {"from": "", "to": "", **changes}
        state = {**self.state, **{name: str(value or "") for name, value in changes.items()}}
        return urlencode({name: value for name, value in state.items() if value})


def in_region(region: str, everybody: Staff) -> Q:
    """Cases of the region's advocates; of those that nobody has, what lies in a territory that it belongs to."""
    territories = [
        key for key, territory in playbook.active().territories.items() if region in territory.regions
    ]
    theirs = Q(owner__in=staff.pks(everybody.of_region(region)))
    return theirs | Q(owner__isnull=True, territory__in=territories)


def read(
    given: Mapping[str, str],
    *,
    reader: Person,
    now: datetime,
    offered: Sequence[str] = EVERY,
    whole: bool = False,
) -> Asked:
    """What the address asks for, within what `reader` may see. One query: who works cases."""
    everybody = staff.load()
    zone = ZoneInfo(reader.time_zone)
    notes: list[str] = []
    chosen = {
        name: _checked(name, given[name], everybody, notes) for name in offered if given.get(name, "").strip()
    }
    return Asked(
        reader=reader,
        now=now,
        period=_period(given, today=now.astimezone(zone).date(), notes=notes),
        staff=everybody,
        offered=tuple(offered),
        **_as_theirs(chosen, reader, everybody, notes),  # type: ignore[arg-type]  # checked name by name
        notes=tuple(notes),
        whole=whole,
    )


def _period(given: Mapping[str, str], *, today: date, notes: list[str]) -> Period:
    key, first, last = given.get("period", ""), given.get("from", ""), given.get("to", "")
    if first or last:
        try:
            days = date.fromisoformat(first or last), date.fromisoformat(last or first)
            found = periods.own(*days, today=today)
        except (ValueError, OverflowError):
            notes.append("Those days could not be read; this is the usual period.")
        else:
            if periods.is_cut(*days):
                notes.append(
                    f"These are the last {periods.MOST_DAYS:,} of those days; more are not counted at once."
                )
            return found
    elif key and key not in periods.names():
        notes.append("There is no such period; this is the usual one.")
    return periods.read(key, today=today)


def choices(name: str, everybody: Staff) -> dict[str, str]:
    """What a filter offers, by the value in the address."""
    return _CHOICES[name](playbook.active(), everybody)


def regions() -> dict[str, str]:
    """Those of the active playbook's territories, by key."""
    known = {region for one in playbook.active().territories.values() for region in one.regions}
    return {key: label for key, label in Region.choices if key in known}


_CHOICES: dict[str, Callable[[Playbook, Staff], dict[str, str]]] = {
    "territory": lambda rules, _: {key: one.name for key, one in rules.territories.items()},
    "region": lambda _rules, _everybody: regions(),
    "team": lambda _, everybody: {str(one.pk): f"{one.name}’s people" for one in everybody.managers},
    "owner": lambda _, everybody: {str(one.pk): one.name for one in everybody.at_desks},
    "category": lambda rules, _: {key: one.name for key, one in rules.categories.items()},
    "case_type": lambda rules, _: {key: one.name for key, one in rules.triggers.items()},
    "department": lambda _rules, _everybody: dict(Department.choices),
}


def _checked(name: str, value: str, everybody: Staff, notes: list[str]) -> str:
    """The value if there is such a one: of people also one who has left, as an address may name them."""
    value = value.strip()
    known = choices(name, everybody)
    if name in PEOPLE:
        known = {str(one.pk): one.name for one in everybody.people}
    if value in known:
        return value
    notes.append(f"“{LABELS[name]}” has no such value; it was left out.")
    return ""


def _as_theirs(
    chosen: Mapping[str, str], reader: Person, everybody: Staff, notes: list[str]
) -> dict[str, object]:
    """The filters within the reader's reach: an advocate's are their own, a lead's their team's.

    An advocate chooses no place either: of a team narrowed to others' places nothing would be left but others' figures.
    """
    fields: dict[str, object] = {name: value for name, value in chosen.items() if value}
    for name in PEOPLE:
        if name in fields:
            fields[name] = int(str(fields[name]))
    how_far = reach(reader, Act.SEE_DASHBOARDS)
    if how_far is Reach.OWN:
        _keep_to(fields, {"owner": reader.pk, "team": None, "territory": "", "region": ""}, notes)
    elif how_far is Reach.TEAM:
        members = staff.pks(everybody.team_of(reader.pk))
        if fields.get("owner") not in {None, *members}:
            _keep_to(fields, {"owner": None}, notes)
        _keep_to(fields, {"team": reader.pk}, notes)
    elif how_far is Reach.DEPARTMENT:
        _keep_to(fields, {"owner": None, "team": None, "department": reader.department}, notes)
    return fields


def _keep_to(fields: dict[str, object], own: Mapping[str, object], notes: list[str]) -> None:
    for name, value in own.items():
        if fields.get(name) not in {None, value}:
            notes.append(f"“{LABELS[name]}” is not yours to choose; it was left out.")
        fields[name] = value
