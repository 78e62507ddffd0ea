"""Taking a sweep back: each row to whom it was with, as far as they are here and nothing newer has happened to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import desk_changes
from accounts.applying import BATON
from accounts.models import Account, Opportunity, OwnershipMove, OwnershipSweep, Person
from accounts.models.book import Segment
from smbcases.lib import baton, bulk
from smbcases.lib.refusal import Refusal
from smbcases.lib.wake import wake


class NoSuchSweep(Refusal):
    name = "no-such-sweep"
    status = 404
    title = "There is no such sweep"


class AlreadyUndone(Refusal):
    name = "sweep-already-undone"
    title = "The sweep was taken back already"


@dataclass(frozen=True, kw_only=True)
class Since:
    """What holds of a swept record now. `given_at` is when its owner was last changed here."""

    owner_id: int | None
    owner_name: str
    as_of: datetime
    given_at: datetime | None
    is_smb: bool
    is_open: bool


@transaction.atomic
def undo(*, sweep_id: int, by: Person, now: datetime) -> OwnershipSweep:
    """Move back what nothing newer has happened to, and say of each other row why it stays.

    Raises NoSuchSweep, AlreadyUndone.
    """
    baton.wait(BATON)
    wake("events")
    made = OwnershipSweep.objects.select_for_update(of=("self",)).filter(pk=sweep_id).first()
    if made is None:
        raise NoSuchSweep("There is no such sweep.")
    if made.undone_at is not None:
        raise AlreadyUndone("It was taken back already; a sweep is taken back once.")
    moves = list(made.moves.select_related("owner_before").order_by("id"))
    stays = _move_back(moves, now=now)
    rows = [{"id": one.pk, "moved_back": not stays[one.pk], "stays": stays[one.pk]} for one in moves]
    bulk.update(OwnershipMove, rows)
    made.undone_at, made.undone_by = now, by
    made.moved_back = sum(not why for why in stays.values())
    made.save(update_fields=["undone_at", "undone_by", "moved_back"])
    return made


def _move_back(moves: Sequence[OwnershipMove], *, now: datetime) -> dict[int, str]:
    """By move, why it stays; empty where it went back."""
    of_accounts = [move for move in moves if move.opportunity_id is None]
    of_opportunities = [move for move in moves if move.opportunity_id is not None]
    held_accounts = _lock(Account, [move.account_id for move in of_accounts])
    held_opportunities = _lock(Opportunity, [move.opportunity_id for move in of_opportunities])
    return _give_back(of_accounts, held_accounts, now=now) | _give_back(
        of_opportunities, held_opportunities, now=now
    )


def _lock(model: type[Account | Opportunity], ids: Sequence[int | None]) -> dict[int, Any]:
    related = ("owner",) if model is Account else ("owner", "account")
    found = model._default_manager.filter(pk__in=[pk for pk in ids if pk is not None])
    locked = found.select_related(*related).select_for_update(of=("self",), no_key=True)
    return {one.pk: one for one in locked.order_by("id")}


def _give_back(moves: Sequence[OwnershipMove], held: Mapping[int, Any], *, now: datetime) -> dict[int, str]:
    stays, back = {}, []
    for move in moves:
        record = held[move.opportunity_id or move.account_id]
        stays[move.pk] = why_it_stays(move, since(record))
        if not stays[move.pk]:
            record.owner_id = move.owner_before_id
            back.append(record)
    desk_changes.write_many(back, names=("owner_id",), now=now)
    return stays


def since(record: Account | Opportunity) -> Since:
    given_at = record.changed_here.get("owner_id")
    account = record if isinstance(record, Account) else record.account
    return Since(
        owner_id=record.owner_id,
        owner_name=record.owner.name if record.owner else "nobody",
        as_of=record.as_of,
        given_at=datetime.fromisoformat(given_at) if given_at else None,
        is_smb=account.segment == Segment.SMB,
        is_open=isinstance(record, Account) or record.is_open,
    )


def why_it_stays(move: OwnershipMove, now: Since) -> str:
    """In a sentence what has happened to the row since, or to whom it was with; empty where nothing has."""
    first = (
        (now.owner_id != move.owner_after_id, f"It is with {now.owner_name} by now."),
        (not now.is_smb, "Its account is not SMB any more."),
        (not now.is_open, "It was closed since."),
        (now.as_of > move.noted_at, "The CRM has told of it since."),
        (now.given_at != move.noted_at, "It was given back again since."),
        (not move.owner_before.is_active, f"{move.owner_before.name} is not here any more."),
    )
    return next((why[:200] for is_so, why in first if is_so), "")
