"""Sets right what is kept with cases and follows from the rest: for cases that were there before it was kept, and
where a playbook's clocks or ladders have been changed."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

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
    """Open questions that wait for their due time and that the sweep would not look at, though their case is open:
    asked by pages of an earlier version that ran on while this one was prepared."""
    unseen = Question.objects.open().filter(alert_at=None, missed_at=None, case__closed_at=None)
    wrong, last = 0, 0
    while True:
        ids = list(unseen.filter(pk__gt=last).order_by("pk").values_list("pk", "case_id")[:BATCH])
        wrong += _look_at(dict(ids))
        if len(ids) < BATCH:
            return wrong
        last = ids[-1][0]


@transaction.atomic
def _look_at(asked: Mapping[int, int]) -> int:
    if not asked:
        return 0
    cases = writing.lock(asked.values())
    held = Question.objects.open().filter(pk__in=asked, alert_at=None, missed_at=None).order_by("pk")
    found = [(one, cases[one.case_id]) for one in held if cases[one.case_id].is_open]
    alerts.look_at(found)
    return len(found)
