"""Which moves a case's playbook allows."""

from __future__ import annotations

from cases.models import Case
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
