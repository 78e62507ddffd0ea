"""What cannot be done, in a sentence for a person and a name for a program."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """What was asked cannot be done. `detail` says why and what to do, in a sentence."""

    name = "refused"
    status = 409
    title = "This cannot be done"

    def __init__(self, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.more = more
