"""One act on a set of cases: locked together, decided one by one, written together. A single act is a set of one.

A deed is an act in the hands of one person at one moment. It loads what its decisions need for all of its cases at
once and writes them at once, so that it asks the database as often for five hundred cases as for one. Locks are taken
in one order: what `hold` takes, then the cases by id, then what `look` takes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Person
from cases import writing
from cases.models import Case
from cases.writing import Change
from smbcases.lib.refusal import Refusal


@dataclass(kw_only=True)
class Deed(ABC):
    """What `by` does to cases at `now`. `beside` gathers, by case id, what `decide` does to other records, fit for
    JSON and for whoever takes it back."""

    by: Person
    now: datetime
    beside: dict[int, dict[str, Any]] = field(default_factory=dict)

    def hold(self, case_ids: Sequence[int]) -> None:  # noqa: B027  most deeds need no such locks
        """Take the locks that come before those of cases."""

    def look(self, cases: Sequence[Case]) -> None:  # noqa: B027  most deeds look at the case alone
        """Load what the decisions depend on beside the locked cases."""

    @abstractmethod
    def decide(self, case: Case) -> Change | None:
        """What becomes of a locked case; None where it is so already. Reads what was loaded, asks the database for
        nothing. Raises a Refusal, or PermissionDenied."""

    def write(self, changes: Sequence[Change]) -> None:
        writing.write(changes, now=self.now)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one case of many: its change, none where it was so already, or the refusal."""

    case_id: int
    case: Case | None = None
    change: Change | None = None
    refusal: Refusal | PermissionDenied | None = None

    @property
    def problem(self) -> str:
        """The refusal's name, for programs; empty where there is none."""
        if isinstance(self.refusal, Refusal):
            return self.refusal.name
        return "not-yours" if self.refusal else ""

    @property
    def detail(self) -> str:
        """Why not, in a sentence."""
        if isinstance(self.refusal, Refusal):
            return self.refusal.detail
        return str(self.refusal or "")


@transaction.atomic
def one(deed: Deed, *, case_id: int, version: int | None) -> Case:
    """Do it to one case. Raises NoSuchCase, StaleCase, PermissionDenied, and the refusals of the deed."""
    deed.hold([case_id])
    case = writing.lock_one(case_id, version=version)
    deed.look([case])
    change = deed.decide(case)
    deed.write([change] if change else [])
    return case


@transaction.atomic
def each(deed: Deed, case_ids: Iterable[int]) -> list[Outcome]:
    """Do it to every case that it can be done to; one outcome a case, in the order asked."""
    outcomes = weigh(deed, dict.fromkeys(case_ids))
    write(deed, outcomes)
    return outcomes


def weigh(deed: Deed, seen: Mapping[int, int | None]) -> list[Outcome]:
    """Lock the cases, named with the versions seen (None: any), and decide on each; nothing is written yet."""
    deed.hold(list(seen))
    locked = writing.lock(seen)
    deed.look(list(locked.values()))
    return [_weighed(deed, case_id, locked.get(case_id), version) for case_id, version in seen.items()]


def write(deed: Deed, outcomes: Iterable[Outcome]) -> None:
    """Write what was decided, within the transaction that decided it."""
    deed.write([outcome.change for outcome in outcomes if outcome.change])


def _weighed(deed: Deed, case_id: int, case: Case | None, version: int | None) -> Outcome:
    try:
        if case is None:
            raise writing.NoSuchCase("There is no such case, or it was removed.")
        if version is not None and case.version != version:
            raise writing.StaleCase(case, [])
        return Outcome(case_id=case_id, case=case, change=deed.decide(case))
    except (Refusal, PermissionDenied) as refusal:
        return Outcome(case_id=case_id, case=case, refusal=refusal)
