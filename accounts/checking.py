"""Whether an event may be kept, and everything that is wrong with it where it may not.

Places are JSON pointers into the event in its structured form, whichever way it was sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from accounts import envelopes, event_types, faulting
from accounts.event_types import EventType
from accounts.faulting import Fault
from accounts.payloads import EXPECTED, INSTANT
from smbcases.lib.pointer import pointer

LARGEST = 256 * 1024  # bytes of an event's data
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)  # clocks differ, but not by more
_MOST_CHARACTERS = 255
_MOST_FAULTS = 20
_INSTANT = re.compile(INSTANT)
_NUL = "\x00"
_NO_NUL = "The character U+0000 cannot be kept."


class Unfit(Exception):
    """The event cannot be kept. Carries what is wrong with it, the first fault of each place."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        first = {fault.pointer: fault for fault in reversed(list(faults))}
        self.faults = tuple(reversed(first.values()))[:_MOST_FAULTS]
        super().__init__(self.faults[0].detail)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fit:
    """An event that may be kept; `time` is in UTC, `data` is JSON in UTF-8."""

    source: str
    id: str
    type: str
    subject: str
    time: datetime
    data: bytes


def check(event: Any, *, now: datetime) -> Fit:
    """The event as it may be kept: its attributes and data fit what its type says. Raises Unfit with what does not."""
    if not isinstance(event, Mapping):
        raise Unfit([Fault(pointer="", detail="Expected an event: a JSON object.")])
    kind, data = _kind(event), event.get("data")
    faults = list(_attribute_faults(event, kind=kind, now=now))
    try:
        encoded = _encoded(data) if isinstance(data, Mapping) else b""
    except Unfit as unfit:
        raise Unfit([*faults, *unfit.faults]) from unfit
    if faults := [*faults, *_data_faults(event, kind=kind)]:
        raise Unfit(faults)
    return Fit(
        source=event["source"],
        id=event["id"],
        type=event["type"],
        subject=event.get("subject") or "",
        time=datetime.fromisoformat(event["time"]).astimezone(UTC),
        data=encoded,
    )


def _kind(event: Mapping[str, Any]) -> EventType | None:
    key = event.get("type")
    return event_types.ALL.get(key) if isinstance(key, str) else None


def _attribute_faults(event: Mapping[str, Any], *, kind: EventType | None, now: datetime) -> Iterator[Fault]:
    if event.get("specversion") != "1.0":
        yield Fault(pointer="/specversion", detail="Expected “1.0”.")
    for name in ("id", "source"):
        yield from _text_faults(name, event.get(name))
    if event.get("subject") is not None:
        yield from _text_faults("subject", event["subject"])
    yield from _time_faults(event.get("time"), now=now)
    content_type = event.get("datacontenttype")
    if content_type is not None and not (isinstance(content_type, str) and envelopes.is_json(content_type)):
        yield Fault(pointer="/datacontenttype", detail="The data of an event is JSON here: application/json.")
    if kind is None:
        yield Fault(pointer="/type", detail=f"Expected one of the known types: {', '.join(event_types.ALL)}.")


def _text_faults(name: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, str) or not value.strip():
        yield Fault(pointer=f"/{name}", detail="Expected some text.")
    elif len(value) > _MOST_CHARACTERS:
        detail = f"Expected at most {_MOST_CHARACTERS} characters; these are {len(value)}."
        yield Fault(pointer=f"/{name}", detail=detail)
    elif _NUL in value:
        yield Fault(pointer=f"/{name}", detail=_NO_NUL)


def _time_faults(value: Any, *, now: datetime) -> Iterator[Fault]:
    time = _time(value)
    if time is None:
        why = "It is needed: it decides which of two events about a record is the newer one."
        yield Fault(pointer="/time", detail=f"{EXPECTED[INSTANT]} {why}")
    elif time < EARLIEST:
        yield Fault(pointer="/time", detail=f"Expected a time from {EARLIEST.year} on.")
    elif time > now + AHEAD:
        yield Fault(pointer="/time", detail=f"This is in the future; here it is {now:%Y-%m-%dT%H:%M:%SZ}.")


def _time(value: Any) -> datetime | None:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:  # such as the 30th of February
        return None


def _data_faults(event: Mapping[str, Any], *, kind: EventType | None) -> Iterator[Fault]:
    if "data_base64" in event:
        yield Fault(pointer="/data_base64", detail="The data of an event is JSON here: send it as “data”.")
    elif not isinstance(event.get("data"), Mapping):
        yield Fault(pointer="/data", detail="Expected an object.")
    elif kind and not kind.validator.is_valid(event["data"]):
        for error in kind.validator.iter_errors(event["data"]):
            yield from faulting.explain(error, kind=kind)


def _encoded(data: Mapping[str, Any]) -> bytes:
    try:
        encoded = orjson.dumps(data)
    except orjson.JSONEncodeError as error:  # it was JSON that we read, so only its depth can be the cause
        raise Unfit(
            [Fault(pointer="/data", detail="This is nested too deeply; 250 levels are taken.")]
        ) from error
    if len(encoded) > LARGEST:
        detail = f"An event's data may have {LARGEST // 1024} KiB; this has {len(encoded) // 1024 + 1}."
        raise Unfit([Fault(pointer="/data", detail=detail)])
    if b"\\u0000" in encoded and (faults := list(_nul_faults(data))):
        raise Unfit(faults)
    return encoded


def _nul_faults(data: Any) -> Iterator[Fault]:
    """PostgreSQL keeps every character but one. Walks without recursion: the sender chooses the depth."""
    left: list[tuple[Sequence[str | int], Any]] = [(["data"], data)]
    while left:
        path, value = left.pop()
        if isinstance(value, str) and _NUL in value:
            yield Fault(pointer=pointer(path), detail=_NO_NUL)
        elif isinstance(value, Mapping):
            if any(_NUL in key for key in value):
                yield Fault(pointer=pointer(path), detail="A name in here has the character U+0000.")
            left.extend(([*path, key], inner) for key, inner in value.items() if _NUL not in key)
        elif isinstance(value, list):
            left.extend(([*path, index], inner) for index, inner in enumerate(value))
