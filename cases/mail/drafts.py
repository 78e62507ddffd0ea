"""What somebody is writing, kept on the server for each person and case until it is sent or thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from accounts.models import Person
from cases.models import MailDraft

TYPED = ("template_key", "to", "cc", "subject", "body")
_LONGEST = 200_000


def load(*, case_id: int, person: Person) -> MailDraft | None:
    return MailDraft.objects.filter(case=case_id, person=person).first()


def save(*, case_id: int, person: Person, typed: Mapping[str, str], now: datetime) -> MailDraft:
    """Keep what was typed as it is, right or wrong. The later of two saves stays."""
    kept = {name: typed.get(name, "").replace("\0", "")[:_LONGEST] for name in TYPED}
    kept["template_key"], kept["to"] = kept["template_key"][:40], kept["to"][:40]
    draft, _ = MailDraft.objects.update_or_create(
        case_id=case_id, person=person, defaults={**kept, "saved_at": now}
    )
    return draft


def drop(*, case_id: int, person: Person) -> None:
    MailDraft.objects.filter(case=case_id, person=person).delete()
