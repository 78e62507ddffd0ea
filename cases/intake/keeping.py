"""The files of a mail come to its case: through the storage and under the rules of all files, once by content.

What a rule refuses is listed with the reason; the original has it still.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from cases.files import kinds, names
from cases.files.attaching import Looked, Room
from cases.intake.reading import Part
from cases.models import Attachment, Case
from cases.models.files import place
from smbcases.lib.refusal import Refusal

_HEAD = 8192


def listed(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """The parts as the mail's row has them, before any was kept."""
    return [_row(part) for part in parts]


def keep(pairs: Sequence[tuple[Case, Sequence[Part]]], *, now: datetime) -> list[list[dict[str, Any]]]:
    """Keep the parts with their locked cases; answer for each pair the list for its mail's row.

    Two queries however many they are. A file is written before its row; one whose transaction comes to nothing is
    found by the files' sweep.
    """
    with_files = [case for case, parts in pairs if parts]
    if not with_files:
        return [[] for _ in pairs]
    room = Room(with_files, by=None, now=now)
    kept = [[_take(room, case, part) for part in parts] for case, parts in pairs]
    room.keep_rows()
    return [[_named(row, attachment) for row, attachment in rows] for rows in kept]


def _take(room: Room, case: Case, part: Part) -> tuple[dict[str, Any], Attachment | None]:
    """The part's line for the mail's row, and the case's file that it is; none where a rule refuses it."""
    row = _row(part)
    sha256 = hashlib.sha256(part.content).hexdigest()
    held = room.find(case, sha256)
    if held is not None:
        return row, held
    try:
        _check(part, row)
        looked = Looked(name=row["name"], size=row["size"], kind=row["kind"], sha256=sha256)
        return row, room.take(case, looked, store=partial(_store, part.content))
    except Refusal as refusal:
        return row | {"why": refusal.detail}, None


def _store(content: bytes) -> str:
    return default_storage.save(place(Attachment(), ""), ContentFile(content))


def _named(row: dict[str, Any], attachment: Attachment | None) -> dict[str, Any]:
    return row | {"attachment": attachment.pk if attachment else None}


def _row(part: Part) -> dict[str, Any]:
    name = names.clean(part.name)
    return {
        "name": name,
        "size": len(part.content),
        "kind": kinds.content_type(part.content[:_HEAD], name=name),
        "cid": part.cid,
        "attachment": None,
        "why": "",
    }


class NotKept(Refusal):
    """A file of a mail that stays in the original alone."""

    name = "mail-part-not-kept"


def _check(part: Part, row: dict[str, Any]) -> None:
    if not part.content:
        raise NotKept("It is empty.")
    if len(part.content) > settings.ATTACHMENT_MAX_BYTES:
        most = settings.ATTACHMENT_MAX_BYTES // 1024 // 1024
        raise NotKept(f"It is larger than {most} MB.")
    kinds.check(
        part.content[:_HEAD],
        name=row["name"],
        kind=row["kind"],
        endings=settings.ATTACHMENT_BLOCKED_ENDINGS,
        allowed=settings.ATTACHMENT_ALLOWED_TYPES,
    )
