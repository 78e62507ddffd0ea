"""Sets right what is kept with cases and follows from the rest: for cases that were there before it was kept, and
where a playbook's clocks or ladders have been changed."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import F, Q

from cases import clocks, touches, writing
from cases.models import Case, Question
from cases.talk import alerts

BATCH = 1000


def recount_touches() -> int:
    """Set anew when the next touch of each case in hand is due. Answers of how many it was not what it should be."""
    wrong, last = 0, 0
    while True:
        seen, found = _recount_batch(after=last)
        wrong += found
        if len(seen) < BATCH:
            return wrong
        last = seen[-1].pk


@transaction.atomic
def _recount_batch(*, after: int) -> tuple[list[Case], int]:
    in_hand = Case.objects.open().filter(picked_up_at__isnull=False, pk__gt=after)
    rows = in_hand.select_related("account").select_for_update(of=("self",))
    batch = list(rows.order_by("pk")[:BATCH])
    days = touches.next_days(batch)
    wrong = {case.pk: days[case.pk] for case in batch if case.next_touch_on != days[case.pk]}
    writing.set_next_touches(wrong)
    return batch, len(wrong)


def recount_clocks() -> int:
    """Set anew what is due on each open case, and when the sweep looks at it and at its questions. Answers of how many
    of either it was not so."""
    wrong, last = _recount_questions(), 0
    while True:
        seen, found = _recount_clocks_batch(after=last)
        wrong += found
        if len(seen) < BATCH:
            return wrong
        last = seen[-1].pk


@transaction.atomic
def _recount_clocks_batch(*, after: int) -> tuple[list[Case], int]:
    rows = Case.objects.open().filter(pk__gt=after).order_by("pk")
    batch = list(rows.only(*writing.READ_BY_WRITER, *writing.CLOCKS).select_for_update(of=("self",))[:BATCH])
    columns = {case.pk: clocks.read(case).columns() for case in batch}
    wrong = [
        case for case in batch if any(vars(case)[name] != kept for name, kept in columns[case.pk].items())
    ]
    writing.set_clocks({case.pk: columns[case.pk] for case in wrong})
    return batch, len(wrong)


def _recount_questions() -> int:
    """Questions that the sweep would not look at though they wait for their due time, or still would though their case
    was closed over them: written by pages of an earlier version that ran on while this one was prepared."""
    unseen = Q(alert_at=None, missed_at=None, case__closed_at=None)
    left = Q(alert_at__isnull=False, asked_at__lte=F("case__closed_at"))
    wrong, last = 0, 0
    while True:
        asked = Question.objects.open().filter(unseen | left, pk__gt=last).order_by("pk")
        found = dict(asked.values_list("pk", "case_id")[:BATCH])
        _follow(set(found.values()))
        wrong += len(found)
        if len(found) < BATCH:
            return wrong
        last = max(found)


@transaction.atomic
def _follow(case_ids: Collection[int]) -> None:
    if case_ids:
        alerts.follow(list(writing.lock(case_ids).values()))
