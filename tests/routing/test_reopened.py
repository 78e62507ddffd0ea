"""A reopened case goes back to who had it, if there is room; else it waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Person
from cases import lifecycle, moves
from cases.closing import Closure
from cases.models import Case
from routing import by_hand, draining
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def closed(owner: Person, **fields: Any) -> Case:
    case = factories.case(owner=owner, **fields)
    lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)
    ending = Closure(
        status="duplicate",
        resolution_action="no_action_required",
        feedback="NA",
        duplicate_of_id=factories.case(owner=owner, case_type="high_value_account").pk,
    )
    return lifecycle.close(case_id=case.pk, closure=ending, by=owner, now=NOW)


def reopen(case: Case, by: Person) -> Case:
    lifecycle.reopen(case_id=case.pk, reason="They rang again", by=by, now=NOW + DAY)
    draining.drain_all(now=NOW + DAY)
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize(("book", "territory"), [("fy26", "amer"), ("fy25", "amer-apj")])
def test_it_goes_back_where_there_is_room(settings: Any, book: str, territory: str) -> None:
    settings.PLAYBOOK = book
    pool = factories.pool(territory, playbook=book)
    maya = factories.member(pool, places=2).person
    factories.team(pool, 2)
    case = reopen(closed(maya), maya)
    assert (case.owner, case.status, case.picked_up_at) == (maya, "open", None)


def test_where_the_desk_is_full_it_goes_to_who_is_next_in_turn() -> None:
    pool = factories.pool("amer")
    maya = factories.member(pool, places=1).person
    case = closed(maya)
    factories.case(owner=maya)
    theo = factories.member(pool, places=1).person
    assert reopen(case, maya).owner == theo


def test_where_everybody_is_full_it_waits_and_goes_out_when_a_place_is_free() -> None:
    maya = factories.member(factories.pool("amer"), places=1).person
    case = closed(maya)
    other = factories.case(owner=maya)
    assert reopen(case, maya).owner is None
    lifecycle.pick_up(case_id=other.pk, by=maya, now=NOW + DAY)
    ending = Closure(
        status="duplicate", resolution_action="no_action_required", feedback="NA", duplicate_of_id=case.pk
    )
    lifecycle.close(case_id=other.pk, closure=ending, by=maya, now=NOW + DAY)
    draining.drain_all(now=NOW + DAY)
    assert Case.objects.get(pk=case.pk).owner == maya


def test_under_a_pulling_playbook_it_waits_in_the_queue_while_its_owner_is_full(settings: Any) -> None:
    settings.PLAYBOOK = "fy25"
    pool = factories.pool("amer-apj", playbook="fy25")
    maya = factories.member(pool, places=1).person
    case = closed(maya)
    factories.case(owner=maya)
    assert reopen(case, maya).owner is None
    theo = factories.member(pool, places=1).person
    assert by_hand.take_next(by=theo, now=NOW + DAY).pk == case.pk


def test_it_stays_closed_while_another_is_open_for_the_same_reason() -> None:
    maya = factories.person()
    account = factories.account()
    deal = factories.opportunity(account)
    case = closed(maya, account=account, opportunity_id=deal.pk)
    newer = factories.case(account=account, opportunity_id=deal.pk)
    with pytest.raises(moves.IllegalMove, match=newer.number):
        reopen(case, maya)
    assert not Case.objects.get(pk=case.pk).is_open
