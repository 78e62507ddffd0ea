"""A file comes to a case, and is taken away. The file is written first and its row in the transaction after; where that
fails the file is deleted at once, and what even that leaves behind a sweep finds by its folder's day."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import Person
from cases import access, writing
from cases.files import kinds, names, rights
from cases.models import Attachment, Case, Verb
from cases.models.files import place
from cases.writing import Change, Entry
from smbcases.lib.refusal import Refusal

_HEAD = 8192


class EmptyFile(Refusal):
    name = "file-empty"
    status = 422
    title = "The file is empty"


class FileTooLarge(Refusal):
    name = "file-too-large"
    status = 413
    title = "The file is too large"


class CaseIsFull(Refusal):
    name = "case-files-full"
    title = "The case has no room for more files"


class AlreadyAttached(Refusal):
    name = "already-attached"
    title = "The case has this file already"


class NoSuchFile(Refusal):
    name = "no-such-file"
    status = 404
    title = "There is no such file"


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What a file is, before it is kept: its cleaned name, size in bytes, kind by content, digest."""

    name: str
    size: int
    kind: str
    sha256: str


def attach(
    *, case_id: int, file: File[bytes], name: str, by: Person, now: datetime, version: int | None = None
) -> Attachment:
    """Keep the file with the case. Raises NoSuchCase, PermissionDenied, EmptyFile, FileTooLarge, NotThisKind,
    AlreadyAttached (same content), CaseIsFull."""
    _check(_visible(case_id, by=by), by=by)
    looked = look(file, name=name)
    file.seek(0)
    key = default_storage.save(place(Attachment(), ""), file)
    try:
        return _keep(case_id, looked, key=key, by=by, now=now, version=version)
    except BaseException:
        default_storage.delete(key)
        raise


def _visible(case_id: int, *, by: Person) -> Case:
    case = access.visible(by).select_related("owner").filter(pk=case_id).first()
    if case is None:
        raise writing.NoSuchCase("There is no such case, or it was removed.")
    return case


def _check(case: Case, *, by: Person) -> None:
    rights.check_may_attach(by, case)


def look(file: File[bytes], *, name: str) -> Looked:
    """Read a file through. Raises EmptyFile, FileTooLarge, NotThisKind."""
    name, size = names.clean(name), file.size or 0
    if not size:
        raise EmptyFile(f"“{name}” is empty.")
    if size > settings.ATTACHMENT_MAX_BYTES:
        most = settings.ATTACHMENT_MAX_BYTES // 1024 // 1024
        raise FileTooLarge(f"“{name}” is larger than {most} MB.")
    digest = hashlib.sha256()
    head = b""
    for chunk in file.chunks():
        head = head or chunk[:_HEAD]
        digest.update(chunk)
    kind = kinds.content_type(head, name=name)
    kinds.check(
        head,
        name=name,
        kind=kind,
        endings=settings.ATTACHMENT_BLOCKED_ENDINGS,
        allowed=settings.ATTACHMENT_ALLOWED_TYPES,
    )
    return Looked(name=name, size=size, kind=kind, sha256=digest.hexdigest())


@transaction.atomic
def _keep(
    case_id: int, looked: Looked, *, key: str, by: Person, now: datetime, version: int | None
) -> Attachment:
    case = writing.lock_one(case_id, version=version)
    _check(case, by=by)
    room = Room([case], by=by, now=now)
    kept = room.take(case, looked, store=lambda: key)
    room.keep_rows()
    _tell(case, Verb.ATTACHED, kept, by=by, now=now)
    return kept


class Room:
    """What locked cases hold, while files come to them by whatever way: each content once, all within the limit."""

    def __init__(self, cases: Iterable[Case], *, by: Person | None, now: datetime) -> None:
        self._by, self._now = by, now
        self._held: defaultdict[int, dict[str, Attachment]] = defaultdict(dict)
        self._new: list[Attachment] = []
        there = Attachment.objects.there().filter(case__in={case.pk for case in cases})
        for one in there.only("case_id", "sha256", "name", "size"):
            self._held[one.case_id][one.sha256] = one

    def find(self, case: Case, sha256: str) -> Attachment | None:
        return self._held[case.pk].get(sha256)

    def take(self, case: Case, looked: Looked, *, store: Callable[[], str]) -> Attachment:
        """The row to be; `store` answers where the file lies, and is asked once the case takes it.

        Raises AlreadyAttached and CaseIsFull.
        """
        held = self._held[case.pk]
        if looked.sha256 in held:
            name = held[looked.sha256].name
            raise AlreadyAttached(f"{case.number} has this file already, as “{name}”.")
        if sum(one.size for one in held.values()) + looked.size > settings.ATTACHMENT_MAX_BYTES_OF_CASE:
            most = settings.ATTACHMENT_MAX_BYTES_OF_CASE // 1024 // 1024
            raise CaseIsFull(
                f"“{looked.name}” does not fit: the files of a case may take {most} MB together."
            )
        row = Attachment(
            case=case,
            file=store(),
            name=looked.name,
            size=looked.size,
            content_type=looked.kind,
            sha256=looked.sha256,
            by=self._by,
            attached_at=self._now,
        )
        held[looked.sha256] = row
        self._new.append(row)
        return row

    def keep_rows(self) -> list[Attachment]:
        """Write the rows of all that was taken; each has its id then."""
        kept, self._new = self._new, []
        return Attachment.objects.bulk_create(kept)


@transaction.atomic
def detach(
    *, case_id: int, attachment_id: int, by: Person, now: datetime, version: int | None = None
) -> Attachment:
    """Take a file away: its row stays, the file goes with a later sweep. Raises NoSuchFile, PermissionDenied."""
    _visible(case_id, by=by)
    case = writing.lock_one(case_id, version=version)
    kept = Attachment.objects.there().filter(case=case, pk=attachment_id).first()
    if kept is None:
        raise NoSuchFile("There is no such file, or it was taken away.")
    kept.case = case
    rights.check_may_remove(by, kept)
    kept.removed_at, kept.removed_by = now, by
    kept.save(update_fields=["removed_at", "removed_by"])
    _tell(case, Verb.DETACHED, kept, by=by, now=now)
    return kept


def _tell(case: Case, verb: Verb, kept: Attachment, *, by: Person, now: datetime) -> None:
    entry = Entry(verb=verb, person=by, data={"attachment": kept.pk, "name": kept.name, "size": kept.size})
    writing.write([Change(case=case, columns={}, entries=[entry])], now=now)
