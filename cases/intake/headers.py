"""The headers of a mail, whatever was done to them: bytes outside of ASCII, broken encodings, several senders.

Nothing here raises: what cannot be understood is left out or shown with replacement signs.
"""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header
from email.utils import getaddresses, parsedate_to_datetime

Named = Mapping[str, Sequence[str]]
LONGEST = 256 * 1024
_MOST_ADDRESSES = 100
_LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r"[^@\s<>\",;:()\[\]\\]+@[^@\s<>\",;:()\[\]\\]+")
_ID = re.compile(
    r"<[^<>\s\x00-\x1f\x7f-\x9f]{1,480}>"
)  # no database takes a NUL, and no id needs a control sign
_FOLD = re.compile(r"\r?\n[ \t]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]+")
# Names that programs give to charsets that Python knows under another, and codecs that are no charsets at all.
_ALIASES = {
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
}
_NO_CHARSETS = {"unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "mbcs", "oem"}


def split(raw: bytes) -> tuple[bytes, bytes]:
    """Head and body, parted at the first empty line."""
    found = re.search(rb"\r?\n\r?\n", raw[:LONGEST]) if not raw.startswith((b"\n", b"\r\n")) else None
    if found is None:
        return (b"", raw) if raw.startswith((b"\n", b"\r\n")) else (raw[:LONGEST], raw[LONGEST:])
    return raw[: found.start()], raw[found.end() :]


def read(head: bytes) -> Named:
    """The headers by lower-case name, each in the order given, in words."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    for line in _FOLD.sub(" ", _loose(head)).split("\n"):
        name, colon, value = line.partition(":")
        if colon and name and " " not in name.strip():
            named[name.strip().lower()].append(value.strip())
    return named


def _loose(data: bytes) -> str:
    """UTF-8 where it is, else the commonest of the old ones: headers have no charset of their own."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def first(named: Named, name: str) -> str:
    """The first header of that name, empty where there is none."""
    found = named.get(name) or ("",)
    return found[0]


def words(value: str) -> str:
    """An encoded header as people read it: one line, encoded words decoded."""
    if "=?" not in value:
        return clean(value)
    try:
        parts = decode_header(value)
    except (MessageError, ValueError, IndexError, LookupError):
        return clean(value)
    return clean("".join(part if isinstance(part, str) else _part(part, charset) for part, charset in parts))


def _part(part: bytes, charset: str | None) -> str:
    """What stands between encoded words comes from the library in an encoding of its own."""
    return decode(part, charset) if charset else part.decode("raw_unicode_escape", "replace")


def clean(text: str) -> str:
    """One line without control signs and halves of characters."""
    whole = text.encode("utf-8", "replace").decode()
    return " ".join(_CONTROL.sub(" ", whole).split())


def whole(text: str) -> str:
    """As a database takes it: halves of signs beyond U+FFFF put together, lone ones replaced, no NUL."""
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return joined.replace("\0", "")


def decode(data: bytes, charset: str | None) -> str:
    """Text from bytes: by the charset named, else as UTF-8, else by the commonest of the old ones."""
    for name in (charset, "utf-8"):
        known = _codec(name)
        if known:
            with suppress(UnicodeError, ValueError, LookupError):
                return data.decode(known)
    known = _codec(charset)
    if known and known not in {"utf-8", "utf-7"}:
        with suppress(UnicodeError, ValueError, LookupError):
            return data.decode(known, "replace")
    return data.decode("cp1252", "replace")


def _codec(name: str | None) -> str | None:
    wanted = (name or "").strip(" \"'").lower()
    if not wanted or "\0" in wanted:
        return None
    try:
        found = codecs.lookup(_ALIASES.get(wanted, wanted))
    except (LookupError, ValueError):
        return None
    is_text = getattr(found, "_is_text_encoding", True)
    return found.name if is_text and found.name.replace("-", "_") not in _NO_CHARSETS else None


def addresses(values: Sequence[str]) -> list[tuple[str, str]]:
    """(name, address) of each that could be reached, addresses in lower case, each once."""
    found: dict[str, str] = {}
    try:
        parsed = getaddresses([value[:20_000] for value in values])
    except (ValueError, IndexError, TypeError):
        parsed = []
    for name, address in parsed:
        _take(found, name, address)
    if not found:
        for address in _ADDRESS.findall(" ".join(values)[:20_000]):
            _take(found, "", address)
    return [(name, address) for address, name in list(found.items())[:_MOST_ADDRESSES]]


def _take(found: dict[str, str], name: str, address: str) -> None:
    plain = clean(address).lower()
    if _ADDRESS.fullmatch(plain) and len(plain) <= _LONGEST_ADDRESS:
        found.setdefault(plain, words(name).strip("\"' ")[:255])


def message_ids(values: Sequence[str]) -> list[str]:
    """The ids in Message-ID, In-Reply-To or References, oldest first, each once; one with control signs is none."""
    return list(dict.fromkeys(_ID.findall(" ".join(values)[:50_000])))


def moment(value: str) -> datetime | None:
    """When the mail says it was sent; None where it does not, or no calendar has that day."""
    try:
        said = parsedate_to_datetime(value)
        return (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
