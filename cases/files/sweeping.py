"""Files that nobody needs any more: of removed attachments, and those whose row never came to be."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta

from django.core.files.storage import default_storage

from cases.models import Attachment, DraftFile
from cases.models.files import FOLDER

logger = logging.getLogger(__name__)
KEPT_FOR = timedelta(days=1)
LOOKED_BACK = 30  # days of folders in which files without a row are looked for


def sweep(*, now: datetime) -> int:
    """Delete them; a file younger than a day is left alone. Returns how many went."""
    return _sweep_removed(now=now) + _sweep_unknown(now=now)


def _sweep_removed(*, now: datetime) -> int:
    gone = Attachment.objects.filter(removed_at__lt=now - KEPT_FOR, swept_at__isnull=True).order_by("id")[
        :500
    ]
    for one in gone:
        default_storage.delete(one.file.name)
        one.swept_at = now
        one.save(update_fields=["swept_at"])
    return len(gone)


def _sweep_unknown(*, now: datetime) -> int:
    try:
        days, _ = default_storage.listdir(FOLDER)
    except NotImplementedError:
        logger.warning("This storage cannot list its files, so orphans are not looked for.")
        return 0
    except FileNotFoundError:
        return 0
    today = now.astimezone(UTC).date()
    old = [day for day in days if _is_due(day, today=today)]
    return sum(_sweep_day(f"{FOLDER}/{day}") for day in old)


def _is_due(day: str, *, today: date) -> bool:
    try:
        age = (today - date.fromisoformat(day)).days
    except ValueError:
        return False
    return 1 < age <= LOOKED_BACK


def _sweep_day(folder: str) -> int:
    found = {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}
    known = {
        key
        for rows in (Attachment.objects, DraftFile.objects)
        for key in rows.filter(file__in=found).values_list("file", flat=True)
    }
    for key in found - known:
        default_storage.delete(key)
    return len(found - known)
