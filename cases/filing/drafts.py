"""A form while it is being filled in, kept on the server as it is typed, right or wrong, until it is filed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Account, Person
from cases.models import DraftFile, Filing, FilingDraft
from smbcases.lib import ids
from smbcases.lib.refusal import Refusal

RECORDS = ("account", "contact", "lead", "opportunity")
TYPED = (
    *("case_type", "description", "link", "web_email", "case_reason", "follow"),
    *(name for record in RECORDS for name in (record, f"{record}_words")),
    *("billing_street", "billing_city", "billing_postal_code", "billing_country", "iqm_with", "iqm_at"),
)
_LONGEST = 200_000
KEPT_FOR = timedelta(days=60)
SHOWN = 10
_AT_ONCE = 500


class NoSuchDraft(Refusal):
    name = "no-such-draft"
    status = 404
    title = "There is no such draft"


def read(given: Mapping[str, str]) -> dict[str, str]:
    """What was typed, by field, cut to what can be kept."""
    return {name: str(given[name]).replace("\0", "")[:_LONGEST] for name in TYPED if given.get(name)}


def load(*, key: UUID, person: Person) -> FilingDraft | None:
    """Raises NoSuchDraft where the key is somebody else's."""
    draft = FilingDraft.objects.filter(key=key).first()
    if draft is not None and draft.person_id != person.pk:
        raise NoSuchDraft("That form is somebody else's.")
    return draft


def lock(*, key: UUID, person: Person) -> FilingDraft:
    """The draft, locked: whoever files it, throws it away or changes its files waits for the other. Raises
    NoSuchDraft."""
    found = FilingDraft.objects.select_for_update().filter(key=key, person=person).first()
    if found is None:
        raise NoSuchDraft("That form is filed already, or was thrown away.")
    return found


def save(*, key: UUID, person: Person, typed: Mapping[str, str], now: datetime) -> FilingDraft:
    """Keep what was typed; the later of two saves stays. Raises NoSuchDraft where it is filed already, or another's."""
    if Filing.objects.filter(key=key).exists():
        raise NoSuchDraft("That form is filed already.")
    try:
        with transaction.atomic():
            draft, _ = FilingDraft.objects.update_or_create(
                key=key, person=person, defaults={"typed": read(typed), "saved_at": now}
            )
    except IntegrityError as error:
        raise NoSuchDraft("That form is somebody else's.") from error
    return draft


def drop(*, key: UUID, person: Person) -> None:
    """Throw a draft away, with its files."""
    _drop(FilingDraft.objects.filter(key=key, person=person))


def of_person(person: Person) -> list[FilingDraft]:
    """Their unfinished forms, the last one first, each with the name of its account in `about`."""
    filed = Filing.objects.filter(key=OuterRef("key"))  # a save that came late, when it was filed already
    unfiled = FilingDraft.objects.filter(~Exists(filed), person=person)
    drafts = list(unfiled.order_by("-saved_at", "-id")[:SHOWN])
    accounts = [ids.read(draft.typed.get("account", "")) for draft in drafts]
    chosen = {pk for pk in accounts if pk is not None}
    names = dict(Account.objects.filter(pk__in=chosen).values_list("pk", "name")) if chosen else {}
    for draft, pk in zip(drafts, accounts, strict=True):
        known = None if pk is None else names.get(pk)
        draft.about = known or draft.typed.get("account_words") or "No account yet"  # type: ignore[attr-defined]  # for the page
    return drafts


def forget_old(*, now: datetime) -> int:
    """Throw away what nobody has gone on with for two months. Returns how many."""
    old = FilingDraft.objects.filter(saved_at__lt=now - KEPT_FOR).order_by("saved_at")[:_AT_ONCE]
    return _drop(FilingDraft.objects.filter(pk__in=old.values_list("pk", flat=True)))


@transaction.atomic
def _drop(drafts: QuerySet[FilingDraft]) -> int:
    """One that is being filed is gone once it is locked here, and its files are the case's."""
    held = list(drafts.select_for_update().order_by("id").values_list("pk", flat=True))
    files = list(DraftFile.objects.filter(draft__in=held).values_list("file", flat=True))
    FilingDraft.objects.filter(pk__in=held).delete()
    transaction.on_commit(lambda: _delete(files))
    return len(held)


def _delete(files: Iterable[str]) -> None:
    for name in files:
        default_storage.delete(name)
