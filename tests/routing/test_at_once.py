"""Two at once, each on a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Person
from cases import lifecycle
from cases.models import Case, Verb
from cases.writing import StaleCase
from routing import by_hand, draining
from routing.by_hand import NobodyWaits
from routing.models import Assignment
from smbcases.lib.refusal import Refusal
from tests import factories
from tests.factories import NOW

AtOnce = Callable[..., list[Any]]
pytestmark = pytest.mark.django_db(transaction=True)


def tried(job: Callable[[], Any]) -> Any:
    """What the job answered, or its refusal."""
    try:
        return job()
    except Refusal as refusal:
        return refusal


def test_two_tabs_pick_up_and_the_second_is_told(at_once: AtOnce) -> None:
    maya = factories.person()
    case = factories.case(owner=maya)

    def pick_up() -> Any:
        return tried(lambda: lifecycle.pick_up(case_id=case.pk, by=maya, now=NOW, version=case.version))

    answers = at_once(pick_up, pick_up)
    assert sorted(type(answer).__name__ for answer in answers) == ["Case", "StaleCase"]
    told = next(answer for answer in answers if isinstance(answer, StaleCase))
    assert [row.verb for row in told.changes] == [Verb.PICKED_UP]
    assert case.history.filter(verb=Verb.PICKED_UP).count() == 1


def test_two_who_change_the_same_state_do_not_overwrite_each_other(at_once: AtOnce) -> None:
    maya = factories.person()
    case = factories.case(owner=maya)
    lifecycle.pick_up(case_id=case.pk, by=maya, now=NOW)
    seen = Case.objects.get(pk=case.pk).version

    def move(status: str) -> Any:
        return tried(
            lambda: lifecycle.set_status(case_id=case.pk, status=status, by=maya, now=NOW, version=seen)
        )

    answers = at_once(lambda: move("blocked"), lambda: move("engaged"))
    assert sum(isinstance(answer, StaleCase) for answer in answers) == 1
    assert case.history.filter(verb=Verb.STATUS).count() == 1


def test_a_hand_over_and_a_drain_give_a_case_to_one_person(at_once: AtOnce) -> None:
    pool = factories.pool()
    maya, theo = factories.team(pool, 2)
    ops = factories.person("ops")
    for _ in range(5):
        case = factories.case()

        def give(case: Case = case) -> Any:
            return tried(
                lambda: by_hand.hand_over(case_id=case.pk, to=theo, by=ops, reason="Knows them", now=NOW)
            )

        at_once(give, lambda: draining.drain_all(now=NOW))
        case.refresh_from_db()
        latest = Assignment.objects.filter(case=case).order_by("-id").first()
        assert latest is not None
        assert case.owner == latest.person
        assert case.owner in {maya, theo}


def test_the_last_place_is_given_once_whether_by_hand_or_in_turn(at_once: AtOnce) -> None:
    pool = factories.pool()
    maya = factories.member(pool, places=1).person
    ops = factories.person("team_lead", manager=factories.person("manager"))
    Person.objects.filter(pk=maya.pk).update(manager=ops.manager)
    mine = factories.case(owner=ops)
    factories.cases(1)
    at_once(
        lambda: tried(
            lambda: by_hand.hand_over(
                case_id=mine.pk, to=Person.objects.get(pk=maya.pk), by=ops, reason="Knows them", now=NOW
            )
        ),
        lambda: draining.drain_all(now=NOW),
    )
    assert Case.objects.filter(owner=maya, holds_place=True).count() == 1


@pytest.mark.usefixtures("_fy25")
def test_two_who_take_the_next_case_get_one_each(at_once: AtOnce) -> None:
    pool = factories.pool("amer-apj", playbook="fy25")
    maya, theo = factories.team(pool, 2)
    factories.cases(2)
    taken = at_once(
        lambda: tried(lambda: by_hand.take_next(by=maya, now=NOW)),
        lambda: tried(lambda: by_hand.take_next(by=theo, now=NOW)),
    )
    assert {case.owner_id for case in Case.objects.all()} == {maya.pk, theo.pk}
    assert len({case.pk for case in taken}) == 2


@pytest.mark.usefixtures("_fy25")
def test_two_who_take_the_last_case_are_told_apart(at_once: AtOnce) -> None:
    pool = factories.pool("amer-apj", playbook="fy25")
    maya, theo = factories.team(pool, 2)
    factories.cases(1)
    taken = at_once(
        lambda: tried(lambda: by_hand.take_next(by=maya, now=NOW)),
        lambda: tried(lambda: by_hand.take_next(by=theo, now=NOW)),
    )
    assert sum(isinstance(answer, NobodyWaits) for answer in taken) == 1
