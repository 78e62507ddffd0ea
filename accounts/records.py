"""Record events into the book: by kind, in the order of dependency, in bulk.

Nothing here touches the inbox, and nothing is remembered between calls: the same code fills the book, or a
copy of it under the same table names, as it was at some moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from accounts import arrivals, desk_changes, references, standing
from accounts.arrivals import Arrived, Became
from accounts.models import Account, Contact, Opportunity, Role
from accounts.models.events import Outcome
from accounts.references import MODELS, Held, Known, People
from accounts.rows import Rows
from smbcases import playbook
from smbcases.lib import bulk

_SALES_USERS = f"SELECT id FROM accounts_person WHERE role = '{Role.SALES_USER.value}'"  # noqa: S608  a constant
_OWNED_BY_NO_PERSON = f"(held.owner_id IS NULL OR held.owner_id IN ({_SALES_USERS}))"
_REASON = 500


def apply_records(*, events: Sequence[Arrived], now: datetime) -> dict[int, Became]:
    """Write the newest state of each record that can be written; answer by id what became of each event.

    A state older than the held one is left alone; of two with the same time the later arrival wins. A field that
    was changed at the desk since stays. A record that refers to one which is not there is not written: its event
    waits. Signals among the events are passed over.
    """
    records = [event for event in events if event.kind.record]
    known = Known()
    arrivals.load_references(known, records)
    rows = Rows(known=known, people=_people_of(records), playbook=playbook.active(), now=now)
    became: dict[int, Became] = {}
    for kind in MODELS:
        became |= _Shelf(kind=kind, rows=rows).take_in(
            [event for event in records if event.kind.record == kind]
        )
    return became


def _people_of(events: Sequence[Arrived]) -> People:
    names = {event.data.get(field.name) for event in events for field in event.kind.people} - {None, ""}
    if names or any(event.kind.record in {"account", "opportunity"} for event in events):
        return references.load_people(str(name) for name in names)
    return People()


@dataclass(frozen=True, kw_only=True)
class _Shelf:
    """The records of one kind."""

    kind: str
    rows: Rows

    @property
    def held(self) -> Mapping[str, Held]:
        return self.rows.known.held[self.kind]

    def take_in(self, events: Sequence[Arrived]) -> dict[int, Became]:
        """Load, decide, write."""
        if not events:
            return {}
        self.rows.known.load(self.kind, {event.external_id for event in events})
        before = dict(self.held)
        became, fit = self._sort_out(events)
        newest = {event.external_id: event.id for event in fit}
        written = self._write(fit)
        for event in fit:
            stays = event.external_id in written and event.id == newest[event.external_id]
            became[event.id] = self._applied(event) if stays else self._outdated(event)
        self._follow_up(written, before=before)
        return became

    def _sort_out(self, events: Sequence[Arrived]) -> tuple[dict[int, Became], list[Arrived]]:
        """What became of those that cannot be written now; those that can, oldest first."""
        became: dict[int, Became] = {}
        fit: list[Arrived] = []
        for event in sorted(events, key=lambda event: (event.time, event.id)):
            held = self.held.get(event.external_id)
            if held and held.as_of > event.time:
                became[event.id] = self._outdated(event)
            elif waits_for := arrivals.missing(self.rows.known, event):
                became[event.id] = Became(outcome=Outcome.WAITING, waits_for=waits_for)
            else:
                fit.append(event)
        return became, fit

    def _write(self, events: Sequence[Arrived]) -> set[str]:
        model = MODELS[self.kind]
        table = model._meta.db_table
        not_newer = f'"{table}".as_of <= excluded.as_of'
        rows = self.rows.of(self.kind, events)
        stays = desk_changes.stays(table)
        written = set(bulk.upsert(model, rows, key="external_id", where=not_newer, stays=stays))
        self.rows.known.load(self.kind, (row["external_id"] for row in rows))
        return written

    def _applied(self, event: Arrived) -> Became:
        held = self.held[event.external_id]
        kept = desk_changes.kept(held.changed_here, fields=event.kind.fields, time=event.time)
        sentences = [self.rows.strangers(event), arrivals.kept(kept)]
        reason = " ".join(filter(None, sentences))[:_REASON]
        return Became(outcome=Outcome.APPLIED, reason=reason, account_id=held.account_id)

    def _outdated(self, event: Arrived) -> Became:
        held = self.held[event.external_id]
        return arrivals.outdated(held_as_of=held.as_of, account_id=held.account_id)

    def _follow_up(self, written: set[str], *, before: Mapping[str, Held]) -> None:
        """What other records have to do with these."""
        if self.kind == "account":
            known = written & before.keys()
            moved = [self.held[one] for one in known if _moved(before[one], self.held[one])]
            self._pass_on_opportunities(moved)
            self._pass_on_accounts([account for account in moved if "owner_id" in account.changed_here])
        elif self.kind == "contact":
            _settle_gitlab_admins(written)
        elif self.kind == "subscription":
            accounts = {self.held[one].account_id for one in written} - {None}
            standing.look_again(accounts, playbook=self.rows.playbook, now=self.rows.now)  # type: ignore[arg-type]  # None was taken out

    def _pass_on_opportunities(self, accounts: Sequence[Held]) -> None:
        """Where an account changed region or segment, what no person owns follows it to its Sales User."""
        rows = [
            {
                "account_id": account.id,
                "owner_id": self.rows.sales_user(region=account.region, segment=account.segment),
            }
            for account in accounts
        ]
        bulk.update(Opportunity, rows, key="account_id", where=_OWNED_BY_NO_PERSON)

    def _pass_on_accounts(self, accounts: Sequence[Held]) -> None:
        """Where the owner stays as it was changed at the desk: no other region's Sales User, and none outside SMB."""
        rows = [
            {
                "id": account.id,
                "owner_id": self.rows.sales_user(region=account.region, segment=account.segment),
            }
            for account in accounts
        ]
        bulk.update(Account, rows, where=_OWNED_BY_NO_PERSON)


def _settle_gitlab_admins(contacts: set[str]) -> None:
    """Accounts that named one of these contacts before it came."""
    waiting = Account.objects.filter(gitlab_admin_awaited__in=contacts).exclude(gitlab_admin_awaited="")
    contact = Contact.objects.filter(external_id=OuterRef("gitlab_admin_awaited"))
    waiting.update(gitlab_admin=Subquery(contact.values("id")), gitlab_admin_awaited="")


def _moved(before: Held, after: Held) -> bool:
    return (before.region, before.segment) != (after.region, after.segment)
