"""winmail.dat: what Outlook packs a mail and its files into where it takes us for another Outlook."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

from tnefparse import TNEF

from cases.intake import headers


class Damaged(Exception):
    """It is no such file, or it is broken; says how."""


@dataclass(frozen=True, kw_only=True)
class Packed:
    """`files` are names with contents; `text` is the mail's, where it was packed too."""

    text: str
    files: tuple[tuple[str, bytes], ...]


def unpack(content: bytes) -> Packed:
    """Raises Damaged."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            inside = TNEF(content)
            files = tuple((_name(one), bytes(one.data or b"")) for one in inside.attachments)
            body = getattr(inside, "body", None) or b""
    except Exception as error:  # whatever bytes do to somebody else's parser, the file itself is kept
        raise Damaged(f"{type(error).__name__}: {error}"[:200]) from error
    text = body if isinstance(body, str) else headers.decode(bytes(body), None)
    return Packed(text=text.replace("\0", ""), files=files)


def _name(attachment: object) -> str:
    found = getattr(attachment, "long_filename", None)
    name = found() if callable(found) else found
    return headers.clean(str(name or getattr(attachment, "name", "") or "file"))[:255]
