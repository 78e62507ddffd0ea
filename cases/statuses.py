"""The names of statuses and resolution actions, whichever playbook has them; the active one's stand first."""

from __future__ import annotations

from functools import cache

from smbcases import playbook
from smbcases.playbook import Playbook


def closed_keys() -> tuple[str, ...]:
    """The closed statuses of every playbook: a case keeps the one that it was opened under."""
    return _closed_keys(playbook.active().key)


@cache
def _closed_keys(_active: str) -> tuple[str, ...]:
    found = (key for book in _books() for key, status in book.statuses.items() if status.stage == "closed")
    return tuple(dict.fromkeys(found))


def usual_closed_keys() -> list[str]:
    """Those of the active playbook."""
    return [key for key, status in playbook.active().statuses.items() if status.stage == "closed"]


def status_name(key: str) -> str:
    return next((book.statuses[key].short for book in _books() if key in book.statuses), key)


def action_name(key: str) -> str:
    known = (book.closing.resolution_actions for book in _books())
    return next((actions[key] for actions in known if key in actions), key)


def case_type_name(key: str) -> str:
    return next((book.triggers[key].name for book in _books() if key in book.triggers), key.replace("_", " "))


def _books() -> list[Playbook]:
    return [playbook.active(), *playbook.every()]
