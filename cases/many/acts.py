"""The acts that can be done on many cases. Each app adds its own when it is ready (`register`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from accounts import access
from accounts.access import Act
from accounts.models import Person
from cases.many.forms import ManyForm
from cases.serializers import Given
from smbcases.lib.refusal import Refusal


class NoSuchAct(Refusal):
    name = "no-such-act"
    status = 422
    title = "That cannot be done on many cases"


class Call(TypedDict):
    """What every domain call on a case needs."""

    case_id: int
    by: Person
    now: datetime
    version: int | None


Do = Callable[[dict[str, Any], Call], object]
Hold = Callable[[Sequence[int], dict[str, Any], datetime], object]


def hold_nothing(_case_ids: Sequence[int], _given: dict[str, Any], _now: datetime) -> None:
    """For acts that raise nobody's load."""


@dataclass(frozen=True, kw_only=True)
class BulkAct:
    """An act as lists, pages and the API know it.

    `shape` reads what the API is sent; `do` gets what it read and makes the domain call of one case. `hold` takes
    the locks that come before those of cases. `form` asks for the same on a page; None: there is nothing to ask.
    """

    key: str
    name: str
    done: str
    place: int
    act: Act
    shape: type[Given]
    do: Do
    hold: Hold = hold_nothing
    form: type[ManyForm] | None = None


_known: dict[str, BulkAct] = {}


def register(act: BulkAct) -> None:
    _known[act.key] = act


def find(key: str) -> BulkAct:
    """Raises NoSuchAct."""
    if key not in _known:
        raise NoSuchAct(f"“{key}” cannot be done on many cases. There are {', '.join(known())}.")
    return _known[key]


def known() -> list[str]:
    return [act.key for act in sorted(_known.values(), key=lambda act: act.place)]


def offered(person: Person) -> list[BulkAct]:
    """The acts that the person's role includes, in the order of the bar."""
    return [act for key in known() if access.may(person, (act := _known[key]).act)]
