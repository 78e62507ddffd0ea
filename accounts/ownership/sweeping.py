"""The sweep: what stands in a person's name goes back to the region's Sales User, with a report of each row.

It holds the baton of the CRM's events, so that none is applied meanwhile; two sweeps come one after the other, and the
second finds nothing. The new owner is noted as a change of the desk: an event of before does not undo it, a newer one
may.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction

from accounts import desk_changes
from accounts.applying import BATON
from accounts.models import Account, Opportunity, OwnershipMove, OwnershipSweep, Person
from accounts.ownership import strays
from accounts.ownership.strays import Proposal, Stray
from smbcases import playbook
from smbcases.lib import baton, bulk, weeks
from smbcases.lib.refusal import Refusal
from smbcases.lib.wake import wake

_READ_OF_ACCOUNT = ("id", "as_of", "changed_here", "name", "region", "owner_id")
_READ_OF_OPPORTUNITY = ("id", "as_of", "changed_here", "name", "owner_id", "account__name", "account__region")


class NothingToSweep(Refusal):
    name = "nothing-to-sweep"
    title = "Nothing can be given back"


@dataclass(frozen=True, kw_only=True)
class Among:
    """Which rows a sweep looks at: of these owners, and of theirs these accounts and opportunities (None: all)."""

    owners: Collection[int]
    accounts: Collection[int] | None = None
    opportunities: Collection[int] | None = None


@transaction.atomic
def sweep(*, by: Person | None, now: datetime, among: Among | None = None) -> OwnershipSweep:
    """Give back what stands in people's names, all of it or what `among` says. Raises NothingToSweep."""
    _keep_events_out()
    found = _load(among or Among(owners=strays.people()))
    proposals = _decide(found)
    if not any(proposal.to_id for proposal in proposals):
        raise NothingToSweep(_why_nothing(proposals))
    return _write(found, proposals, by=by, now=now, week_on=None)


@transaction.atomic
def sweep_weekly(*, now: datetime) -> OwnershipSweep | None:
    """The sweep of the week, once its hour has come: once a week however often and late this is asked.

    None where the playbook lets it be done by hand only, or it was done.
    """
    weekly = playbook.active().clean_up.ownership_sweep
    slot = weeks.last_slot(weekday=weekly.weekday, hour=weekly.hour, now=now.astimezone(UTC))
    week_on = weeks.monday_of(slot)
    if not weekly.runs or OwnershipSweep.objects.filter(week_on=week_on).exists():
        return None
    _keep_events_out()
    if OwnershipSweep.objects.filter(week_on=week_on).exists():
        return None
    found = _load(Among(owners=strays.people()))
    return _write(found, _decide(found), by=None, now=now, week_on=week_on)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """The records in people's names, locked."""

    accounts: Sequence[Account]
    opportunities: Sequence[Opportunity]

    def strays(self) -> list[Stray]:
        return [
            *map(strays.of_account, self.accounts),
            *map(strays.of_opportunity, self.opportunities),
        ]


def _keep_events_out() -> None:
    """What comes meanwhile is applied right after."""
    baton.wait(BATON)
    wake("events")


def _load(among: Among) -> _Found:
    """Accounts before opportunities, each in the order of their ids, as everybody locks them."""
    accounts = strays.accounts_of(among.owners)
    if among.accounts is not None:
        accounts = accounts.filter(pk__in=among.accounts)
    opportunities = strays.opportunities_of(among.owners)
    if among.opportunities is not None:
        opportunities = opportunities.filter(pk__in=among.opportunities)
    return _Found(
        accounts=list(
            accounts.only(*_READ_OF_ACCOUNT).select_for_update(of=("self",), no_key=True).order_by("id")
        ),
        opportunities=list(
            opportunities.select_related("account")
            .only(*_READ_OF_OPPORTUNITY)
            .select_for_update(of=("self",), no_key=True)
            .order_by("id")
        ),
    )


def _decide(found: _Found) -> list[Proposal]:
    return strays.decide(found.strays(), sales_users=strays.sales_users())


def _why_nothing(proposals: Sequence[Proposal]) -> str:
    if not proposals:
        return "Nothing stands in a person's name."
    return f"Nobody can take what there is: {proposals[0].why_not}"


def _write(
    found: _Found, proposals: Sequence[Proposal], *, by: Person | None, now: datetime, week_on: date | None
) -> OwnershipSweep:
    going = {(one.stray.kind, one.stray.id): one for one in proposals if one.to_id is not None}
    accounts = _give(found.accounts, going, kind=strays.Kind.ACCOUNT, now=now)
    opportunities = _give(found.opportunities, going, kind=strays.Kind.OPPORTUNITY, now=now)
    made = OwnershipSweep.objects.create(
        at=now,
        by=by,
        week_on=week_on,
        accounts=len(accounts),
        opportunities=len(opportunities),
        left=len(proposals) - len(going),
    )
    rows = [_row(made, going[strays.Kind.ACCOUNT, one.pk], one) for one in accounts]
    rows += [_row(made, going[strays.Kind.OPPORTUNITY, one.pk], one) for one in opportunities]
    bulk.insert(OwnershipMove, rows)
    return made


def _give(
    records: Sequence[Any],
    going: dict[tuple[strays.Kind, int], Proposal],
    *,
    kind: strays.Kind,
    now: datetime,
) -> list[Any]:
    """Write the new owners; answer the records that have one."""
    given = [record for record in records if (kind, record.pk) in going]
    for record in given:
        record.owner_id = going[kind, record.pk].to_id
    desk_changes.write_many(given, names=("owner_id",), now=now)
    return given


def _row(made: OwnershipSweep, proposal: Proposal, record: Any) -> dict[str, Any]:
    stray = proposal.stray
    return {
        "sweep_id": made.pk,
        "account_id": stray.account_id,
        "opportunity_id": stray.id if stray.kind is strays.Kind.OPPORTUNITY else None,
        "region": stray.region,
        "owner_before_id": stray.owner_id,
        "owner_after_id": proposal.to_id,
        "noted_at": datetime.fromisoformat(record.changed_here["owner_id"]).astimezone(UTC),
        "moved_back": False,
        "stays": "",
    }
