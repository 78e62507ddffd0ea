"""The words of a text that Outlook packs as compressed RTF (MS-OXRTFCP): unpacked, and without its formatting.

Whatever is odd about it is left out; a text of a million signs is enough.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field

from cases.intake import headers

LONGEST = 1024 * 1024
_PACKED, _PLAIN = b"LZFu", b"MELA"
_WINDOW = 4096
_BEGIN = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_TOKEN = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_LINES = {"par": "\n", "line": "\n", "tab": "\t", "sect": "\n", "page": "\n", "cell": "  ", "row": "\n"}
_SIGNS = {
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
}
_NO_TEXT = {"fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "generator"}


class NotRtf(ValueError):
    """It is no compressed RTF, or it is torn."""


def unpack(content: bytes) -> bytes:
    """The RTF. Raises NotRtf."""
    try:
        _, size, kind, _ = struct.unpack_from("<II4sI", content)
    except struct.error as error:
        raise NotRtf("It has no head.") from error
    if kind == _PLAIN:
        return content[16 : 16 + size]
    if kind != _PACKED:
        raise NotRtf("It is packed in no way that we know.")
    return _inflate(content, most=min(size, LONGEST))


def _inflate(content: bytes, *, most: int) -> bytes:
    """Eight signs a byte of flags: as they are, or a place in what was said last and how much of it."""
    window = bytearray(_BEGIN.ljust(_WINDOW, b"\0"))
    write, read = len(_BEGIN), 16
    found = bytearray()
    while read < len(content) and len(found) < most:
        flags, read = content[read], read + 1
        for bit in range(8):
            if flags >> bit & 1:
                if read + 2 > len(content):
                    return bytes(found)
                place, read = int.from_bytes(content[read : read + 2]), read + 2
                at, count = place >> 4, (place & 15) + 2
                if at == write:
                    return bytes(found)
            else:
                at, count = -1, 1
            for step in range(count):
                if at < 0 and read >= len(content):
                    return bytes(found)
                sign = content[read] if at < 0 else window[(at + step) % _WINDOW]
                found.append(sign)
                window[write] = sign
                write = (write + 1) % _WINDOW
            read += at < 0
    return bytes(found)


@dataclass(kw_only=True)
class _Said:
    """The words so far, and what the groups around them say of them."""

    charset: str = "cp1252"
    words: list[str] = field(default_factory=list)
    bytes_: bytearray = field(default_factory=bytearray)
    is_silent: bool = False
    after_unicode: int = 1
    skip: int = 0
    outer: list[tuple[bool, int]] = field(default_factory=list)

    def say(self, words: str) -> None:
        self.settle()
        if self.skip:
            words, self.skip = words[self.skip :], max(0, self.skip - len(words))
        if not self.is_silent:
            self.words.append(words)

    def settle(self) -> None:
        """Bytes that stand one after the other may be one sign of the charset."""
        if self.bytes_ and not self.is_silent:
            self.words.append(headers.decode(bytes(self.bytes_), self.charset))
        self.bytes_.clear()


def to_text(content: bytes) -> str:
    """What the RTF says."""
    said = _Said()
    for word, number, code, sign, brace, words in _TOKEN.findall(content.decode("latin-1")[:LONGEST]):
        if code:
            _take_byte(said, int(code, 16))
        elif brace == "{":
            said.settle()
            said.outer.append((said.is_silent, said.after_unicode))
        elif brace and said.outer:
            said.settle()
            said.is_silent, said.after_unicode = said.outer.pop()
        elif word:
            _obey(said, word, int(number) if number else None)
        elif sign == "*":
            said.is_silent = True
        elif sign:
            said.say({"~": " ", "_": "-", "\n": "\n", "\r": "\n"}.get(sign, sign if sign in "\\{}" else ""))
        elif words:
            said.say(words)
    said.settle()
    return headers.whole("".join(said.words)).strip()


def _take_byte(said: _Said, byte: int) -> None:
    if said.skip:
        said.skip -= 1
    else:
        said.bytes_.append(byte)


def _obey(said: _Said, word: str, number: int | None) -> None:
    if word == "u" and number is not None:
        said.say(chr(number % 65536))
        said.skip = said.after_unicode
    elif word == "uc":
        said.after_unicode = number or 0
    elif word == "ansicpg" and number:
        said.charset = f"cp{number}"
    elif word == "htmlrtf":
        said.settle()
        said.is_silent = number != 0
    elif word in _NO_TEXT:
        said.is_silent = True
    elif word in _LINES or word in _SIGNS:
        said.say(_LINES.get(word) or _SIGNS[word])
