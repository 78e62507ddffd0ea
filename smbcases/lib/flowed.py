"""Plain text as RFC 3676 sends it: short lines on the wire, paragraphs of any width on the screen.

A line that ends in a space goes on in the next one. Programs that do not know it show lines of 72 signs.
"""

from __future__ import annotations

import textwrap

WIDTH = 72
SIGNATURE = "-- "


def flow(text: str) -> str:
    """Wrap long lines softly. What begins like a quote, with a space or with “From ” gets a space in front, which
    the reader's program takes away again."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(part for line in lines for part in _wrapped(line))


def _wrapped(line: str) -> list[str]:
    if line == SIGNATURE:
        return [line]
    fixed = line.rstrip(" ")
    if not fixed:
        return [""]
    parts = textwrap.wrap(
        fixed,
        WIDTH,
        drop_whitespace=False,
        replace_whitespace=False,
        expand_tabs=False,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [_stuffed(part) for part in _ending_in_spaces(parts)]


def _ending_in_spaces(parts: list[str]) -> list[str]:
    """Let each part but the last end in the spaces that part it from the next."""
    moved = list(parts)
    for at in range(len(moved) - 1):
        words = moved[at + 1].lstrip(" ")
        moved[at] += moved[at + 1][: len(moved[at + 1]) - len(words)]
        moved[at + 1] = words
    return moved


def _stuffed(line: str) -> str:
    return f" {line}" if line.startswith((" ", ">", "From ")) else line
