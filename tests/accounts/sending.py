"""Events as a CRM would send them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import orjson
from django.test import Client

from accounts import applying, keys, receiving
from accounts.envelopes import BATCH, STRUCTURED
from accounts.models import Event
from accounts.models.keys import Scope

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
_number = count(1)


def event(
    key: str = "crm.account.upserted", *, named: str = "", minute: int = 0, **data: Any
) -> dict[str, Any]:
    """In structured form; `minute` moves its time. An account needs no more said than that it is one."""
    number = next(_number)
    if key == "crm.account.upserted":
        data = {"external_id": f"001-{number}", "name": "Acme", **data}
    return {
        "specversion": "1.0",
        "id": named or f"evt-{number}",
        "source": "/crm",
        "type": key,
        "time": (NOW - timedelta(days=1) + timedelta(minutes=minute)).isoformat(),
        "data": data,
    }


def record(of: str, **data: Any) -> dict[str, Any]:
    """A record event of this kind, such as contact."""
    return event(f"crm.{of}.upserted", **data)


def mail(sender: str, **data: Any) -> dict[str, Any]:
    sent: dict[str, Any] = {"from": sender, **data}
    return event("mail.received", **sent)


def secret_of(*scopes: Scope, **fields: Any) -> str:
    """A key that may push and follow events, unless other scopes are named."""
    asked = scopes or (Scope.EVENTS_WRITE, Scope.EVENTS_READ)
    _, secret = keys.create(name="test", scopes=asked, acts_for=fields.pop("acts_for", None), now=NOW)
    return secret


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def push(client: Client, sent: Any, *, secret: str, media_type: str = "") -> Any:
    """One event, or a batch where a list is sent."""
    media_type = media_type or (BATCH if isinstance(sent, list) else STRUCTURED)
    return client.post("/api/events", orjson.dumps(sent), content_type=media_type, headers=bearer(secret))


def take_in(*events: dict[str, Any], now: datetime = NOW) -> list[Event]:
    """Receive and apply these; answer them as they then lie in the inbox, in the order given."""
    answers = receiving.receive(events, now=now)
    assert all(answer.is_kept for answer in answers), answers
    applying.apply_pending(now=now)
    return [Event.objects.get(source=each["source"], event_id=each["id"]) for each in events]
