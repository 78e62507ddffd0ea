"""The filters that lead from a dashboard's figure to the cases it counts. Lists offer them only where they are set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import ClassVar

import django_filters as filters
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from accounts.models import Department, Person, Region
from accounts.models.book import Kind, Stage
from cases import kept, statuses
from cases.dashboards import asked, periods, staff
from cases.models import Case, History, Origin, Verb
from cases.models.case import Cases
from smbcases import playbook

Choices = list[tuple[str, str]]
KEPT: Choices = [("kept", "In time"), ("late", "Late"), ("overdue", "Overdue now")]
TARGET: Choices = [("kept", "Closed within the target"), ("late", "Closed after the target")]
LIMIT: Choices = [("late", "Closed after the limit"), ("passed", "Stale now")]
STATES: Choices = [
    ("to_pick_up", "To pick up"),
    ("given", "Somebody’s, to pick up"),
    ("in_hand", "In hand"),
    ("desk", "To pick up, or in hand"),
    ("later", "Put off"),
    ("owned", "Somebody’s"),
    ("unowned", "Nobody’s"),
]
ANY, NONE = "any", "none"
LOOKS_BACK = timedelta(days=365)
# What a case won that is net new; what a renewal brings is known only as a whole.
WON = Q(
    opportunity__stage=Stage.CLOSED_WON,
    opportunity__kind__in=[kind for kind in Kind if kind is not Kind.RENEWAL],
)


def closed_statuses() -> Choices:
    """Those of every playbook: a case keeps the one that it was opened under."""
    return [(key, statuses.status_name(key)) for key in statuses.closed_keys()]


def resolutions() -> Choices:
    found = {key: name for book in playbook.every() for key, name in book.closing.resolution_actions.items()}
    return list(found.items())


def tags() -> dict[str, str]:
    """The words that people write into a text to have it counted, by their names in the playbook."""
    words: dict[str, str] = playbook.active().tags.model_dump()
    return words


def tagged(name: str) -> Q:
    """Cases with the tag in their Feedback. The first condition is the index's own."""
    return Q(feedback__contains="#") & Q(feedback__icontains=tags()[name])


def spoken() -> Coalesce:
    """The language that a case asks for: its own, else its contact's, else its account's; `none`: nobody said."""
    names = ("language", "contact__language", "account__language")
    return Coalesce(*(NullIf(F(name), Value("")) for name in names), Value(NONE))


def has_stepped() -> Exists:
    """Cases of which the history tells of a next step, whether it is still planned or long done."""
    return Exists(History.objects.filter(case=OuterRef("pk"), verb=Verb.NEXT_STEPS))


def handed_over(**data: int) -> Exists:
    """Cases with a hand-over of which the history says so: `from_id`, `to_id`, both, or any at all."""
    rows = History.objects.filter(case=OuterRef("pk"), verb=Verb.HANDED_OVER)
    return Exists(rows.filter(**{f"data__{name}": pk for name, pk in data.items()}))


def on_staff(_request: object) -> QuerySet[Person]:
    """Whom a list may be narrowed by: who works cases or leads somebody, and nobody else by name."""
    return staff.everybody()


def _be_near(at: datetime) -> None:
    """An instant at the edge of time has no day in some zones."""
    if at.year not in periods.YEARS:
        raise ValidationError("No case is as old or as new as that.")


def instant(label: str) -> filters.IsoDateTimeFilter:
    return filters.IsoDateTimeFilter(method="narrow_by_instant", label=label, validators=[_be_near])


_BOUNDS = {
    "opened_from": "opened_at__gte",
    "opened_before": "opened_at__lt",
    "closed_from": "closed_at__gte",
    "closed_before": "closed_at__lt",
    "picked_from": "picked_up_at__gte",
    "picked_before": "picked_up_at__lt",
}
_HALVED = ("opened_at", "picked_up_at")


class CountedFilters(filters.FilterSet):
    opened_from = instant("Opened from")
    opened_before = instant("Opened before")
    closed_from = instant("Closed from")
    closed_before = instant("Closed before")
    picked_from = instant("Picked up from")
    picked_before = instant("Picked up before")
    state = filters.ChoiceFilter(choices=STATES, method="narrow_by_state", label="State")
    closed_as = filters.ChoiceFilter(choices=closed_statuses, field_name="status", label="Closed as")
    resolution = filters.ChoiceFilter(
        choices=resolutions, field_name="resolution_action", label="Resolution action"
    )
    pick_up = filters.ChoiceFilter(choices=KEPT, method="narrow_by_pick_up", label="Pick-up")
    timed = filters.ChoiceFilter(
        choices=[("pick_up", "Known")], method="narrow_by_timed", label="Time to pick-up"
    )
    stepped = filters.ChoiceFilter(
        choices=[("once", "Planned once")], method="narrow_by_stepped", label="Next step"
    )
    target = filters.ChoiceFilter(choices=TARGET, method="narrow_by_target", label="Target")
    limit = filters.ChoiceFilter(choices=LIMIT, method="narrow_by_limit", label="Longest open")
    origin = filters.ChoiceFilter(choices=Origin.choices, label="Opened by")
    department = filters.ChoiceFilter(
        choices=[*Department.choices, (ANY, "Any"), (NONE, "None")],
        method="narrow_by_department",
        label="Department",
    )
    language = filters.CharFilter(method="narrow_by_language", label="Language", max_length=8)
    handed_by = filters.ModelChoiceFilter(queryset=on_staff, method="narrow_by_giver", label="Handed over by")
    handed_to = filters.ModelChoiceFilter(queryset=on_staff, method="narrow_by_taker", label="Handed over to")
    hands = filters.ChoiceFilter(
        choices=[("changed", "Handed over")], method="narrow_by_hands", label="Changed hands"
    )
    tag = filters.ChoiceFilter(
        choices=lambda: list(tags().items()), method="narrow_by_tag", label="Tag in Feedback"
    )
    place = filters.ChoiceFilter(choices=[("taken", "Taken")], method="narrow_by_place", label="Place")
    won_arr = filters.ChoiceFilter(
        choices=[("net_new", "Other than renewals")], method="narrow_by_won", label="Won net ARR"
    )
    region = filters.ChoiceFilter(choices=Region.choices, method="narrow_by_region", label="Region")
    team = filters.ModelChoiceFilter(queryset=on_staff, method="narrow_by_team", label="Team of")

    class Meta:
        model = Case
        fields: list[str] = []

    is_whole = False  # set by a list of open and closed cases together
    goes_back = False  # set by a list that has closed cases
    unbounded: ClassVar[set[str]] = {
        *("closed_as", "resolution", "pick_up", "timed", "stepped", "target", "limit", "origin", "language"),
        *("handed_by", "handed_to", "hands", "won_arr"),
    }
    """No index answers these alone: without days they would read every case that there ever was."""

    @cached_property
    def is_recent(self) -> bool:
        """Whether cases that were closed long ago are left out, as nothing but a filter without an index is asked."""
        given = {name for name, value in self.form.cleaned_data.items() if value not in (None, "")}
        return self.goes_back and bool(given & self.unbounded) and not given & {*_BOUNDS}

    def filter_queryset(self, queryset: Cases) -> Cases:
        """All filters. Of open and closed cases together, each half is found by its own index of the instant."""
        narrowed = self._narrow(queryset)
        for bounds in self._halved_bounds:
            within = Case.objects.filter(**bounds)
            halves = within.closed().values("pk").union(within.open().values("pk"), all=True)
            narrowed = narrowed.filter(pk__in=halves)
        return narrowed

    @property
    def halves(self) -> tuple[Cases, Cases]:
        """The same, closed cases and open ones apart: to be read in an order that each has an index of."""
        narrowed = self._narrow(self.queryset.all())
        for bounds in self._halved_bounds:
            narrowed = narrowed.filter(**bounds)
        return narrowed.closed(), narrowed.open()

    def _narrow(self, queryset: Cases) -> Cases:
        narrowed: Cases = super().filter_queryset(queryset)
        if self.is_recent:
            since = timezone.now() - LOOKS_BACK
            narrowed = narrowed.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=since))
        return narrowed

    @property
    def _halved_bounds(self) -> list[dict[str, datetime]]:
        """The bounds of each instant that open and closed cases have indexes of their own of."""
        found = [
            {
                bound: self.form.cleaned_data[name]
                for name, bound in _BOUNDS.items()
                if bound.startswith(field) and self.form.cleaned_data.get(name)
            }
            for field in (_HALVED if self.is_whole else ())
        ]
        return [bounds for bounds in found if bounds]

    def narrow_by_instant(self, cases: Cases, name: str, at: datetime) -> Cases:
        bound = _BOUNDS[name]
        return cases if self.is_whole and bound.startswith(_HALVED) else cases.filter(**{bound: at})

    def narrow_by_state(self, cases: Cases, _name: str, key: str) -> Cases:
        return _STATES[key](cases)

    def narrow_by_pick_up(self, cases: Cases, _name: str, key: str) -> Cases:
        return cases.filter(_pick_up(key, timezone.now()))

    def narrow_by_timed(self, cases: Cases, _name: str, _key: str) -> Cases:
        return cases.filter(kept.PICK_UP_TIMED)

    def narrow_by_stepped(self, cases: Cases, _name: str, _key: str) -> Cases:
        return cases.filter(has_stepped())

    def narrow_by_target(self, cases: Cases, _name: str, key: str) -> Cases:
        return cases.filter(kept.CLOSED_IN_TIME if key == "kept" else kept.CLOSED_AFTER_TARGET)

    def narrow_by_limit(self, cases: Cases, _name: str, key: str) -> Cases:
        return cases.filter(kept.CLOSED_AFTER_LIMIT if key == "late" else kept.stale(timezone.now()))

    def narrow_by_department(self, cases: Cases, _name: str, key: str) -> Cases:
        if key == ANY:
            return cases.exclude(department="")
        return cases.filter(department="" if key == NONE else key)

    def narrow_by_language(self, cases: Cases, _name: str, key: str) -> Cases:
        return cases.alias(spoken=spoken()).filter(spoken=key)

    def narrow_by_giver(self, cases: Cases, _name: str, giver: Person) -> Cases:
        return cases.filter(handed_over(from_id=giver.pk))

    def narrow_by_taker(self, cases: Cases, _name: str, taker: Person) -> Cases:
        """Where the giver is named too, it is by the same hand-over."""
        giver = self.form.cleaned_data.get("handed_by")
        known = {"from_id": giver.pk} if giver else {}
        return cases.filter(handed_over(to_id=taker.pk, **known))

    def narrow_by_hands(self, cases: Cases, _name: str, _key: str) -> Cases:
        return cases.filter(handed_over())

    def narrow_by_tag(self, cases: Cases, _name: str, key: str) -> Cases:
        return cases.filter(tagged(key))

    def narrow_by_place(self, cases: Cases, _name: str, _key: str) -> Cases:
        return cases.filter(holds_place=True)

    def narrow_by_won(self, cases: Cases, _name: str, _key: str) -> Cases:
        return cases.filter(WON)

    def narrow_by_region(self, cases: Cases, _name: str, region: str) -> Cases:
        return cases.filter(asked.in_region(region, staff.load()))

    def narrow_by_team(self, cases: Cases, _name: str, leader: Person) -> Cases:
        return cases.filter(owner__in=staff.pks(staff.load().team_of(leader.pk)))


def _pick_up(key: str, now: datetime) -> Q:
    return {
        "kept": kept.PICKED_UP_IN_TIME,
        "late": kept.PICKED_UP_LATE,
        "overdue": kept.pick_up_overdue(now),
    }[key]


_STATES: dict[str, Callable[[Cases], Cases]] = {
    "to_pick_up": lambda cases: cases.to_pick_up(),
    "given": lambda cases: cases.to_pick_up().filter(owner__isnull=False),
    "in_hand": lambda cases: cases.in_hand(),
    "desk": lambda cases: cases.on_desk(),
    "later": lambda cases: cases.later(),
    "owned": lambda cases: cases.filter(owner__isnull=False),
    "unowned": lambda cases: cases.filter(owner__isnull=True),
}
