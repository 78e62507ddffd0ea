"""Waiting for what comes true by itself. How long it took is logged: `--log-cli-level INFO` shows it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)


def wait_until(condition: Callable[[], object], *, within: float = 60.0, what: str) -> None:
    """Fails the test where it does not come true in so many seconds."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < within, f"waited {within:.0f} s in vain for {what}"
        time.sleep(0.02)
    logger.info("%.1f s until %s", time.monotonic() - began, what)
