"""The number of a case in addresses and in what people type: SMB-10471, or 10471 alone."""

from __future__ import annotations

import re

NUMBER = re.compile(r"(?:smb-|#)?0*(\d{1,15})", re.IGNORECASE)


class NotANumber(ValueError):
    """The text is no case number."""


def read(text: str) -> int:
    """The id behind a number. Raises NotANumber."""
    found = NUMBER.fullmatch(text.strip())
    if found is None:
        raise NotANumber(text)
    return int(found[1])


def say(pk: int) -> str:
    return f"SMB-{pk:05d}"


class InAddress:
    """A path converter, so that addresses may name a case as people do."""

    regex = r"(?i:SMB-)?\d{1,15}"

    def to_python(self, value: str) -> int:
        return read(value)

    def to_url(self, value: int | str) -> str:
        return str(value)
