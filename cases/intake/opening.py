"""Asking the triggers for a case. Whoever knows them is named in the settings, for cases know nothing of routing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

LONGEST_BODY = 50_000


@dataclass(frozen=True, kw_only=True)
class Request:
    """A mail that belongs to no case yet. `key` names the asking, each once; contact and lead by external id."""

    key: str
    from_address: str
    from_name: str
    to: str
    subject: str
    body: str
    message_id: str
    account_id: int | None
    contact: str
    lead: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the triggers said: the case they opened, or the open one that stands in the way, or neither and `why`."""

    case_id: int | None
    is_new: bool
    event_id: int | None
    why: str = ""


Opener = Callable[..., Mapping[str, Outcome]]


def ask(requests: Sequence[Request], *, now: datetime) -> Mapping[str, Outcome]:
    """The outcome of each request by its key, in the caller's transaction."""
    opener: Opener = import_string(settings.MAIL_OPENER)
    return opener(requests, now=now) if requests else {}


def covers(owners: Sequence[int], *, now: datetime) -> Mapping[int, int]:
    """Who covers for those of `owners` that are away now, by owner."""
    found: Callable[..., Mapping[int, int]] = import_string(settings.COVERS)
    return found(owners, now=now) if owners else {}
