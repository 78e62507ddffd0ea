"""Files of a form that is not filed yet: checked as those of a case are, and handed over to it without being copied."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum

from accounts.models import Person
from cases import writing
from cases.files import attaching
from cases.files.attaching import Looked, Room
from cases.filing import drafts
from cases.models import Attachment, DraftFile, FilingDraft, Verb
from cases.models.files import place
from cases.writing import Change, Entry


def attach(*, key: UUID, person: Person, file: File[bytes], name: str, now: datetime) -> DraftFile:
    """Keep the file with the draft. Raises what `attaching.attach` raises of a file, and NoSuchDraft."""
    looked = attaching.look(file, name=name)
    file.seek(0)
    stored = default_storage.save(place(Attachment(), ""), file)
    try:
        return _keep(looked, key=key, person=person, stored=stored, now=now)
    except BaseException:
        default_storage.delete(stored)
        raise


@transaction.atomic
def _keep(looked: attaching.Looked, *, key: UUID, person: Person, stored: str, now: datetime) -> DraftFile:
    if drafts.load(key=key, person=person) is None:
        drafts.save(key=key, person=person, typed={}, now=now)
    draft = drafts.lock(key=key, person=person)
    there = DraftFile.objects.filter(draft=draft)
    same = there.filter(sha256=looked.sha256).first()
    if same is not None:
        raise attaching.AlreadyAttached(f"This form has that file already, as “{same.name}”.")
    held = there.aggregate(size=Sum("size"))["size"] or 0
    if held + looked.size > settings.ATTACHMENT_MAX_BYTES_OF_CASE:
        most = settings.ATTACHMENT_MAX_BYTES_OF_CASE // 1024 // 1024
        raise attaching.CaseIsFull(
            f"“{looked.name}” does not fit: the files of a case may take {most} MB together."
        )
    return DraftFile.objects.create(
        draft=draft,
        file=stored,
        name=looked.name,
        size=looked.size,
        content_type=looked.kind,
        sha256=looked.sha256,
        attached_at=now,
    )


def of(draft: FilingDraft | None) -> list[DraftFile]:
    return list(draft.files.order_by("id")) if draft else []


@transaction.atomic
def take_away(*, key: UUID, person: Person, file_id: int) -> None:
    """Raises NoSuchDraft, which is also one that was filed meanwhile, and NoSuchFile."""
    draft = drafts.lock(key=key, person=person)
    kept = DraftFile.objects.filter(draft=draft, pk=file_id).first()
    if kept is None:
        raise attaching.NoSuchFile("There is no such file, or it was taken away.")
    name = kept.file.name
    kept.delete()
    transaction.on_commit(lambda: default_storage.delete(name))


def hand_over(draft: FilingDraft, *, case_id: int, by: Person, now: datetime) -> int:
    """Make the files of the locked draft the case's, in one row of history each. Those that it has already stay away.

    Raises CaseIsFull where they do not fit beside what the case has.
    """
    case = writing.lock_one(case_id, version=None)
    room = Room([case], by=by, now=now)
    for one in of(draft):
        if room.find(case, one.sha256) is None:
            room.take(case, _looked(one), store=partial(str, one.file.name))
        else:
            transaction.on_commit(partial(default_storage.delete, one.file.name))
    kept = room.keep_rows()
    if kept:
        writing.write([Change(case=case, columns={}, entries=[_told(one, by=by) for one in kept])], now=now)
    return len(kept)


def _looked(file: DraftFile) -> Looked:
    return Looked(name=file.name, size=file.size, kind=file.content_type, sha256=file.sha256)


def _told(kept: Attachment, *, by: Person) -> Entry:
    data = {"attachment": kept.pk, "name": kept.name, "size": kept.size}
    return Entry(verb=Verb.ATTACHED, person=by, data=data)
