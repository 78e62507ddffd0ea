"""The columns that record events come to: the payload's fields, and what we add to them ourselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from accounts import standing
from accounts.arrivals import Arrived
from accounts.models.book import Segment
from accounts.payloads import PERSON, Field
from accounts.references import Held, Known, People
from accounts.standing import Facts, Standing
from smbcases.playbook import Playbook

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Rows:
    known: Known
    people: People
    playbook: Playbook
    now: datetime

    def of(self, kind: str, events: Sequence[Arrived]) -> list[Row]:
        """One row for each record, of the newest of its events; these come oldest first."""
        if kind == "account":
            return self._of_accounts(events)
        return [self._of(event) for event in {event.external_id: event for event in events}.values()]

    def sales_user(self, *, region: str, segment: str) -> int | None:
        """Who owns what no person owns: the region's Sales User, within SMB."""
        return self.people.sales_users.get(region) if segment == Segment.SMB else None

    def strangers(self, event: Arrived) -> str:
        """A sentence for each person named whom we do not know."""
        return " ".join(
            f"Nobody here is known as “{event.data[field.name]}”, so {field.name} was left out."
            for field in event.kind.people
            if event.data.get(field.name) and self.people.named(event.data[field.name]) is None
        )

    def _of(self, event: Arrived) -> Row:
        row: Row = {
            field.column: self._value(field, event.data.get(field.name)) for field in event.kind.fields
        }
        row["as_of"] = event.time
        if event.kind.record == "opportunity" and row["owner_id"] is None:
            account = self.known.held["account"][event.data["account"]]
            row["owner_id"] = self.sales_user(region=account.region, segment=account.segment)
        return row

    def _value(self, field: Field, value: Any) -> Any:
        if value is None or value == "":
            return field.empty
        if field.refers_to == PERSON:
            return self.people.named(value)
        if field.refers_to:
            return self.known.id_of(field.refers_to, value)
        if field.is_whole:
            return int(value)  # JSON Schema takes 5.0 for a whole number, PostgreSQL does not
        if field.is_instant:
            return datetime.fromisoformat(value).astimezone(UTC)
        return value

    def _of_accounts(self, events: Sequence[Arrived]) -> list[Row]:
        """The newest row of each account, its standing carried through each of the states that came.

        One that grew through the line within these events has crossed it all the same.
        """
        held = {event.external_id: self.known.get("account", event.external_id) for event in events}
        stood = {external_id: _standing(account) for external_id, account in held.items() if account}
        ids = [account.id for account in held.values() if account]
        plans = standing.plans_outside(ids, playbook=self.playbook, on=self.now.date())
        rows: dict[str, Row] = {}
        for event in events:
            name, row, account = event.external_id, self._of(event), held[event.external_id]
            facts = _facts(row, plan=plans.get(account.id, "") if account else "")
            stood[name] = standing.stand(
                facts, before=stood.get(name), on=event.time.date(), playbook=self.playbook
            )
            rows[name] = row | self._ours(row, stood[name], admin=event.data.get("gitlab_admin"))
        return list(rows.values())

    def _ours(self, row: Row, stands: Standing, *, admin: str | None) -> Row:
        return {
            "segment": stands.segment,
            "tier": stands.tier,
            "outgrew_on": stands.outgrew_on,
            "owner_id": row["owner_id"] or self.sales_user(region=row["region"], segment=stands.segment),
            "gitlab_admin_awaited": admin or "" if row["gitlab_admin_id"] is None else "",
        }


def _facts(row: Mapping[str, Any], *, plan: str) -> Facts:
    return Facts(
        carr=Decimal(str(row["carr"])),
        lam=row["lam"],
        employees=row["employees"],
        country=row["country"],
        plan=plan,
    )


def _standing(held: Held) -> Standing:
    return Standing(segment=held.segment, tier=held.tier, outgrew_on=held.outgrew_on)
