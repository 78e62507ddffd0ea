"""The rules of each fiscal year, as checked and frozen values.

>>> playbook.active().capacity.places
>>> playbook.get("fy25").triggers["po_required"].condition
"""

from functools import cache

from django.conf import settings

from smbcases.playbook import loading
from smbcases.playbook.book import Playbook
from smbcases.playbook.fiscal import Period
from smbcases.playbook.problems import PlaybookError, Problem, UnknownPlaybook
from smbcases.playbook.sections import Category, Item, Status, Territory, Touch
from smbcases.playbook.trigger import TriggerSpec

__all__ = [
    "Category",
    "Item",
    "Period",
    "Playbook",
    "PlaybookError",
    "Problem",
    "Status",
    "Territory",
    "Touch",
    "TriggerSpec",
    "UnknownPlaybook",
    "active",
    "every",
    "get",
    "keys",
    "territory",
]


@cache
def get(key: str) -> Playbook:
    """One year's rules, read once a process. Raises UnknownPlaybook or PlaybookError."""
    return loading.load(key)


def active() -> Playbook:
    """The rules in force: those that settings.PLAYBOOK names."""
    return get(settings.PLAYBOOK)


def every() -> tuple[Playbook, ...]:
    """All that there are, oldest first. Raises PlaybookError."""
    return tuple(get(key) for key in keys())


def territory(key: str) -> Territory | None:
    """A territory of any playbook, the newest first; None where none has it."""
    books = (get(name) for name in reversed(keys()))
    return next((book.territories[key] for book in books if key in book.territories), None)


@cache
def keys() -> tuple[str, ...]:
    """The playbooks there are, oldest first, as the folder had them at the start."""
    return loading.keys()
