"""What a mail server says of a mail that it was given: whom it could not reach, and why (RFC 3464, and older ways).

Nothing here raises: a report that is broken names nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message

from cases.intake import headers
from cases.intake.headers import Named

_LONGEST_WHY = 300
_MOST = 100
_NEWS = {"delayed", "delivered", "relayed", "expanded"}


@dataclass(frozen=True, kw_only=True)
class Failure:
    """An address that was not reached, in lower case, and the server's own words; empty where it has none."""

    address: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """`names` are ids of the mail that it tells of. `is_news`: that one is late or has arrived; nothing came back."""

    failures: tuple[Failure, ...] = ()
    names: tuple[str, ...] = ()
    is_news: bool = False


NOTHING_RETURNED = Report()


def read(message: Message, named: Named) -> Report:
    """What the parts of a report say; all empty for a mail that is none."""
    told: list[tuple[str, Failure]] = []
    names: list[str] = []
    for part in _parts(message):
        with suppress(ValueError, LookupError, TypeError, AttributeError, RecursionError):
            told += _told(part)
            names += _names(part)
    failed = [failure for action, failure in told if action not in _NEWS][:_MOST]
    if not told:
        listed = headers.addresses(named.get("x-failed-recipients", ()))
        failed = [Failure(address=address) for _, address in listed]
    return Report(
        failures=tuple(dict.fromkeys(failed)),
        names=tuple(dict.fromkeys(names)),
        is_news=bool(told) and not failed,
    )


def _parts(message: Message) -> Iterator[Message]:
    """The parts of the mail, and those of a report that something has wrapped once more."""
    for part in _inside(message):
        yield part
        if part.get_content_type() == "multipart/report":
            yield from _inside(part)


def _inside(message: Message) -> list[Message]:
    inside = message.get_payload() if message.is_multipart() else []
    return [one for one in inside if isinstance(one, Message)] if isinstance(inside, list) else []


def _told(part: Message) -> Iterator[tuple[str, Failure]]:
    """Each recipient's action and failure, from the blocks of a delivery status."""
    if part.get_content_type() != "message/delivery-status":
        return
    for block in _inside(part):
        who = _said(block, "Original-Recipient") or _said(block, "Final-Recipient")
        found = headers.addresses([who]) if who else []
        if found:
            why = _said(block, "Diagnostic-Code") or _said(block, "Status")
            yield (
                str(block.get("Action") or "failed").strip().lower(),
                Failure(address=found[0][1], why=why[:_LONGEST_WHY]),
            )


def _said(block: Message, name: str) -> str:
    """A field without its type: `smtp; 550 No such user` says the words alone."""
    kind, semicolon, words = headers.words(str(block.get(name) or "")).partition(";")
    return (words if semicolon else kind).strip()


def _names(part: Message) -> list[str]:
    if part.get_content_type() == "message/rfc822":
        return headers.message_ids([str(one.get("Message-ID") or "") for one in _inside(part)])
    if part.get_content_type() == "text/rfc822-headers":
        content = part.get_payload(decode=True)
        return (
            headers.message_ids(headers.read(content).get("message-id", ()))
            if isinstance(content, bytes)
            else []
        )
    return []
