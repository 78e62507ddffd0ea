"""What became of an event: found by what its sender calls it, with what the triggers made of it."""

from __future__ import annotations

from urllib.parse import unquote

from django.db.models import Q, QuerySet

from accounts.models import Event
from smbcases.lib.refusal import Refusal

_DEEPEST = 40  # slashes in a source and an id together


class NoSuchEvent(Refusal):
    name = "no_such_event"
    status = 404
    title = "We have no such event"


class SeveralEvents(Refusal):
    name = "several_events"
    status = 409
    title = "This address means more than one event"


def followed() -> QuerySet[Event]:
    """Events with their account."""
    return Event.objects.select_related("account")


def find(place: str, *, raw: str = "") -> Event:
    """The event at `source/id`. `raw` is the same still percent-encoded, where the server hands it on.

    Once decoded, a slash in the source or the id looks like the one between them: then each is tried. Raises
    NoSuchEvent or SeveralEvents.
    """
    named = [_split(raw)] if raw.count("/") == 1 else _splits(place)
    found = list(followed().filter(_any_of(named))[:2]) if named and "\x00" not in place else []
    if not found:
        raise NoSuchEvent(
            "Nobody sent it, or it was refused. GET /api/events?source=…&id=… finds it by its names."
        )
    if len(found) > 1:
        raise SeveralEvents("Name it as GET /api/events?source=…&id=….")
    return found[0]


def _split(raw: str) -> tuple[str, str]:
    source, _, name = raw.partition("/")
    return unquote(source), unquote(name)


def _splits(place: str) -> list[tuple[str, str]]:
    slashes = [index for index, character in enumerate(place) if character == "/"][:_DEEPEST]
    return [(place[:at], place[at + 1 :]) for at in slashes if place[:at] and place[at + 1 :]]


def _any_of(named: list[tuple[str, str]]) -> Q:
    any_of = Q()
    for source, name in named:
        any_of |= Q(source=source, event_id=name)
    return any_of
