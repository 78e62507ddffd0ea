"""Accounts over the SMB line: noticed when they cross, moved when the next fiscal quarter begins.

`Account.outgrew_on` says who is over the line, by the figures as they stand; a crossing keeps what came of it. What has
to be done is read off the two, so that it may be done late and any number of times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts import desk_changes, standing
from accounts.applying import BATON
from accounts.models import Account, Opportunity, Person, Role, SegmentCrossing
from accounts.models.book import CLOSED_STAGES, Segment
from accounts.standing import moves_on
from smbcases import playbook
from smbcases.lib import baton, bulk
from smbcases.lib.wake import wake
from smbcases.playbook import Playbook

_PENDING = Q(fell_back_at__isnull=True, moved_at__isnull=True)


@dataclass(frozen=True, kw_only=True)
class Over:
    """An account over the line; `segment` is the one of its size as it stands."""

    account_id: int
    outgrew_on: date
    segment: str


@dataclass(frozen=True, kw_only=True)
class Pending:
    """A crossing of which nothing has come yet."""

    id: int
    account_id: int
    crossed_on: date
    moves_on: date


@dataclass(frozen=True, kw_only=True)
class Steps:
    """What is to be done: crossings to note, to date anew, to end as fallen back; accounts to move, by segment."""

    note: tuple[Over, ...]
    date_anew: Mapping[int, date]
    fall_back: tuple[Pending, ...]
    move: tuple[Over, ...]
    unmark: tuple[int, ...]

    @property
    def are_none(self) -> bool:
        return not (self.note or self.date_anew or self.fall_back or self.move or self.unmark)


@dataclass(frozen=True, kw_only=True)
class Settled:
    """The accounts, by id, that crossed the line, fell back under it, and moved."""

    crossed: tuple[int, ...] = ()
    fell_back: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()


def pending() -> QuerySet[SegmentCrossing]:
    """The crossings that have neither fallen back nor moved."""
    return SegmentCrossing.objects.filter(_PENDING)


def decide(over: Iterable[Over], waiting: Iterable[Pending], *, today: date, rules: Playbook) -> Steps:
    """What is to be done today, in the order note, fall back, move: one may come after the other at once."""
    by_account = {one.account_id: one for one in over}
    known = {one.account_id: one for one in waiting}
    gone = [one for one in known.values() if not _still_stands(one, by_account.get(one.account_id))]
    ended = {one.account_id for one in gone}
    stays = [one for one in by_account.values() if one.segment != Segment.SMB]
    return Steps(
        note=tuple(one for one in stays if one.account_id not in known or one.account_id in ended),
        date_anew={
            one.id: day
            for one in known.values()
            if one.account_id not in ended and (day := moves_on(one.crossed_on, rules=rules)) != one.moves_on
        },
        fall_back=tuple(gone),
        move=tuple(one for one in stays if moves_on(one.outgrew_on, rules=rules) <= today),
        unmark=tuple(one.account_id for one in by_account.values() if one.segment == Segment.SMB),
    )


def _still_stands(one: Pending, over: Over | None) -> bool:
    """Whether the account is over the line still, and since the same day."""
    return over is not None and over.segment != Segment.SMB and over.outgrew_on == one.crossed_on


@transaction.atomic
def settle(*, now: datetime) -> Settled:
    """Do what is to be done today, each thing once however often this is asked.

    Nothing is locked where nothing is to be done; else no event is applied meanwhile.
    """
    if _look(now=now).are_none:
        return Settled()
    baton.wait(BATON)
    wake("events")
    steps = _look(now=now, lock=True)
    _note(steps, now=now)
    _move(steps.move, now=now)
    Account.objects.filter(pk__in=steps.unmark).update(outgrew_on=None)
    return Settled(
        crossed=tuple(one.account_id for one in steps.note),
        fell_back=tuple(one.account_id for one in steps.fall_back),
        moved=tuple(one.account_id for one in steps.move),
    )


def _look(*, now: datetime, lock: bool = False) -> Steps:
    rules, today = playbook.active(), now.date()
    over = Account.objects.filter(outgrew_on__isnull=False, segment=Segment.SMB).order_by("id")
    held = list(over.select_for_update(no_key=True) if lock else over)
    plans = standing.plans_outside((account.pk for account in held), playbook=rules, on=today)
    return decide(
        [_over(account, plan=plans.get(account.pk, ""), rules=rules) for account in held],
        [Pending(**row) for row in pending().values("id", "account_id", "crossed_on", "moves_on")],
        today=today,
        rules=rules,
    )


def _over(account: Account, *, plan: str, rules: Playbook) -> Over:
    segment = rules.segment_of(account.carr, account.employees, account.country, plan)
    return Over(account_id=account.pk, outgrew_on=account.outgrew_on or date.max, segment=segment)


def _note(steps: Steps, *, now: datetime) -> None:
    """The crossings as they stand now; those that end first, for an account has one that is pending."""
    rules = playbook.active()
    SegmentCrossing.objects.filter(pk__in=[one.id for one in steps.fall_back]).update(fell_back_at=now)
    bulk.update(SegmentCrossing, [{"id": pk, "moves_on": day} for pk, day in steps.date_anew.items()])
    bulk.insert(
        SegmentCrossing,
        [
            {
                "account_id": one.account_id,
                "crossed_on": one.outgrew_on,
                "moves_on": moves_on(one.outgrew_on, rules=rules),
                "noticed_at": now,
                "moved_to": "",
            }
            for one in steps.note
        ],
    )


def _move(going: Sequence[Over], *, now: datetime) -> None:
    """Into the segment of their size. The Sales User of SMB lets go of them and of their open opportunities."""
    if not going:
        return
    ids = [one.account_id for one in going]
    rows = [{"id": one.account_id, "segment": one.segment, "outgrew_on": None} for one in going]
    bulk.update(Account, rows)
    ended = [{"account_id": one.account_id, "moved_at": now, "moved_to": one.segment} for one in going]
    still = "held.moved_at IS NULL AND held.fell_back_at IS NULL"
    bulk.update(SegmentCrossing, ended, key="account_id", where=still)
    _let_go(ids, now=now)


def _let_go(ids: Sequence[int], *, now: datetime) -> None:
    users = list(Person.objects.filter(role=Role.SALES_USER).values_list("pk", flat=True).order_by("id"))
    accounts = Account.objects.filter(pk__in=ids, owner__in=users)
    theirs = Opportunity.objects.filter(account__in=ids, owner__in=users)
    opportunities = theirs.exclude(stage__in=CLOSED_STAGES)
    for found in (accounts, opportunities):
        records: list[Any] = list(found.select_for_update(of=("self",), no_key=True).order_by("id"))
        for record in records:
            record.owner_id = None
        desk_changes.write_many(records, names=("owner_id",), now=now)


def listed() -> QuerySet[SegmentCrossing]:
    """What is to move, first who moves first."""
    return pending().select_related("account").order_by("moves_on", "id")


def moved() -> QuerySet[SegmentCrossing]:
    """What moved, last first."""
    ended = SegmentCrossing.objects.filter(moved_at__isnull=False).select_related("account")
    return ended.order_by(F("moved_at").desc(), "-id")


def fallen_back() -> QuerySet[SegmentCrossing]:
    """What came down under the line before its day, last first."""
    ended = SegmentCrossing.objects.filter(fell_back_at__isnull=False).select_related("account")
    return ended.order_by(F("fell_back_at").desc(), "-id")
