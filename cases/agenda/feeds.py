"""The secret address of somebody's calendar. It is shown once, when it is made; we keep its digest.

The secret is random and long, so that a plain digest of it can be looked up and tells nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from accounts.models import Person
from cases.models import CalendarFeed
from smbcases.lib.refusal import Refusal

_BYTES = 32
_SEEN_EVERY = timedelta(minutes=10)


class NoSuchCalendar(Refusal):
    name = "no-such-calendar"
    status = 404
    title = "There is no such calendar"


def make(*, person: Person, now: datetime) -> str:
    """A new secret, and the only time it is told; an earlier one opens nothing any more."""
    secret = secrets.token_urlsafe(_BYTES)
    CalendarFeed.objects.update_or_create(
        person=person, defaults={"digest": _digest(secret), "made_at": now, "read_at": None}
    )
    return secret


def revoke(*, person: Person) -> None:
    CalendarFeed.objects.filter(person=person).delete()


def open_by(secret: str, *, now: datetime) -> Person:
    """Whose calendar the secret opens. Raises NoSuchCalendar; that of who has left is none."""
    known = CalendarFeed.objects.select_related("person")
    feed = known.filter(digest=_digest(secret), person__is_active=True).first()
    if feed is None:
        raise NoSuchCalendar("This address opens no calendar. Make a new one under Calendar.")
    if feed.read_at is None or feed.read_at < now - _SEEN_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now)
    return feed.person


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
