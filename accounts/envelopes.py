"""CloudEvents 1.0 over HTTP: what a request carries, in any of the binding's three content modes.

What comes out are events in structured form (attributes beside `data`), not yet checked. Attributes of the
binary mode are header values, so percent-decoded; its body is `data`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson

from smbcases.lib.refusal import Refusal

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
_JSON = re.compile(r"application/([\w.+-]+\+)?json")
_QUOTED_PAIR = re.compile(r"\\(.)")


class WrongMediaType(Refusal):
    name = "wrong_media_type"
    status = 415
    title = "This is not how events are sent"


class NotJson(Refusal):
    name = "not_json"
    status = 400
    title = "The body is not JSON"


class BatchTooLong(Refusal):
    name = "batch_too_long"
    status = 413
    title = "There are too many events in one request"


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The events of one request, and whether it was a batch, which is answered event by event."""

    events: list[Any]
    is_batch: bool


def read(*, headers: Mapping[str, str], body: bytes, at_most: int) -> Sent:
    """Raises WrongMediaType, NotJson or BatchTooLong."""
    media_type, parameters = _content_type(headers.get("Content-Type", ""))
    _check_encoding(headers.get("Content-Encoding", ""), parameters)
    if media_type == BATCH:
        return Sent(events=_batch(_parsed(body), at_most=at_most), is_batch=True)
    if media_type == STRUCTURED:
        return Sent(events=[_parsed(body)], is_batch=False)
    attributes = _attributes(headers)
    if not attributes or media_type.startswith("application/cloudevents"):
        raise WrongMediaType(
            f"Send one event as {STRUCTURED}, up to {at_most} as {BATCH}, or one in binary mode: its data as"
            " application/json and its attributes as ce- headers."
        )
    if not _JSON.fullmatch(media_type or "application/json"):
        raise WrongMediaType(f"The data of an event is JSON here; {media_type} was sent.")
    return Sent(events=[{**attributes, "data": _parsed(body)}], is_batch=False)


def is_json(media_type: str) -> bool:
    return bool(_JSON.fullmatch(media_type.partition(";")[0].strip().lower()))


def _content_type(value: str) -> tuple[str, str]:
    media_type, _, parameters = value.partition(";")
    return media_type.strip().lower(), parameters.strip().lower()


def _check_encoding(encoding: str, parameters: str) -> None:
    if encoding.lower() not in {"", "identity"}:
        raise WrongMediaType(f"Send the body as it is; it was sent with the content encoding {encoding}.")
    charset = re.search(r'charset="?([\w.-]+)', parameters)
    if charset and charset[1] not in {"utf-8", "utf8", "us-ascii"}:
        raise WrongMediaType(f"JSON is sent in UTF-8; {charset[1]} was named.")


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotJson(f"Reading stopped with: {error}.") from error


def _batch(parsed: Any, *, at_most: int) -> list[Any]:
    if not isinstance(parsed, list):
        raise NotJson("A batch is a JSON array of events.")
    if len(parsed) > at_most:
        raise BatchTooLong(f"One request takes up to {at_most} events; {len(parsed)} were sent.")
    return parsed


def _attributes(headers: Mapping[str, str]) -> dict[str, str]:
    """The `ce-` headers, without their prefix."""
    named = ((name.lower(), value) for name, value in headers.items())
    return {name[3:]: _decoded(value) for name, value in named if name.startswith("ce-")}


def _decoded(value: str) -> str:
    """A header's value by the HTTP binding, 3.1.3.2: unquoted, then percent-decoded once, read as UTF-8."""
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = _QUOTED_PAIR.sub(r"\1", value[1:-1])
    try:
        return unquote_to_bytes(value.encode("latin-1")).decode()
    except UnicodeError as error:
        raise NotJson(f"The header value {value!r} is not UTF-8, percent-encoded.") from error
