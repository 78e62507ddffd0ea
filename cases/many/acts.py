"""The acts that can be done on many cases. Each app adds its own when it is ready (`register`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts import access
from accounts.access import Act
from accounts.models import Person
from cases.many.forms import ManyForm
from cases.serializers import Given
from cases.together import Deed
from smbcases.lib.refusal import Refusal


class NoSuchAct(Refusal):
    name = "no-such-act"
    status = 422
    title = "That cannot be done on many cases"


Make = Callable[[dict[str, Any], Person, datetime], Deed]
TakeBack = Callable[[Mapping[int, dict[str, Any]], datetime], dict[int, str]]
"""From what was noted beside each case, by its id, to sentences."""


def nothing_beside(_beside: Mapping[int, dict[str, Any]], _now: datetime) -> dict[int, str]:
    """For acts that change nothing but cases."""
    return {}


@dataclass(frozen=True, kw_only=True)
class BulkAct:
    """An act as lists, pages and the API know it.

    `shape` reads what the API is sent; `deed` gets what it read, who acts and when, and makes the domain's own deed,
    which is that of the single act. `form` asks for the same on a page; None: there is nothing to ask. `take_back`
    undoes what the deed noted beside the cases, once they are put back, and says of which cases something stays.
    """

    key: str
    name: str
    done: str
    place: int
    act: Act
    shape: type[Given]
    deed: Make
    form: type[ManyForm] | None = None
    take_back: TakeBack = nothing_beside


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
