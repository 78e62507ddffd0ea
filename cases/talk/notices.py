"""Telling people: one unread notice each, in the bell and by mail as each of them wishes.

The notice is written in the transaction of what it tells of, so that neither is there without the other. Nobody is
told of what they did themselves, nor of a case that they may not see.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

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
    now: datetime
    case_id: int | None = None
    by: Person | None = None
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


def send(people: Iterable[int], telling: Telling) -> None:
    """The same of a telling with a topic."""
    send_all((person_id, telling) for person_id in set(people))


def send_all(pairs: Iterable[tuple[int, Telling]]) -> None:
    """Tell each person, by id, what stands beside it; each pair is a notice of its own.

    Those are left out who did it themselves, are not active, may not see the case, or wish to hear nothing of the
    kind. Asks the database as often for a thousand pairs as for one, and not at all for none.
    """
    meant = [(pk, telling) for pk, telling in pairs if telling.by is None or telling.by.pk != pk]
    if not meant:
        return
    people = _load_people({pk for pk, _ in meant})
    heard = [(people[pk], telling) for pk, telling in meant if pk in people]
    cases = _load_cases({telling.case_id for _, telling in heard if telling.case_id is not None})
    rows = [
        row
        for person, telling in heard
        if telling.case_id is None or access.may_see(person, cases[telling.case_id])
        if (row := _row(person, telling))
    ]
    if rows:
        _keep(rows, again={telling.topic for _, telling in heard if telling.again})


def _load_people(ids: Collection[int]) -> dict[int, Person]:
    return Person.objects.filter(is_active=True).select_related("notice_setting").in_bulk(ids)


def _load_cases(ids: Collection[int]) -> dict[int, Case]:
    """As much of them as says who may see them."""
    read = Case.objects.select_related("opportunity").only(
        "owner", "filed_by", "department", "opportunity__kind"
    )
    return read.in_bulk(ids) if ids else {}


@transaction.atomic(savepoint=False)
def _keep(rows: Iterable[dict[str, Any]], *, again: Collection[str | None]) -> None:
    """Write them in one order, so that two who tell the same people never wait for each other in a ring."""
    ordered = sorted(rows, key=lambda row: (row["person_id"], row["topic"] or ""))
    bulk.insert(Notice, [row for row in ordered if row["topic"] is None or row["topic"] not in again])
    once = _added_up(row for row in ordered if row["topic"] is not None and row["topic"] in again)
    bulk.upsert(Notice, once, key=("person_id", "topic"), where="true", adds=("tally",))
    if any(row["mail_at"] and row["mail_at"] <= row["at"] for row in ordered):
        wake("notices")


def _added_up(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What one person is told again of one topic, as one: the last of it, with all the tallies."""
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for row in rows:
        key = (row["person_id"], row["topic"])
        tally = row["tally"] + (found[key]["tally"] if key in found else 0)
        found[key] = {**row, "tally": tally}
    return list(found.values())


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
        "read_at": None,
        "rings": channels.rings,
        "mail_at": channels.mail_at,
    }


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
