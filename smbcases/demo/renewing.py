"""Renewals as the CRM sees them: won with a new term and the next renewal, or lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from random import Random

from smbcases.demo.crm import Crm, Payload

CLOSED = frozenset({"closed_won", "closed_lost"})


def win(crm: Crm, name: str, *, at: datetime) -> None:
    """Close a renewal as won: its subscription runs on, and the next renewal comes into being."""
    renewal = crm.get("opportunity", name)
    crm.change("opportunity", name, at=at, stage="closed_won")
    for subscription in crm.all_of("subscription", renewal["account"]):
        _extend(crm, subscription, renewal, at=at)


def lose(crm: Crm, name: str, *, at: datetime) -> None:
    crm.change("opportunity", name, at=at, stage="closed_lost", risk="will_churn")


def close(crm: Crm, name: str, *, won: bool, at: datetime) -> None:
    """Close any opportunity, unless it was closed before."""
    opportunity = crm.get("opportunity", name)
    if opportunity["stage"] in CLOSED:
        return
    if not won:
        crm.change("opportunity", name, at=at, stage="closed_lost")
    elif opportunity["kind"] == "renewal":
        win(crm, name, at=at)
    else:
        crm.change("opportunity", name, at=at, stage="closed_won")


def open_renewals(crm: Crm, *, day: date, within: int) -> Iterator[Payload]:
    """The open renewals that close from `day` on, within so many days."""
    for opportunity in crm.records["opportunity"].values():
        if opportunity["kind"] == "renewal" and opportunity["stage"] not in CLOSED:
            days = (date.fromisoformat(opportunity["close_on"]) - day).days
            if 0 <= days <= within:
                yield opportunity


def pass_day(crm: Crm, *, at: datetime, chance: Random) -> None:
    """The renewals of today: most run by themselves, some are lost, a few stay open and are overdue tomorrow."""
    for renewal in list(open_renewals(crm, day=at.date(), within=0)):
        blocked = renewal.get("will_fail") or renewal.get("po_required")
        fate = chance.random()
        if fate < (0.5 if blocked else 0.84):
            win(crm, renewal["external_id"], at=at)
        elif fate < 0.9:  # noqa: PLR2004  the rest is overdue
            lose(crm, renewal["external_id"], at=at)


def _extend(crm: Crm, subscription: Payload, renewal: Payload, *, at: datetime) -> None:
    ended_on = date.fromisoformat(subscription["renews_on"])
    if ended_on.isoformat() != renewal["close_on"]:
        return
    ends_on = ended_on.replace(year=ended_on.year + 1, day=min(ended_on.day, 28))
    crm.change(
        "subscription",
        subscription["external_id"],
        at=at,
        starts_on=ended_on.isoformat(),
        renews_on=ends_on.isoformat(),
        term_months=12,
        seats=max(subscription["seats"], subscription["seats_used"]),
    )
    crm.add(
        "opportunity",
        at=at,
        account=renewal["account"],
        name=f"{renewal['name'].partition(' | ')[0]} | Renewal {ends_on:%b %Y}",
        kind="renewal",
        stage="0_pending",
        amount=renewal["amount"],
        currency=renewal["currency"],
        close_on=ends_on.isoformat(),
        plan=renewal["plan"],
        users=renewal["users"],
        term_months=12,
    )
