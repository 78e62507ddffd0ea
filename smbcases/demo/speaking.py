"""What people write, picked by chance from the demo's phrases and filled with names and numbers."""

from __future__ import annotations

from random import Random
from typing import Any

from smbcases.demo.reading import read

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


class Voice:
    """Says something fitting. `who` is the customer's first name, `plan` the plan they are on."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance

    def say(self, *path: str, who: str = "the customer", plan: str = "Premium", **more: object) -> str:
        """One of the phrases at `path`."""
        return self._filled(self._pick(path), who=who, plan=plan, **more)

    def letter(self, *path: str, who: str = "the customer", plan: str = "Premium") -> tuple[str, str]:
        """A subject line and a text from the phrases at `path`."""
        subject, body = self._pick(path)
        values = self._values(who=who, plan=plan)
        return subject.format(**values), body.format(**values)

    def _pick(self, path: tuple[str, ...]) -> Any:
        phrases = read("words")
        for part in path:
            phrases = phrases[part]
        return self._chance.choice(phrases) if isinstance(phrases, list) else phrases

    def _filled(self, phrase: str, **values: object) -> str:
        return phrase.format(**self._values(**values))

    def _values(self, **values: object) -> dict[str, object]:
        return {"n": self._chance.randrange(2, 15), "day": self._chance.choice(_DAYS), **values}
