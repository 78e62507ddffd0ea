"""Why a case is whose it is, told from what was stored when it was decided."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from cases.models import Case, Priority
from routing import by_hand, draining, why
from routing.candidates import load_candidates
from routing.models import Assignment, Pool, Rule, WaitingReason
from routing.ranking import Need, Verdict, rank
from routing.rotation import Rotation
from routing.triggers import catalogue, evaluation
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def amer() -> Pool:
    return factories.pool("amer")


def drain(pool: Pool) -> None:
    draining.drain_until_settled(pool=pool, now=NOW)


def explain(case: Case) -> why.Explanation:
    return why.explain(Case.objects.get(pk=case.pk))


def test_a_turn_is_told_with_everybody_s_place_and_who_would_have_been_next(amer: Pool) -> None:
    first, second = factories.team(amer, 2)
    full = factories.member(amer, places=0).person
    away = factories.team(amer, 1)[0]
    factories.time_off(away)
    (case,) = factories.cases(1)
    drain(amer)
    told = explain(case)
    assert (told.kind, told.rule, told.chosen_id, told.runner_up_id) == (
        "assigned",
        Rule.TURN,
        first.pk,
        second.pk,
    )
    assert first.name in told.sentence
    standing = {row.candidate.id: why.standing(row) for row in told.rows}
    assert standing == {
        first.pk: "Next",
        second.pk: "2nd in turn",
        full.pk: "At capacity",
        away.pk: "Away",
    }


def test_each_case_of_a_drain_shows_the_roster_as_it_stood_at_that_very_moment(amer: Pool) -> None:
    people = [factories.member(amer, weight=weight, places=4).person for weight in (1, 2, 1)]
    keeper, account = people[0], factories.account()
    factories.case(owner=keeper, account=account, case_type="high_value_account", category="high_value")
    cases = [*factories.cases(4), factories.case(account=account), *factories.cases(9)]
    rotation = Rotation(load_candidates(pool=amer, now=NOW), turn=0)
    drain(amer)
    for given in Assignment.objects.filter(drain__isnull=False).order_by("position"):
        case = next(one for one in cases if one.pk == given.case_id)
        expected = rank(list(rotation.members.values()), need=Need())
        told = explain(case)
        assert told.rows == expected.rows
        pick = rotation.give(keeper.pk, need=Need()) if given.turn is None else rotation.pick(need=Need())
        assert pick is not None
        assert (told.chosen_id, given.load_before) == (pick.candidate.id, pick.candidate.load)


def test_the_telling_does_not_change_when_the_world_does(amer: Pool) -> None:
    owner = factories.team(amer, 1)[0]
    (case,) = factories.cases(1)
    drain(amer)
    before = explain(case)
    factories.team(amer, 5)
    factories.time_off(owner)
    amer.members.update(last_turn=99)
    assert explain(case) == before


def test_a_sticky_rule_says_that_it_comes_before_the_turn(amer: Pool) -> None:
    _, keeper = factories.team(amer, 2)
    account = factories.account()
    factories.case(owner=keeper, account=account, case_type="high_value_account", category="high_value")
    case = factories.case(account=account)
    drain(amer)
    told = explain(case)
    assert (told.rule, told.chosen_id) == (Rule.HIGH_VALUE_OWNER, keeper.pk)
    assert "High Value case, which comes before the turn" in told.sentence


def test_by_hand_says_who_chose_why_and_that_it_went_over(amer: Pool) -> None:
    owner = factories.team(amer, 1)[0]
    full = factories.member(amer, places=0).person
    manager = factories.person("manager")
    case = factories.case(owner=owner)
    by_hand.hand_over(case_id=case.pk, to=full, by=manager, reason="Knows them", now=NOW)
    told = explain(case)
    assert (told.kind, told.by, told.reason, told.over_capacity) == (
        "by_hand",
        manager.name,
        "Knows them",
        True,
    )
    assert "held 0 of 0 places, so this went over capacity" in told.sentence


def test_a_case_that_waits_says_why_who_is_full_and_how_many_go_first(amer: Pool) -> None:
    full = factories.member(amer, places=1).person
    _, second, third = factories.cases(3)
    urgent = factories.cases(1, priority=Priority.HIGH, now=NOW + timedelta(hours=1))[0]
    drain(amer)
    told = explain(third)
    assert (told.kind, told.rule) == ("waiting", WaitingReason.NOBODY_FREE)
    assert [(row.candidate.id, row.verdict) for row in told.rows] == [(full.pk, Verdict.AT_CAPACITY)]
    assert [explain(case).ahead for case in (second, third)] == [1, 2]
    assert explain(urgent).kind == "assigned"


def test_a_case_that_nobody_looked_at_yet_says_so(amer: Pool) -> None:
    (case,) = factories.cases(1)
    told = explain(case)
    assert (told.kind, told.sentence) == ("waiting", "Routing looks at it in a moment.")


def test_no_region_has_no_roster() -> None:
    (case,) = factories.cases(1, region="")
    draining.drain_all(now=NOW)
    told = explain(case)
    assert (told.rule, told.rows) == (WaitingReason.NO_REGION, ())


def test_what_neither_waits_nor_was_given_has_nothing_to_tell(amer: Pool) -> None:
    owner: Person = factories.team(amer, 1)[0]
    assert explain(factories.case(owner=owner)).kind == "none"
    put_off = factories.case(columns={"deferred_until": factories.TODAY + timedelta(days=9)})
    assert explain(put_off).kind == "none"


def test_an_assignment_costs_one_row_however_large_the_roster(amer: Pool) -> None:
    factories.team(amer, 20)
    factories.cases(40)
    drain(amer)
    assert amer.drains.count() == 1
    assert Assignment.objects.count() == 40


def test_explaining_costs_the_same_for_the_first_and_the_last_of_a_drain(amer: Pool) -> None:
    factories.team(amer, 3)
    cases = factories.cases(60)
    drain(amer)
    costs = []
    for case in (cases[0], cases[-1]):
        held = Case.objects.get(pk=case.pk)
        with CaptureQueriesContext(connection) as queries:
            why.explain(held)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 4


def test_what_opened_it_is_told_as_it_was_then() -> None:
    catalogue.load(now=NOW)
    account = factories.account(carr=5000)
    event = factories.event("product.duo_trial_started", account)
    evaluation.evaluate_pending(now=NOW)
    case = Case.objects.get()
    told = why.explain_opening(case)
    assert told is not None
    then = (told.trigger, told.version, told.condition)
    assert told.event == event
    trigger = case.evaluations.get().trigger
    catalogue.edit(
        trigger=trigger,
        changes={"name": "Other", "condition": "tier = 1"},
        by=factories.person("ops"),
        now=NOW,
    )
    later = why.explain_opening(case)
    assert later is not None
    assert (later.trigger, later.version, later.condition) == then


def test_a_case_that_a_person_opened_was_opened_by_no_trigger() -> None:
    assert why.explain_opening(factories.case(origin="form")) is None
