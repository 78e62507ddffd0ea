"""Which moves are open to a case and to whom: by its playbook, and beside the other cases of its account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from accounts.models import Person
from cases import access
from cases.models import Case, Origin
from smbcases.lib.refusal import Refusal
from smbcases.playbook import vocabulary


class IllegalMove(Refusal):
    """The playbook has no such move from where the case is."""

    name = "illegal-move"
    title = "The case cannot go there from here"


class NotYourMove(Refusal):
    """The playbook has the move, for others."""

    name = "not-your-move"
    status = 403
    title = "Somebody else makes this move"


def check_open(case: Case) -> None:
    if not case.is_open:
        raise IllegalMove(f"{case.number} is closed. Reopen it first.")


def check_move(case: Case, status: str, *, by: Person) -> None:
    """Raise IllegalMove unless the case's playbook has a move from its status to `status`, NotYourMove unless it
    is one of those that `by` may make, and PermissionDenied for who has no part in the case at all."""
    rules = case.rules.statuses
    access.check_has_part(by, case)
    if status not in rules:
        raise IllegalMove(f"“{status}” is not a status of {case.rules.name}. It has: {', '.join(rules)}.")
    if status not in rules[case.status].moves:
        raise IllegalMove(
            f"{case.number} is {rules[case.status].name}; it cannot become {rules[status].name}."
        )
    movers = rules[case.status].moves[status]
    if access.standings(by, case).isdisjoint(movers):
        raise NotYourMove(f"{case.number} is moved to {rules[status].name} by {_named(movers)} only.")


def open_to(person: Person, case: Case) -> tuple[str, ...]:
    """The statuses that `person` may move the case to from where it is, in the playbook's order."""
    standings = access.standings(person, case)
    moves = case.rules.statuses[case.status].moves
    return tuple(status for status, movers in moves.items() if not standings.isdisjoint(movers))


_MOVERS: Mapping[vocabulary.Mover, str] = {
    "owner": "its owner",
    "team_lead": "their team lead",
    "manager": "their manager",
    "ops": "SMB Ops",
}


def _named(movers: tuple[vocabulary.Mover, ...]) -> str:
    """Its owner, their manager or SMB Ops."""
    *most, last = (_MOVERS[mover] for mover in movers)
    return f"{', '.join(most)} or {last}" if most else last


def check_no_other_open(case: Case, *, account_id: int | None, opportunity_id: int | None) -> None:
    """Raise IllegalMove where its trigger has another case open on this account and opportunity."""
    if case.origin != Origin.TRIGGER or account_id is None:
        return
    same = Case.objects.open().filter(origin=Origin.TRIGGER, case_type=case.case_type)
    other = same.filter(account=account_id, opportunity=opportunity_id).exclude(pk=case.pk).first()
    if other:
        raise another_open(other)


def another_open(other: Case) -> IllegalMove:
    return IllegalMove(f"{other.number} is open for the same reason; work that one.")


def find_others_open(cases: Sequence[Case]) -> dict[int, Case]:
    """By case id, the other case that each one's trigger has open on its account and opportunity; one query."""
    asking = [case for case in cases if case.origin == Origin.TRIGGER and case.account_id is not None]
    accounts = {case.account_id for case in asking}
    opened = Case.objects.open().filter(origin=Origin.TRIGGER, account__in=accounts) if asking else ()
    found = {_reason_of(other): other for other in opened}
    others = {case.pk: found.get(_reason_of(case)) for case in asking}
    return {pk: other for pk, other in others.items() if other is not None and other.pk != pk}


def _reason_of(case: Case) -> tuple[str, int | None, int | None]:
    return case.case_type, case.account_id, case.opportunity_id


@contextmanager
def alone_there(case: Case, *, account_id: int | None, opportunity_id: int | None) -> Iterator[None]:
    """Write within: who names the same account and opportunity at the same moment is refused in the same words.

    The look before cannot see what another one has not committed; the database's constraint then stops the second.
    """
    check_no_other_open(case, account_id=account_id, opportunity_id=opportunity_id)
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        check_no_other_open(case, account_id=account_id, opportunity_id=opportunity_id)
        raise
