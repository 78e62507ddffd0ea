"""winmail.dat as Outlook writes it, by MS-OXTNEF: a signature, then attributes of the message and of each file."""

from __future__ import annotations

import struct
from collections.abc import Sequence

_SIGNATURE, _KEY = 0x223E9F78, 0x1A2B
_MESSAGE, _FILE = 1, 2
_VERSION, _CODEPAGE, _CLASS, _SUBJECT, _BODY, _PROPS = (
    0x00089006,
    0x00069007,
    0x00078008,
    0x00018004,
    0x0002800C,
    0x00069003,
)
_REND, _TITLE, _DATA, _FILE_PROPS = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
UNICODE, BINARY, LONG = 0x001F, 0x0102, 0x0003
BODY, HTML, RTF, INTERNET_CODEPAGE, LONG_NAME, MIME = 0x1000, 0x1013, 0x1009, 0x3FDE, 0x3707, 0x370E

Prop = tuple[int, int, str | bytes | int]


def pack(
    *,
    subject: str = "Order",
    body: str = "",
    codepage: int = 1252,
    props: Sequence[Prop] = (),
    files: Sequence[tuple[str, str, bytes]] = (),
) -> bytes:
    """`files` are (short name, long name, content); without a long name the short one is in the codepage alone."""
    charset = f"cp{codepage}"
    parts = [
        struct.pack("<IH", _SIGNATURE, _KEY),
        _attribute(_MESSAGE, _VERSION, struct.pack("<I", 0x00010000)),
        _attribute(_MESSAGE, _CODEPAGE, struct.pack("<II", codepage, 0)),
        _attribute(_MESSAGE, _CLASS, b"IPM.Microsoft Mail.Note\0"),
        _attribute(_MESSAGE, _SUBJECT, subject.encode(charset) + b"\0"),
    ]
    if body:
        parts.append(_attribute(_MESSAGE, _BODY, body.encode(charset) + b"\0"))
    if props:
        parts.append(_attribute(_MESSAGE, _PROPS, _properties(props)))
    for short, long, content in files:
        parts.append(_attribute(_FILE, _REND, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0)))
        parts.append(_attribute(_FILE, _TITLE, short.encode(charset) + b"\0"))
        parts.append(_attribute(_FILE, _DATA, content))
        if long:
            parts.append(_attribute(_FILE, _FILE_PROPS, _properties([(UNICODE, LONG_NAME, long)])))
    return b"".join(parts)


def _attribute(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, name, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def _properties(props: Sequence[Prop]) -> bytes:
    return struct.pack("<I", len(props)) + b"".join(_property(*prop) for prop in props)


def _property(kind: int, name: int, value: str | bytes | int) -> bytes:
    head = struct.pack("<HH", kind, name)
    if isinstance(value, int):
        return head + struct.pack("<i", value)
    data = value if isinstance(value, bytes) else value.encode("utf-16-le") + b"\0\0"
    return head + struct.pack("<II", 1, len(data)) + data + b"\0" * (-len(data) % 4)
