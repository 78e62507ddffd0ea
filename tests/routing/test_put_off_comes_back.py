"""What was put off takes a place again when it is worked again, and nobody goes over their places by that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Person
from cases import lifecycle, planning, sweep, together
from cases.models import Case, Verb
from cases.places import AtCapacity
from routing import draining, why
from routing.models import Assignment, Pool, Rule, Waiting
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
BACK = NOW + timedelta(days=11)
AtOnce = Callable[..., list[Any]]


@pytest.fixture
def amer() -> Pool:
    return factories.pool("amer")


def put_off(owner: Person, **fields: Any) -> Case:
    """A case of `owner`'s that comes back in ten days."""
    case = factories.case(owner=owner, **fields)
    lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)
    until = TODAY + timedelta(days=10)
    return planning.put_off(case_id=case.pk, until=until, what="Ask for the new budget", by=owner, now=NOW)


def come_back() -> None:
    sweep.sweep(now=BACK)
    draining.drain_all(now=BACK)


def test_it_goes_back_to_its_advocate_who_picks_it_up_anew(amer: Pool) -> None:
    owner = factories.member(amer, places=1).person
    factories.team(amer, 2)
    case = put_off(owner)
    come_back()
    case.refresh_from_db()
    assert (case.owner, case.assigned_at, case.picked_up_at) == (owner, BACK, None)
    assert Assignment.objects.get(case=case).rule == Rule.FORMER_OWNER
    assert list(case.history.order_by("-id").values_list("verb", flat=True)[:2]) == [Verb.ASSIGNED, Verb.WOKE]
    assert "had it before" in why.explain(case).sentence


def test_without_a_place_it_goes_to_who_is_next_and_says_why(amer: Pool) -> None:
    owner = factories.member(amer, places=1, person=factories.person(name="Maya Stone")).person
    other = factories.team(amer, 1)[0]
    case = put_off(owner)
    factories.case(owner=owner)
    come_back()
    case.refresh_from_db()
    assert case.owner == other
    assert why.explain(case).sentence.endswith("Maya Stone, for whom it was meant: at capacity.")


def test_where_nobody_has_a_place_it_waits_and_goes_back_once_there_is_one(amer: Pool) -> None:
    owner = factories.member(amer, places=1).person
    case = put_off(owner)
    held = factories.case(owner=owner)
    come_back()
    case.refresh_from_db()
    assert (case.owner, Waiting.objects.get().case) == (None, case)
    lifecycle.pick_up(case_id=held.pk, by=owner, now=BACK)
    planning.put_off(
        case_id=held.pk, until=BACK.date() + timedelta(days=9), what="Later, they say", by=owner, now=BACK
    )
    draining.drain_all(now=BACK)
    case.refresh_from_db()
    assert case.owner == owner


def test_picked_up_early_it_needs_a_place(amer: Pool) -> None:
    owner = factories.member(amer, places=1, person=factories.person(name="Maya Stone")).person
    case = put_off(owner)
    factories.case(owner=owner)
    with pytest.raises(AtCapacity, match="Maya Stone holds 1 of 1 places"):
        lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)
    with pytest.raises(AtCapacity):
        lifecycle.set_status(case_id=case.pk, status="engaged", by=owner, now=NOW)
    case.refresh_from_db()
    assert (case.deferred_until, case.holds_place) == (TODAY + timedelta(days=10), False)


def test_of_many_picked_up_early_as_many_as_there_are_places(amer: Pool) -> None:
    owner = factories.member(amer, places=2).person
    cases = [put_off(owner) for _ in range(3)]
    results = together.each(lifecycle.PickUp(by=owner, now=NOW), [case.pk for case in cases])
    assert [type(result.refusal) for result in results] == [type(None), type(None), AtCapacity]
    assert Case.objects.filter(holds_place=True, owner=owner).count() == 2


def test_what_takes_no_place_is_picked_up_whenever_one_likes(amer: Pool) -> None:
    owner = factories.member(amer, places=1).person
    case = put_off(owner, case_type="high_value_account", category="high_value")
    factories.case(owner=owner)
    lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)
    case.refresh_from_db()
    assert case.stage == "in_progress"


@pytest.mark.django_db(transaction=True)
def test_two_picked_up_early_at_once_do_not_fill_one_place_twice(at_once: AtOnce) -> None:
    owner = factories.member(factories.pool("amer"), places=1).person
    cases = [put_off(owner) for _ in range(2)]

    def pick_up(case: Case) -> str:
        try:
            lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)
        except AtCapacity:
            return "refused"
        return "done"

    assert sorted(at_once(*[lambda case=case: pick_up(case) for case in cases])) == ["done", "refused"]


@pytest.mark.django_db(transaction=True)
def test_picked_up_early_while_a_drain_fills_the_last_place(at_once: AtOnce) -> None:
    amer = factories.pool("amer")
    owner = factories.member(amer, places=1).person
    case = put_off(owner)
    factories.cases(1)

    def pick_up() -> None:
        try:
            lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)
        except AtCapacity:
            return

    at_once(pick_up, lambda: draining.drain_all(now=NOW))
    draining.drain_all(now=NOW)
    assert Case.objects.filter(holds_place=True, owner=owner).count() == 1
