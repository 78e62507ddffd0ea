"""The case and the history of everything that was done to it."""

from cases.models.case import Case, DueKind, Origin, Priority
from cases.models.history import History, Verb

__all__ = ["Case", "DueKind", "History", "Origin", "Priority", "Verb"]
