"""The name of a file as people gave it, without what could lead astray: paths, line ends, hidden directions."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 255


def clean(name: str) -> str:
    """The last part of a path, in one line of at most 255 characters, ending kept; `file` where nothing is left."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    kept = re.sub(r"\s+", " ", kept).strip(" .") or "file"
    if len(kept) <= LONGEST:
        return kept
    stem, dot, ending = kept.rpartition(".")
    tail = f"{dot}{ending[:20]}" if stem else ""
    return kept[: LONGEST - len(tail)] + tail
