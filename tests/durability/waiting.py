"""Waiting for what comes true by itself. How long it took is logged: `--log-cli-level INFO` shows it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

logger = logging.getLogger(__name__)
Found = TypeVar("Found")


def wait_until(condition: Callable[[], Found], *, within: float = 180.0, what: str) -> Found:
    """What came true. Fails the test where nothing does in so many seconds."""
    began = time.monotonic()
    while not (found := condition()):
        assert time.monotonic() - began < within, f"waited {within:.0f} s in vain for {what}"
        time.sleep(0.02)
    logger.info("%.1f s until %s", time.monotonic() - began, what)
    return found
