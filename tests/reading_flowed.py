"""Plain text of RFC 3676 as its reader's program shows it."""

from __future__ import annotations

from smbcases.lib.flowed import SIGNATURE


def unflow(text: str) -> str:
    """The text as its reader's program shows it."""
    paragraphs: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        words = line.removeprefix(" ")
        if goes_on:
            paragraphs[-1] += words
        else:
            paragraphs.append(words)
        goes_on = line.endswith(" ") and line != SIGNATURE
    return "\n".join(paragraphs)
