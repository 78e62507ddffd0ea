"""The CRM as the demo plays it: it holds every record, and tells us of each change by an event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

Payload = dict[str, Any]
SOURCES = {
    "crm": "https://crm.example",
    "mail": "https://mail.example",
    "product": "https://product.example",
    "support": "https://support.example",
    "billing": "https://billing.example",
    "subscription": "https://billing.example",
    "marketing": "https://marketing.example",
    "intent": "https://intent.example",
}
_PREFIXES = {
    "account": "001D",
    "contact": "003D",
    "lead": "00QD",
    "opportunity": "006D",
    "subscription": "A-S",
    "activity": "00TD",
}


class Crm:
    """Records by kind and id. What is added or changed leaves an event in `outbox`."""

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Payload]] = {kind: {} for kind in _PREFIXES}
        self.of_account: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.outbox: list[Payload] = []
        self._told = 0
        self._as_of: dict[str, datetime] = {}

    def add(self, kind: str, /, *, at: datetime, **fields: Any) -> str:
        """A new record; its id."""
        name = self.next_name(kind)
        self.records[kind][name] = {"external_id": name, **fields}
        if account := fields.get("account"):
            self.of_account[kind, account].append(name)
        self._tell_of(kind, name, at=at)
        return name

    def next_name(self, kind: str) -> str:
        """The id that the next record of this kind will have."""
        return f"{_PREFIXES[kind]}{len(self.records[kind]) + 1:06d}"

    def change(self, kind: str, name: str, /, *, at: datetime, **fields: Any) -> None:
        self.records[kind][name] |= fields
        self._tell_of(kind, name, at=at)

    def signal(self, key: str, /, *, at: datetime, **data: Any) -> None:
        """Something happened to records that are known."""
        self._post(key, {name: value for name, value in data.items() if value is not None}, at=at)

    def get(self, kind: str, name: str) -> Payload:
        return self.records[kind][name]

    def all_of(self, kind: str, account: str) -> list[Payload]:
        return [self.records[kind][name] for name in self.of_account[kind, account]]

    def empty_outbox(self) -> list[Payload]:
        sent, self.outbox = self.outbox, []
        return sent

    def _tell_of(self, kind: str, name: str, *, at: datetime) -> None:
        kept = {key: value for key, value in self.records[kind][name].items() if value not in (None, "")}
        before = self._as_of.get(name)
        moment = max(at, before + timedelta(seconds=1)) if before else at
        self._as_of[name] = moment
        self._post(f"crm.{kind}.upserted", kept, at=moment)

    def _post(self, key: str, data: Mapping[str, Any], *, at: datetime) -> None:
        self._told += 1
        self.outbox.append(
            {
                "specversion": "1.0",
                "id": f"demo-{self._told:06d}",
                "source": SOURCES.get(key.partition(".")[0], SOURCES["crm"]),
                "type": key,
                "time": at.isoformat(),
                "data": dict(data),
            }
        )
