"""A team with accounts to nominate, and somebody to decide."""

from __future__ import annotations

from typing import Any

from accounts.models import Account, Person, Role
from cases.models import Case
from routing import draining
from routing.high_value import deciding, nominating
from routing.models import Nomination
from tests import factories
from tests.factories import NOW


def advocate(**fields: Any) -> Person:
    return factories.member(factories.pool(), person=factories.person(**fields)).person


def manager(**fields: Any) -> Person:
    return factories.person(Role.MANAGER, **fields)


def nominate(account: Account, by: Person, **given: Any) -> Nomination:
    """With a criterion and a why that nobody objects to."""
    said: dict[str, Any] = {"criteria": ["license_growth"], "why": "Two more teams join.", "now": NOW}
    return nominating.nominate(account_id=account.pk, by=by, **{**said, **given})


def approve(nomination: Nomination, by: Person, **given: Any) -> Nomination:
    return deciding.approve(nomination_id=nomination.pk, by=by, **{"now": NOW, **given})


def high_value_case(account: Account, owner: Person, **given: Any) -> Case:
    """The account's High Value case, nominated, approved and given to `owner`."""
    now = given.get("now", NOW)
    made = approve(nominate(account, owner, now=now), manager(), now=now)
    draining.drain_all(now=now)
    assert made.case is not None
    return Case.objects.get(pk=made.case.pk)
