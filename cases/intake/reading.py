"""From raw bytes to a letter: who writes to whom, what it says, what came with it.

The parser is the lenient one of the standard library: it takes any bytes. What it leaves odd is put right here where
that can be done, and said in `notes` where not. What cannot be read at all raises Unreadable, with the reason.
"""

from __future__ import annotations

import email
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from email.policy import compat32
from typing import Any

from cases.intake import headers, markup, reports, winmail
from cases.intake.headers import Named
from cases.intake.reports import NOTHING_RETURNED, Report
from cases.models.received import MailSort

LONGEST_TEXT = 200_000
LONGEST_HTML = 500_000
MOST_PARTS = 100
_DEEPEST = 40
_SHOWN = {"text/plain", "text/html"}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}


class Unreadable(Exception):
    """The mail cannot be read; says why, in a sentence."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A file that came with the mail. `cid`: what the mail's own HTML calls it, for an image in its text."""

    name: str
    content: bytes = field(repr=False)
    kind: str
    cid: str = ""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail in words. Addresses are in lower case; `text` is for reading, `html` sanitised, or empty."""

    from_name: str
    from_address: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    references: tuple[str, ...]
    text: str
    html: str
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()
    sort: MailSort = MailSort.PERSON
    why_sorted: str = ""
    report: Report = NOTHING_RETURNED


@dataclass(kw_only=True)
class _Found:
    """What a walk through the parts has come upon. `texts` and `htmls` stand for each other, place by place."""

    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def parse(raw: bytes) -> Message:
    """Raises Unreadable where it is nested beyond what can be followed."""
    try:
        return email.message_from_bytes(raw, policy=compat32)
    except RecursionError as error:
        raise Unreadable("Its parts are nested too deeply.") from error


def read(raw: bytes, *, envelope_from: str = "") -> Letter:
    """The mail in words. Raises Unreadable."""
    if not raw.strip():
        raise Unreadable("It is empty.")
    message = parse(raw)
    named = headers.read(headers.split(raw)[0])
    from_name, from_address = _sender(named, envelope_from)
    found = _Found()
    _walk(message, found, depth=0)
    return Letter(
        from_name=from_name,
        from_address=from_address,
        to=_reached(named, "to", "delivered-to", "x-original-to"),
        cc=_reached(named, "cc"),
        subject=headers.words(headers.first(named, "subject"))[:500],
        sent_at=headers.moment(headers.first(named, "date")),
        references=tuple(_references(named)),
        text=_text(found),
        html=_html(found),
        parts=tuple(found.parts),
        notes=tuple(found.notes),
        report=reports.read(message, named),
    )


def _sender(named: Named, envelope_from: str) -> tuple[str, str]:
    for values in (*(named.get(name) for name in ("from", "sender", "reply-to")), [envelope_from]):
        found = headers.addresses(values) if values else []
        if found:
            return found[0]
    raise Unreadable("It names no sender.")


def _reached(named: Named, *names: str) -> tuple[str, ...]:
    values = [value for name in names for value in named.get(name, ())]
    return tuple(address for _, address in headers.addresses(values)) if values else ()


def _references(named: Named) -> Iterator[str]:
    """Oldest first, the one that is answered last."""
    answered = headers.message_ids(named.get("in-reply-to", ()))
    earlier = headers.message_ids(named.get("references", ()))
    yield from [one for one in earlier if one not in answered][-50:]
    yield from answered[:5]


def _walk(message: Message, found: _Found, *, depth: int) -> None:
    kind = message.get_content_type()
    if depth > _DEEPEST:
        _note(found, "Parts nested more than 40 deep are not shown.")
    elif message.is_multipart() and kind != "message/rfc822":
        _walk_parts(message, found, kind=kind, depth=depth)
    elif kind in _SHOWN and not _is_file(message):
        _take_text(message, found, kind=kind)
    else:
        _take_file(message, found, kind=kind)


def _walk_parts(message: Message, found: _Found, *, kind: str, depth: int) -> None:
    children: Any = message.get_payload()
    if kind != "multipart/alternative":
        for child in children:
            _walk(child, found, depth=depth + 1)
        return
    ways = [_Found() for _ in children]
    for child, way in zip(children, ways, strict=True):
        _walk(child, way, depth=depth + 1)
        found.parts += way.parts[: MOST_PARTS - len(found.parts)]
        found.notes += [note for note in way.notes if note not in found.notes]
    texts = [way for way in ways if "".join(way.texts).strip()]
    htmls = [way for way in ways if "".join(way.htmls).strip()]
    if texts or htmls:
        found.texts.append("\n".join(texts[0].texts if texts else []))
        found.htmls.append("".join(htmls[-1].htmls if htmls else []))


def _is_file(message: Message) -> bool:
    return message.get_content_disposition() == "attachment" or bool(_file_name(message))


def _file_name(message: Message) -> str:
    try:
        name = message.get_filename() or ""
    except (ValueError, LookupError, TypeError, AttributeError):
        name = ""
    return headers.words(name)[:255]


def _take_text(message: Message, found: _Found, *, kind: str) -> None:
    said = headers.decode(_content(message), _charset(message)).replace("\r\n", "\n").replace("\0", "")
    said = said.encode("utf-8", "replace").decode()
    most = LONGEST_TEXT if kind == "text/plain" else LONGEST_HTML
    if len(said) > most:
        _note(found, "It is very long; its end is in the original alone.")
    said = said[:most]
    if kind == "text/html" and markup.is_too_deep(said):
        _note(found, "Its formatting is nested too deeply; only its words are shown.")
        said, kind = markup.strip(said), "text/plain"
    found.texts.append(said if kind == "text/plain" else "")
    found.htmls.append(said if kind == "text/html" else "")


def _charset(message: Message) -> str | None:
    try:
        said = message.get_param("charset")
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    return str(said[2] if isinstance(said, tuple) else said) if said else None


def _content(message: Message) -> bytes:
    """The bytes of a part, however badly they are encoded; empty where there are none."""
    try:
        content: Any = message.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AssertionError):
        content = str(message.get_payload()).encode("ascii", "surrogateescape")
    return content if isinstance(content, bytes) else b""


def _take_file(message: Message, found: _Found, *, kind: str) -> None:
    if len(found.parts) >= MOST_PARTS:
        _note(found, f"More than {MOST_PARTS} files came with it; the others are in the original alone.")
        return
    name = _file_name(message)
    if kind == "message/rfc822" or (kind.startswith("message/") and message.is_multipart()):
        found.parts.append(_nested(message, name))
        return
    content = _content(message)
    if kind in _TNEF or name.lower() == "winmail.dat":
        unpacked = _unpack(content, found)
        if unpacked:
            found.parts += unpacked[: MOST_PARTS - len(found.parts)]
            return
    cid = headers.clean(str(message.get("Content-ID") or "")).strip("<> ")
    found.parts.append(Part(name=name or _named_by(kind), content=content, kind=kind, cid=cid[:255]))


def _unpack(content: bytes, found: _Found) -> list[Part]:
    try:
        packed = winmail.unpack(content)
    except winmail.Damaged as error:
        _note(found, f"The winmail.dat could not be unpacked: {error}")
        return []
    if packed.text and not any(text.strip() for text in (*found.texts, *found.htmls)):
        found.texts.append(packed.text[:LONGEST_TEXT])
        found.htmls.append("")
    return [Part(name=name, content=inside, kind="application/octet-stream") for name, inside in packed.files]


def _nested(message: Message, name: str) -> Part:
    """A mail in the mail, as a file; never read as if it had been written to us."""
    inside = message.get_payload()
    inner = inside[0] if isinstance(inside, list) and inside else None
    try:
        content = inner.as_bytes() if isinstance(inner, Message) else _content(message)
        subject = headers.words(str(inner.get("Subject") or "")) if isinstance(inner, Message) else ""
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        content, subject = str(inside).encode("utf-8", "replace"), ""
    return Part(name=name or f"{subject[:200] or 'mail'}.eml", content=content, kind="message/rfc822")


_NAMES = {"text/calendar": "invitation.ics", "text/html": "page.html", "text/plain": "text.txt"}


def _named_by(kind: str) -> str:
    return _NAMES.get(kind, f"file.{kind.rpartition('/')[2][:20]}")


def _note(found: _Found, sentence: str) -> None:
    if sentence not in found.notes:
        found.notes.append(sentence)


def _text(found: _Found) -> str:
    """Each place by its plain text, or by what its HTML says."""
    pairs = zip(found.texts, found.htmls, strict=True)
    said = [text if text.strip() else markup.to_text(html) for text, html in pairs]
    return "\n\n".join(one.strip("\r\n") for one in said if one.strip())[:LONGEST_TEXT].strip()


def _html(found: _Found) -> str:
    """The HTML of the mail, sanitised; a place without any by its text. Empty where no place has HTML."""
    if not any(html.strip() for html in found.htmls):
        return ""
    pairs = zip(found.texts, found.htmls, strict=True)
    return "\n".join(
        markup.sanitise(html) if html.strip() else markup.from_text(text) for text, html in pairs
    )
