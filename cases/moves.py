"""Which moves are open to a case: by its playbook, and beside the other cases of its account."""

from __future__ import annotations

from cases.models import Case, Origin
from smbcases.lib.refusal import Refusal


class IllegalMove(Refusal):
    """The playbook has no such move from where the case is."""

    name = "illegal-move"
    title = "The case cannot go there from here"


def check_open(case: Case) -> None:
    if not case.is_open:
        raise IllegalMove(f"{case.number} is closed. Reopen it first.")


def check_move(case: Case, status: str) -> None:
    """Raise IllegalMove unless the case's playbook has a move from its status to `status`."""
    rules = case.rules.statuses
    if status not in rules:
        raise IllegalMove(f"“{status}” is not a status of {case.rules.name}. It has: {', '.join(rules)}.")
    if status not in rules[case.status].moves:
        raise IllegalMove(
            f"{case.number} is {rules[case.status].name}; it cannot become {rules[status].name}."
        )


def check_no_other_open(case: Case, *, account_id: int | None, opportunity_id: int | None) -> None:
    """Raise IllegalMove where its trigger has another case open on this account and opportunity."""
    if case.origin != Origin.TRIGGER or account_id is None:
        return
    same = Case.objects.open().filter(origin=Origin.TRIGGER, case_type=case.case_type)
    other = same.filter(account=account_id, opportunity=opportunity_id).exclude(pk=case.pk).first()
    if other:
        raise IllegalMove(f"{other.number} is open for the same reason; work that one.")
