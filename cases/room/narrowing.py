"""Which cases are untidy, and how: one condition a kind, for pages, counts, the weekly summary and All cases alike.

All are of open cases that somebody has. The instants and days are those that the clocks and the Required 10 go by; that
these conditions find what those say, case by case, is tested on random histories.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import django_filters as filters
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Opportunity
from accounts.models.book import CLOSED_STAGES
from cases import clocks, kept, touches, zones
from cases import filters as of_lists
from cases.models.case import Cases
from cases.room.kinds import OF_CASES, WORDS, Kind
from smbcases import playbook
from smbcases.playbook import Item, Playbook

_DAY = timedelta(days=1)
_LOOK_BACK = 30  # days: no run of days off is longer
OF_ITS_OWN = frozenset({"opportunity_close_date"})  # a line of the Required 10 that is a kind by itself
_IN_HAND = Q(picked_up_at__isnull=False, deferred_until__isnull=True)
_NOTHING = Q(pk__in=[])


@dataclass(frozen=True, kw_only=True)
class When:
    """`today` is the reader's day, by which close dates are past."""

    now: datetime
    today: date


def narrow(cases: Cases, kind: Kind, *, when: When) -> Cases:
    """Of these cases those that are untidy in this way."""
    return cases.open().filter(is_untidy(kind, when=when), owner__isnull=False)


def is_untidy(kind: Kind, *, when: When) -> Q:
    """The condition itself, of open cases with an owner."""
    return _CONDITIONS[kind](when)


def _stale(when: When) -> Q:
    return kept.stale(when.now)


def _past_target(when: When) -> Q:
    return Q(target_at__lte=when.now, limit_at__gt=when.now)


def _step_overdue(when: When) -> Q:
    """In each territory those whose day was over by now there, as `clocks.next_step_by` has it."""
    groups: defaultdict[tuple[str, date], list[str]] = defaultdict(list)
    for book in playbook.every():
        for territory in _territories():
            groups[book.key, _last_overdue(book, territory, when=when)].append(territory)
    overdue = _NOTHING
    for (key, day), territories in groups.items():
        overdue |= Q(playbook=key, territory__in=territories, next_steps_on__lte=day)
    return _IN_HAND & overdue


def _last_overdue(book: Playbook, territory: str, *, when: When) -> date:
    """The last day whose next steps are overdue by now."""
    counts = book.clocks.counts.next_step
    day = when.now.astimezone(zones.zone_in(territory)).date()
    for _ in range(_LOOK_BACK):
        if clocks.next_step_by(day, book=book.key, territory=territory, counts=counts) <= when.now:
            break
        day -= _DAY
    return day


def _back_by_now(when: When) -> Q:
    """Put off until a day that has begun where the case is."""
    groups: defaultdict[date, list[str]] = defaultdict(list)
    for territory in _territories():
        groups[when.now.astimezone(zones.zone_in(territory)).date()].append(territory)
    back = _NOTHING
    for day, territories in groups.items():
        back |= Q(territory__in=territories, deferred_until__lte=day)
    return back


def _territories() -> list[str]:
    """Those of all playbooks, and none: a case keeps its territory's key."""
    return sorted({"", *(key for book in playbook.every() for key in book.territories)})


def _close_date_past(when: When) -> Q:
    return Q(opportunity__close_on__lt=when.today) & ~Q(opportunity__stage__in=CLOSED_STAGES)


def _required_missing(when: When) -> Q:
    """What its own playbook asks of a case in hand, and it has not."""
    missing = _NOTHING
    for rules in playbook.every():
        lines = _NOTHING
        for item in rules.required_ten:
            if item.when != "closing" and item.key not in OF_ITS_OWN:
                lines |= _line_missing(item, rules)
        missing |= Q(playbook=rules.key) & lines
    return _IN_HAND & missing


def _line_missing(item: Item, rules: Playbook) -> Q:
    missing = _MISSING[item.key](rules)
    return missing & Q(opportunity__isnull=False) if item.with_opportunity else missing


def _status_is_open(rules: Playbook) -> Q:
    return Q(status__in=[key for key, status in rules.statuses.items() if status.stage == "open"])


def _could_link(_rules: Playbook) -> Q:
    open_ones = Opportunity.objects.filter(account=OuterRef("account")).exclude(stage__in=CLOSED_STAGES)
    return Q(opportunity__isnull=True, account__isnull=False) & Q(Exists(open_ones))


def _untouched(_rules: Playbook) -> Q:
    touched = touches.told().filter(case=OuterRef("pk"), at__gte=OuterRef("picked_up_at"))
    return ~Q(Exists(touched))


_MISSING: Mapping[str, Callable[[Playbook], Q]] = {
    "status": _status_is_open,
    "owner": lambda _rules: Q(owner__isnull=True),
    "contact": lambda _rules: Q(contact__isnull=True),
    "next_steps": lambda _rules: Q(next_steps="") | Q(next_steps_on__isnull=True),
    "gitlab_admin": lambda _rules: Q(account__gitlab_admin__isnull=True),
    "related_opportunity": _could_link,
    "renewal_risk": lambda _rules: Q(opportunity__risk=""),
    "activity": _untouched,
}
_CONDITIONS: Mapping[Kind, Callable[[When], Q]] = {
    Kind.STALE: _stale,
    Kind.TARGET: _past_target,
    Kind.STEP: _step_overdue,
    Kind.CLOSE_DATE: _close_date_past,
    Kind.REQUIRED: _required_missing,
    Kind.LATER: _back_by_now,
}


class UntidyFilter(filters.ChoiceFilter):
    """`untidy=stale` on All cases: what a count of Clean your room counts."""

    def __init__(self) -> None:
        choices = [(str(kind), WORDS[kind].name) for kind in OF_CASES]
        super().__init__(choices=choices, label="To tidy")

    def filter(self, qs: Cases, value: str) -> Cases:
        if not value:
            return qs
        now = timezone.now()
        return narrow(qs, Kind(value), when=When(now=now, today=timezone.localdate(now)))


def offer() -> None:
    of_lists.offer("untidy", UntidyFilter())
