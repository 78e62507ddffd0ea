"""What the demo remembers of a case while it is worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts.models import Person


class NotDone(Exception):
    """The domain refused; the sentence says why."""


@dataclass(kw_only=True)
class Folder:
    """What the demo remembers of a case while it is worked; names are those of the CRM."""

    case_id: int
    case_type: str
    account: str
    owner: Person
    who: str
    language: str
    seats: int
    opportunity: str = ""
    lead: str = ""
    converted: str = ""
    planned_on: date | None = None
    filer: Person | None = None
