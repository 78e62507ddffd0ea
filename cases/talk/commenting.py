"""What people say on a case: comments, with those mentioned in them told, and everybody who has to do with it.

Who may see a case may comment on it, while it is open and after.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Person
from cases import access, writing
from cases.models import Case, NoticeKind, Verb
from cases.talk import audience, mentions, notices
from cases.talk.mentions import Said
from cases.talk.notices import Telling
from cases.writing import Change, Entry
from smbcases.lib.refusal import Refusal

LONGEST = 10_000


class NothingSaid(Refusal):
    name = "nothing-said"
    status = 422
    title = "There is nothing to save"


class TooLong(Refusal):
    name = "too-long"
    status = 422
    title = "That is too long"


@transaction.atomic
def comment(*, case_id: int, text: str, by: Person, now: datetime, version: int | None = None) -> Case:
    """Add a comment to the history. Raises NoSuchCase, StaleCase, NothingSaid, TooLong, UnclearMention."""
    case = lock_seen(case_id, by=by, version=version)
    said = read(text, case=case)
    write(case, said, verb=Verb.NOTE, by=by, now=now)
    spread(case, said, kind=NoticeKind.COMMENTED, by=by, now=now)
    return case


def lock_seen(case_id: int, *, by: Person, version: int | None) -> Case:
    """Lock a case that `by` may see. Raises NoSuchCase, StaleCase."""
    case = writing.lock_one(case_id, version=version)
    if not access.may_see(by, case):
        raise writing.NoSuchCase("There is no such case, or it was removed.")
    return case


def read(text: str, *, case: Case) -> Said:
    """What was typed, its mentions resolved. Raises NothingSaid, TooLong, UnclearMention."""
    typed = text.replace("\r\n", "\n").strip()
    if not typed:
        raise NothingSaid("Write something first.")
    if len(typed) > LONGEST:
        over = len(typed) - LONGEST
        raise TooLong(f"It is {over:,} characters longer than {LONGEST:,}. Nothing was cut: shorten it.")
    return mentions.resolve(typed, known=audience.load_known(case, typed), case=case.number)


def write(
    case: Case,
    said: Said,
    *,
    verb: Verb,
    by: Person,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    columns: Mapping[str, Any] | None = None,
) -> None:
    """Append what was said to the history of a locked case."""
    people = {str(pk): name for pk, name in said.people.items()}
    held = {**(data or {}), **({"people": people} if people else {})}
    entry = Entry(verb=verb, person=by, data=held, text=said.text)
    writing.write([Change(case=case, columns=dict(columns or {}), entries=[entry])], now=now)


def spread(
    case: Case,
    said: Said,
    *,
    kind: NoticeKind,
    by: Person,
    now: datetime,
    first: Mapping[int, NoticeKind] | None = None,
) -> None:
    """Tell who has to do with the case. Each is told once: as `first` says, or as mentioned, or of the `kind`."""
    mentioned = dict.fromkeys(said.people, NoticeKind.MENTIONED)
    kinds = {**dict.fromkeys(audience.load_listeners(case), kind), **mentioned, **(first or {})}
    names = {str(pk): name for pk, name in said.people.items()}
    text = mentions.plain(said.text, names)
    notices.send_all(
        (pk, Telling(kind=its, case_id=case.pk, by=by, now=now, text=text)) for pk, its in kinds.items()
    )
