"""Is a condition well formed, and does it ask only for fields that its subject has?

Whether it compiles to a query is for the triggers to say: they know the book, this package does not.
"""

from typing import Any

from djangoql.exceptions import DjangoQLError
from djangoql.parser import DjangoQLParser

from smbcases.playbook.vocabulary import CONDITION_FIELDS, Subject
from smbcases.playbook.wording import did_you_mean


def problem(condition: str, *, on: Subject) -> str:
    """What is wrong with a condition, as a sentence; empty where nothing is."""
    if not condition:
        return ""
    try:
        tree = DjangoQLParser().parse(condition)
    except DjangoQLError as error:
        return f"{error}."
    known = CONDITION_FIELDS[on]
    for name in _names(tree):
        if name not in known:
            return f"a condition on the {on} cannot ask for “{name}”{did_you_mean(name, known)}."
    return ""


def _names(node: Any) -> list[str]:
    if hasattr(node, "parts"):
        return [".".join(node.parts)]
    return [name for side in ("left", "right") if hasattr(node, side) for name in _names(getattr(node, side))]
