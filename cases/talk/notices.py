"""Telling people: one unread notice each, in the bell and by mail as each of them wishes.

The notice is written in the transaction of what it tells of, so that neither is there without the other. Nobody is
told of what they did themselves, nor of a case that they may not see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from accounts.models import Person
from cases import access
from cases.models import Case, Mailing, Notice, NoticeKind, NoticeSetting
from smbcases.lib import bulk
from smbcases.lib.wake import wake

LONGEST = 300


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What is told. `url` is where it leads, if not to its case.

    A `topic` is told to a person once only; with `again` the notice there is takes the new text, adds `tally`, and is
    unread once more.
    """

    kind: NoticeKind
    case_id: int | None
    by: Person | None
    now: datetime
    text: str = ""
    url: str = ""
    topic: str | None = None
    tally: int = 1
    again: bool = False


@dataclass(frozen=True, kw_only=True)
class Channels:
    """Where a notice goes: `mail_at` is None where it is not mailed."""

    rings: bool
    mail_at: datetime | None

    @property
    def are_none(self) -> bool:
        return not self.rings and self.mail_at is None


def tell(
    *,
    people: Iterable[int],
    kind: NoticeKind,
    case_id: int | None,
    by: Person | None,
    now: datetime,
    text: str = "",
    url: str = "",
) -> None:
    """Tell each of `people` (ids) once; `by` is told nothing of their own doing."""
    send(people, Telling(kind=kind, case_id=case_id, by=by, now=now, text=text, url=url))


@transaction.atomic
def tell_of_many(
    *,
    person: int,
    kind: NoticeKind,
    cases: Sequence[Case],
    by: Person,
    now: datetime,
    texts: Mapping[int, str],
) -> None:
    """Tell one person of each of these cases, as far as they may see them, what `texts` has for it by its id; `by` is
    told nothing."""
    who = Person.objects.filter(pk=person, is_active=True).exclude(pk=by.pk).select_related("notice_setting")
    told = who.first()
    if told is None:
        return
    tellings = [
        Telling(kind=kind, case_id=case.pk, by=by, now=now, text=texts[case.pk])
        for case in cases
        if access.may_see(told, case)
    ]
    rows = [row for telling in tellings if (row := _row(told, telling))]
    bulk.insert(Notice, rows)
    _wake_for(rows, now=now)


@transaction.atomic
def send(people: Iterable[int], telling: Telling) -> None:
    """The same of a telling with a topic."""
    told = _load_people(people, telling)
    rows = [row for person in told if (row := _row(person, telling))]
    kept = set(bulk.insert(Notice, rows, returning="person_id"))
    if telling.again:
        _tell_again([row for row in rows if row["person_id"] not in kept])
    _wake_for(rows, now=telling.now)


def _wake_for(rows: Iterable[dict[str, Any]], *, now: datetime) -> None:
    if any(row["mail_at"] and row["mail_at"] <= now for row in rows):
        wake("notices")


def _load_people(people: Iterable[int], telling: Telling) -> list[Person]:
    ids = set(people) - {telling.by.pk if telling.by else None}
    if not ids:
        return []
    active = Person.objects.filter(pk__in=ids, is_active=True).select_related("notice_setting")
    found = list(active.order_by("id"))
    if telling.case_id is None or not found:
        return found
    case = Case.objects.select_related("opportunity").get(pk=telling.case_id)
    return [person for person in found if access.may_see(person, case)]


def _row(person: Person, telling: Telling) -> dict[str, Any] | None:
    """The notice for this person; None where they wish to hear nothing of its kind."""
    channels = choose(setting_of(person), telling.kind, person=person, now=telling.now)
    if channels.are_none:
        return None
    return {
        "person_id": person.pk,
        "kind": str(telling.kind),
        "case_id": telling.case_id,
        "by_id": telling.by.pk if telling.by else None,
        "at": telling.now,
        "text": shorten(telling.text),
        "url": telling.url,
        "topic": telling.topic,
        "tally": telling.tally,
        "rings": channels.rings,
        "mail_at": channels.mail_at,
    }


def _tell_again(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        there = Notice.objects.filter(person=row["person_id"], topic=row["topic"])
        again = {name: row[name] for name in ("at", "text", "mail_at")}
        there.update(tally=F("tally") + row["tally"], read_at=None, **again)


def setting_of(person: Person) -> NoticeSetting:
    """How the person wishes to be told; the usual way where they have not said."""
    return getattr(person, "notice_setting", None) or NoticeSetting(person=person)


def choose(setting: NoticeSetting, kind: NoticeKind, *, person: Person, now: datetime) -> Channels:
    """The channels that the setting has for a notice of this kind."""
    mailed = kind not in setting.no_mail
    return Channels(
        rings=kind not in setting.no_bell,
        mail_at=next_mail(setting, zone=ZoneInfo(person.time_zone), now=now) if mailed else None,
    )


def next_mail(setting: NoticeSetting, *, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When what is told now is mailed: never, now, or at the next time of the daily mail where the person is."""
    if setting.mail == Mailing.NEVER:
        return None
    if setting.mail == Mailing.AT_ONCE:
        return now
    local = now.astimezone(zone)
    today = datetime.combine(local.date(), time(setting.hour), tzinfo=zone)
    due = (
        today
        if today > local
        else datetime.combine(today.date() + timedelta(days=1), time(setting.hour), zone)
    )
    return due.astimezone(UTC)


def shorten(text: str) -> str:
    """The beginning of a long text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"
