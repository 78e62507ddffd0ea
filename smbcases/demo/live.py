"""A trickle of events, pushed over HTTP to the running server as a CRM would push them, until somebody stops it."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

from accounts.models import Account
from smbcases.demo.chance import likely, weighted
from smbcases.demo.crm import SOURCES
from smbcases.demo.overseeing import FULL_REGION
from smbcases.demo.speaking import Voice

_KINDS: dict[str, float] = {
    "product.hand_raised": 4,
    "sales.contact_requested": 4,
    "mail.received": 4,
    "support.ticket_opened": 2,
    "sdr.case_requested": 1,
    "sales.referral_made": 1,
    "billing.ar_requested": 1,
    "product.duo_trial_started": 2,
}
_ELSEWHERE = 0.85
_PATIENCE = 5  # seconds until an unreachable server is tried again


class NotLetIn(Exception):
    """The server refuses what is sent, and would refuse the next one too."""


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Where to push, with which key."""

    address: str
    key: str

    def send(self, event: dict[str, Any]) -> bool:
        """Whether it arrived; False where nobody answers just now. Raises NotLetIn."""
        request = urllib.request.Request(  # noqa: S310  our own server
            f"{self.address}/api/events",
            data=json.dumps(event).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/cloudevents+json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10):  # noqa: S310  our own server
                return True
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code != 429:  # noqa: PLR2004  worth another try
                raise NotLetIn(f"The server answered {error.code}: {error.read().decode()[:300]}") from error
            return False
        except OSError:
            return False


def trickle(sender: Sender, *, every: float, chance: Random, say: Callable[[str], None]) -> None:
    """One event every so many seconds, more or less. Returns only by an exception."""
    for name, event in _events(chance):
        while not sender.send(event):
            time.sleep(_PATIENCE)
        say(f"{event['type']} of {name}")
        time.sleep(chance.uniform(0.4, 1.6) * every)


def _events(chance: Random) -> Iterator[tuple[str, dict[str, Any]]]:
    voice = Voice(chance)
    while True:
        account = _somebody(chance)
        kind, contact = weighted(chance, _KINDS), account.gitlab_admin
        assert contact is not None  # noqa: S101  for the type checker: asked for in the query
        data = {"account": account.external_id, "contact": contact.external_id}
        who = contact.name.split(maxsplit=1)[0]
        if kind == "mail.received":
            subject, body = voice.letter("messages", kind, who=who)
            data |= {
                "from": contact.email,
                "from_name": contact.name,
                "subject": subject,
                "body": body,
                "message": body,
            }
        else:
            data |= {"message": voice.say("messages", kind, who=who)}
        yield account.name, _enveloped(kind, data)


def _somebody(chance: Random) -> Account:
    """Mostly of a region that has places, so that what arrives is seen to be given out."""
    small = Account.objects.filter(segment="smb", gitlab_admin__isnull=False).select_related("gitlab_admin")
    elsewhere = small.exclude(region=FULL_REGION) if likely(chance, _ELSEWHERE) else small
    account = elsewhere.order_by("?").first()
    if account is None:
        raise NotLetIn("There is no book to tell of: run manage.py demo first.")
    return account


def _enveloped(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    now = datetime.now(tz=UTC)
    return {
        "specversion": "1.0",
        "id": f"live-{now.timestamp():.6f}",
        "source": SOURCES.get(kind.partition(".")[0], SOURCES["crm"]),
        "type": kind,
        "time": now.isoformat(),
        "data": data,
    }
