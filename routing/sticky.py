"""Who has a better claim to a case than the next in turn: loaded for many cases at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC

from cases.models import Case
from routing.models import Assignment, Nomination, Rule, State
from smbcases import playbook
from smbcases.playbook.vocabulary import FIRST_ORDERS, HIGH_VALUE


@dataclass(frozen=True, kw_only=True)
class Claim:
    person_id: int
    rule: Rule


def load_claims(cases: Sequence[Case], *, rules: playbook.Playbook) -> dict[int, list[Claim]]:
    """The claims on each case by its id, strongest first: who nominated it, then in the playbook's order, then its
    former owner."""
    found: dict[int, list[Claim]] = defaultdict(list)
    for name in (Rule.NOMINATED, *rules.sticky, Rule.FORMER_OWNER):
        for case_id, person_id in _READERS[Rule(name)](cases):
            found[case_id].append(Claim(person_id=person_id, rule=Rule(name)))
    return found


def _nominators(cases: Sequence[Case]) -> Iterable[tuple[int, int]]:
    """For each High Value Account case who nominated its account for that fiscal year, but for one that comes back to
    somebody else, to whom it was handed over."""
    high_value = [case for case in cases if case.case_type == HIGH_VALUE and case.account_id]
    if not high_value:
        return
    approved = Nomination.objects.filter(
        state=State.APPROVED, account__in=[case.account_id for case in high_value]
    )
    rows = approved.values_list("account_id", "fiscal_year", "advocate_id")
    advocates = {(account, year): advocate for account, year, advocate in rows}
    for case in high_value:
        year = case.rules.fiscal_year_of(case.opened_at.astimezone(UTC).date()).name
        advocate = advocates.get((case.account_id or 0, year))
        if advocate and case.meant_for_id in {None, advocate}:
            yield case.pk, advocate


def _high_value_owners(cases: Sequence[Case]) -> Iterable[tuple[int, int]]:
    return _owners_of_open(cases, case_type=HIGH_VALUE)


def _open_case_owners(cases: Sequence[Case]) -> Iterable[tuple[int, int]]:
    return _owners_of_open(cases)


def _owners_of_open(cases: Sequence[Case], **only: str) -> Iterable[tuple[int, int]]:
    """For each case the owner of an open case of its account: the one opened first."""
    accounts = {case.account_id for case in cases if case.account_id}
    held = Case.objects.open().filter(account__in=accounts, owner__isnull=False, **only)
    owners: dict[int | None, int | None] = {}
    for account_id, owner_id in held.order_by("opened_at", "id").values_list("account_id", "owner_id"):
        owners.setdefault(account_id, owner_id)
    for case in cases:
        owner = owners.get(case.account_id)
        if owner:
            yield case.pk, owner


def _booked(cases: Sequence[Case]) -> Iterable[tuple[int, int]]:
    """A first order for whoever is booked in its meeting, until somebody has had it."""
    had = _had(cases)
    return (pair for case in cases if case.case_type in FIRST_ORDERS for pair in _meant(case) - had)


def _former_owners(cases: Sequence[Case]) -> Iterable[tuple[int, int]]:
    """What was reopened, or put off until today, for whoever had it."""
    had = _had(cases)
    return (
        pair for case in cases for pair in _meant(case) if case.case_type not in FIRST_ORDERS or pair in had
    )


def _meant(case: Case) -> set[tuple[int, int]]:
    return {(case.pk, case.meant_for_id)} if case.meant_for_id else set()


def _had(cases: Sequence[Case]) -> set[tuple[int, int]]:
    """Which of these first orders whoever they are meant for has had before."""
    asked = [case for case in cases if case.meant_for_id and case.case_type in FIRST_ORDERS]
    if not asked:
        return set()
    given = Assignment.objects.filter(case__in=[case.pk for case in asked])
    return set(given.values_list("case_id", "person_id"))


_READERS: dict[Rule, Callable[[Sequence[Case]], Iterable[tuple[int, int]]]] = {
    Rule.NOMINATED: _nominators,
    Rule.HIGH_VALUE_OWNER: _high_value_owners,
    Rule.IQM: _booked,
    Rule.OPEN_CASE_OWNER: _open_case_owners,
    Rule.FORMER_OWNER: _former_owners,
}
