"""The garbage collector, and when it had better wait."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def resting() -> Iterator[None]:
    """Let the collector wait until the end: for work that makes thousands of objects which all go as it ends.

    It looks for rings of garbage each time so many objects were made more than freed. Work on a set makes them by the
    ten thousand and has no rings, so its rounds find nothing: a fifth of the time of a drain. Also a decorator.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
