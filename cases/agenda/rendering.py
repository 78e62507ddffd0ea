"""Entries as an iCalendar: whole days without a zone, moments in the reader's own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from cases.agenda.entries import Entry

_DAY = timedelta(days=1)
_REMINDER_LASTS = timedelta(minutes=15)
REFRESHED_EVERY = timedelta(hours=1)


def render(entries: Iterable[Entry], *, name: str, zone: ZoneInfo, base: str) -> bytes:
    """The calendar called `name`. `base` is what addresses begin with, such as https://cases.example.com.

    The same entries make the same bytes, so that a reader can be told that nothing has changed.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//SMB Cases//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, zone=zone, base=base))
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry, *, zone: ZoneInfo, base: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@smbcases")
    event.add("dtstamp", entry.changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("summary", entry.title)
    event.add("description", "\n".join(part for part in (entry.text, f"{base}{entry.path}") if part))
    event.add("url", f"{base}{entry.path}")
    event.add("transp", "TRANSPARENT")
    if entry.at is None:
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + _DAY)
    else:
        event.add("dtstart", entry.at.astimezone(zone))
        event.add("dtend", (entry.at + _REMINDER_LASTS).astimezone(zone))
    return event
