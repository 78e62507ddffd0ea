"""JSON pointers (RFC 6901): where something stands in a JSON document."""

from __future__ import annotations

from collections.abc import Iterable


def pointer(path: Iterable[str | int]) -> str:
    """`["data", "a/b", 0]` is `/data/a~1b/0`; the whole document is the empty text."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)
