"""What the clock does to the book, and who is told of it: accounts that cross the SMB line, and the weekly sweep."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.models import Account, OwnershipSweep
from accounts.ownership import sweeping
from accounts.segments import crossing
from accounts.segments.crossing import Settled
from cases.models import Case, NoticeKind
from cases.talk import in_charge, notices
from cases.talk.notices import Telling


def settle(*, now: datetime) -> None:
    """Note, move and sweep what is due, each once, and tell SMB Ops and the owners of open cases."""
    settle_segments(now=now)
    sweep(now=now)


@transaction.atomic
def settle_segments(*, now: datetime) -> Settled:
    settled = crossing.settle(now=now)
    if words := say(settled):
        telling = Telling(kind=NoticeKind.SEGMENT, now=now, text=words, url=reverse("segment_moves"))
        notices.send_all((pk, telling) for pk in in_charge.ops())
    notices.send_all(_to_owners(settled.moved, now=now))
    return settled


def say(settled: Settled) -> str:
    """`2 accounts outgrew SMB. 1 account moved.` Empty where nothing happened."""
    parts = (
        (settled.crossed, "outgrew SMB; listed for the quarter’s move"),
        (settled.fell_back, "fell back under the line; listed no more"),
        (settled.moved, "moved out of SMB"),
    )
    return " ".join(f"{len(ids)} account{'s' if len(ids) != 1 else ''} {what}." for ids, what in parts if ids)


def _to_owners(moved: Collection[int], *, now: datetime) -> Iterator[tuple[int, Telling]]:
    """Each owner of open cases on an account that moved, once an account; at its first case."""
    if not moved:
        return
    names = dict(Account.objects.filter(pk__in=moved).order_by("id").values_list("pk", "name"))
    held = Case.objects.open().filter(account__in=moved, owner__isnull=False)
    firsts = held.order_by("account_id", "owner_id", "id").distinct("account_id", "owner_id")
    for pk, account, owner in firsts.values_list("pk", "account_id", "owner_id"):
        text = f"{names[account]} is not SMB any more. Its open cases stay with you until they are closed."
        yield owner, Telling(kind=NoticeKind.SEGMENT, case_id=pk, now=now, text=text)


@transaction.atomic
def sweep(*, now: datetime) -> OwnershipSweep | None:
    """The weekly sweep, where the playbook has one by the clock."""
    made = sweeping.sweep_weekly(now=now)
    if made is not None and made.moved:
        rows = f"{made.moved} row{'s' if made.moved != 1 else ''}"
        telling = Telling(
            kind=NoticeKind.SWEPT,
            now=now,
            text=f"{rows} given back to the Sales Users.",
            url=reverse("ownership_sweep", args=[made.pk]),
        )
        notices.send_all((pk, telling) for pk in in_charge.ops())
    return made
