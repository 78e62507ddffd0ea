"""What a file is, by what is in it, and whether a case may have it. Pure: names, first bytes and settings go in."""

from __future__ import annotations

import mimetypes
from collections.abc import Collection
from pathlib import PurePosixPath

import puremagic

from smbcases.lib.refusal import Refusal

IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
PLAIN = "text/plain"
UNKNOWN = "application/octet-stream"
# Sent under their own name to be saved; anything else goes out as bytes that no program claims.
HARMLESS = IMAGES | {"application/pdf", PLAIN, "text/csv", "application/zip"}
_EXECUTABLE = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"dex\n",
    b"\0asm",
    b"L\0\0\0\x01\x14\x02\0",
)
_IMAGE_STARTS = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))


class NotThisKind(Refusal):
    name = "file-kind-blocked"
    status = 422
    title = "Files of this kind are not taken"


def content_type(head: bytes, *, name: str) -> str:
    """By the first bytes; the name's ending decides only between kinds of plain text."""
    for start, kind in _IMAGE_STARTS:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if _is_text(head):
        return _kind_of_text(head, name=name)
    try:
        found = puremagic.from_string(head, mime=True, filename=name)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    return UNKNOWN if not found or found in IMAGES or len(found) > 100 else found  # noqa: PLR2004  the column's width


def check(head: bytes, *, name: str, kind: str, endings: Collection[str], allowed: Collection[str]) -> None:
    """Raise NotThisKind for programs and scripts, by content or by ending, and for what `allowed` leaves out."""
    ending = PurePosixPath(name.lower()).suffix.lstrip(".")
    if head.startswith(_EXECUTABLE) or ending in endings:
        raise NotThisKind(
            f"“{name}” is a program or a script; those are not taken. Send a link to it instead."
        )
    if allowed and kind not in allowed:
        raise NotThisKind(f"“{name}” is of a kind that is not taken ({kind}).")


def _is_text(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and b"\0" not in head
    return b"\0" not in head


def _kind_of_text(head: bytes, *, name: str) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:2000].lower()
    if start.startswith(b"%pdf-"):
        return "application/pdf"
    if b"<svg" in start:
        return "image/svg+xml"
    if start.startswith((b"<!doctype html", b"<html")) or b"<script" in start:
        return "text/html"
    if start.startswith(b"<?xml"):
        return "application/xml"
    guessed = mimetypes.guess_type(name)[0] or PLAIN
    return guessed if guessed.startswith("text/") and guessed != "text/html" else PLAIN
