"""How many cases somebody has, by what they wait for: one query over the open ones, however many are closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.http import HttpRequest
from django.utils import timezone

from accounts.access import person_of
from accounts.models import Person
from cases.models import Case

COUNTED = 999


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many of each; `held` is what counts against capacity.

    `mark` changes whenever one of the cases does, or comes or goes; `newest_at` is when the last one was given.
    """

    to_pick_up: int
    in_hand: int
    due_today: int
    touches: int
    later: int
    high_value: int
    held: int
    mark: str
    newest_at: datetime | None

    @property
    def on_desk(self) -> int:
        return self.to_pick_up + self.in_hand


def read(*, owner: Person, now: datetime) -> Counts:
    """The counts of the owner's open cases; what is due today is so until midnight where the reader is."""
    now_theirs = Q(deferred_until__isnull=True)
    found: dict[str, Any] = (
        Case.objects.open()
        .owned_by(owner)
        .aggregate(
            to_pick_up=Count("id", filter=now_theirs & Q(picked_up_at__isnull=True)),
            in_hand=Count("id", filter=now_theirs & Q(picked_up_at__isnull=False)),
            due_today=Count("id", filter=now_theirs & Q(due_at__lte=end_of_today(now=now))),
            touches=Count("id", filter=Q(next_touch_on__lte=timezone.localdate(now))),
            later=Count("id", filter=Q(deferred_until__isnull=False)),
            high_value=Count("id", filter=Q(category="high_value")),
            held=Count("id", filter=Q(holds_place=True)),
            open=Count("id"),
            versions=Sum("version", default=0),
            newest_at=Max("assigned_at"),
        )
    )
    mark = f"{found.pop('open')}-{found.pop('versions')}"
    return Counts(mark=mark, **found)


def count_closed(*, owner: Person) -> int:
    """The owner's closed cases, counted to one more than `COUNTED`."""
    return Case.objects.closed().owned_by(owner)[: COUNTED + 1].count()


def of_request(request: HttpRequest) -> Counts:
    """The signed-in person's counts, read once a request: the list and the rail around it show the same."""
    found: Counts | None = getattr(request, "case_counts", None)
    if found is None:
        found = read(owner=person_of(request), now=timezone.now())
        request.case_counts = found  # type: ignore[attr-defined]  # lives as long as the request
    return found


def end_of_today(*, now: datetime) -> datetime:
    """The next midnight in the active time zone."""
    tomorrow = timezone.localtime(now).date() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, datetime.min.time()))
