"""The files of a mail come to its case: through the storage and under the rules of all files, once by content.

What a rule refuses is listed with the reason; the original has it still.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Sum

from cases.files import kinds, names
from cases.intake.reading import Part
from cases.models import Attachment, Case
from cases.models.files import place
from smbcases.lib.refusal import Refusal

_HEAD = 8192


def listed(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """The parts as the mail's row has them, before any was kept."""
    return [_row(part) for part in parts]


def keep(case: Case, parts: Sequence[Part], *, now: datetime) -> list[dict[str, Any]]:
    """Keep each part with the locked case; answer the list for the mail's row."""
    if not parts:
        return []
    there = Attachment.objects.there().filter(case=case)
    known = dict(there.values_list("sha256", "pk"))
    room = settings.ATTACHMENT_MAX_BYTES_OF_CASE - (there.aggregate(size=Sum("size"))["size"] or 0)
    rows = []
    for part in parts:
        row = _row(part)
        sha256 = hashlib.sha256(part.content).hexdigest()
        try:
            if sha256 not in known:
                _check(part, row, room=room)
                known[sha256] = _save(case, part, row, sha256=sha256, now=now)
                room -= len(part.content)
            row["attachment"] = known[sha256]
        except Refusal as refusal:
            row["why"] = refusal.detail
        rows.append(row)
    return rows


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


def _check(part: Part, row: dict[str, Any], *, room: int) -> None:
    if not part.content:
        raise NotKept("It is empty.")
    if len(part.content) > min(room, settings.ATTACHMENT_MAX_BYTES):
        raise NotKept("The case has no room for it.")
    kinds.check(
        part.content[:_HEAD],
        name=row["name"],
        kind=row["kind"],
        endings=settings.ATTACHMENT_BLOCKED_ENDINGS,
        allowed=settings.ATTACHMENT_ALLOWED_TYPES,
    )


def _save(case: Case, part: Part, row: dict[str, Any], *, sha256: str, now: datetime) -> int:
    """The file first and its row after; one whose transaction comes to nothing is found by the files' sweep."""
    key = default_storage.save(place(Attachment(), ""), ContentFile(part.content))
    kept = Attachment.objects.create(
        case=case,
        file=key,
        name=row["name"],
        size=row["size"],
        content_type=row["kind"],
        sha256=sha256,
        by=None,
        attached_at=now,
    )
    return kept.pk
