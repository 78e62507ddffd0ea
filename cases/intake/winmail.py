"""winmail.dat: what Outlook packs a mail and its files into where it takes us for another Outlook."""

from __future__ import annotations

import warnings
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tnefparse import TNEF

from cases.intake import headers, markup, rtf


class Damaged(Exception):
    """It is no such file, or it is broken; says how."""


@dataclass(frozen=True, kw_only=True)
class Packed:
    """`files` are names with contents; `text` is the mail's, where it was packed too."""

    text: str
    files: tuple[tuple[str, bytes], ...]


def unpack(content: bytes) -> Packed:
    """The words and the files that are packed in it. Raises Damaged."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            inside = TNEF(content)
            files = tuple((_name(one), bytes(one.data or b"")) for one in inside.attachments)
            text = _text(inside)
    except Exception as error:  # whatever bytes do to somebody else's parser, the file itself is kept
        raise Damaged(headers.clean(f"{type(error).__name__}: {error}")[:200]) from error
    return Packed(text=text, files=files)


def _text(inside: Any) -> str:
    """The mail's words: as plain text, else by its HTML, else by its RTF, which is all that many have."""
    plain = _words(inside.body, inside.codepage)
    if plain.strip():
        return plain
    html = _words(inside.htmlbody, None)
    if html.strip():
        return markup.to_text(html)
    packed = inside._rtfbody  # noqa: SLF001  the public one only warns that it cannot unpack it
    with suppress(rtf.NotRtf):
        return rtf.to_text(rtf.unpack(packed)) if packed else ""
    return ""


def _words(said: str | bytes | None, charset: str | None) -> str:
    words = said if isinstance(said, str) else headers.decode(bytes(said or b""), charset)
    return headers.whole(words)


def _name(attachment: Any) -> str:
    """The long name, or the short one in the code page of who sent it."""
    long = [one.data for one in attachment.mapi_attrs if one.name == _LONG_NAME]
    for name in (*long, attachment._name):  # noqa: SLF001  the public one takes it for UTF-8 and raises
        known = headers.clean(_words(name, attachment.codepage))
        if known:
            return known[:255]
    return "file"


_LONG_NAME = 0x3707
