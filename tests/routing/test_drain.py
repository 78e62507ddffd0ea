"""A pool is drained: who gets which case, what waits and why, and two workers at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case, Priority, Verb
from routing import by_hand, draining
from routing.models import Assignment, Drain, Pool, Rule, Waiting, WaitingReason
from tests import factories
from tests.factories import NOW, TODAY

AtOnce = Callable[..., list[Any]]
pytestmark = pytest.mark.django_db


@pytest.fixture
def amer() -> Pool:
    return factories.pool("amer")


def drain(pool: Pool, **fields: Any) -> int:
    return draining.drain_until_settled(pool=pool, now=fields.pop("now", NOW))


def owners(cases: list[Case]) -> list[str | None]:
    held = Case.objects.in_bulk([case.pk for case in cases])
    return [held[case.pk].owner.name if held[case.pk].owner_id else None for case in cases]  # type: ignore[union-attr]  # the id says that there is one


def reason_of(case: Case) -> str:
    return Waiting.objects.get(case=case).reason


def test_cases_go_round_and_the_counts_never_differ_by_more_than_one(amer: Pool) -> None:
    factories.team(amer, 3)
    factories.cases(8)
    assert drain(amer) == 8
    given = Assignment.objects.order_by("position").values_list("person", flat=True)
    for so_far in range(1, 9):
        counts = Counter(given[:so_far])
        assert max(counts.values()) - min(counts.get(pk, 0) for pk in set(given)) <= 1


def test_a_later_drain_goes_on_where_the_last_one_ended(amer: Pool) -> None:
    first, second, third = factories.team(amer, 3)
    assert [owner for _ in range(4) for owner in _one_after_another(amer)] == [
        first.name,
        second.name,
        third.name,
        first.name,
    ]


def _one_after_another(pool: Pool) -> list[str | None]:
    cases = factories.cases(1)
    drain(pool)
    return owners(cases)


def test_nobody_goes_over_capacity_and_the_rest_waits_with_its_reason(amer: Pool) -> None:
    factories.team(amer, 2, places=3)
    cases = factories.cases(8)
    assert drain(amer) == 6
    assert owners(cases)[6:] == [None, None]
    assert reason_of(cases[7]) == WaitingReason.NOBODY_FREE
    assert Counter(Assignment.objects.values_list("person", flat=True)).most_common(1)[0][1] == 3


def test_a_full_pool_costs_no_second_drain(amer: Pool) -> None:
    factories.team(amer, 1, places=1)
    factories.cases(3)
    drain(amer)
    drain(amer)
    assert Drain.objects.count() == 1


def test_a_case_waits_goes_out_when_a_place_opens(amer: Pool) -> None:
    owner = factories.member(amer, places=1).person
    first, second = factories.cases(2)
    drain(amer)
    Case.objects.filter(pk=first.pk).update(closed_at=NOW, resolution_action="answered_question")
    assert drain(amer) == 1
    assert owners([second]) == [owner.name]
    assert not Waiting.objects.filter(case=second).exists()


def test_the_most_urgent_goes_first_then_the_oldest(amer: Pool) -> None:
    factories.team(amer, 1, places=2)
    old_medium = factories.cases(1, now=NOW - timedelta(days=2))
    late_high = factories.cases(1, priority=Priority.HIGH)
    early_high = factories.cases(1, priority=Priority.HIGH, now=NOW - timedelta(hours=1))
    drain(amer)
    assert [case.pk for case in (*early_high, *late_high)] == list(
        Assignment.objects.order_by("position").values_list("case", flat=True)
    )
    assert owners(old_medium) == [None]


def test_what_takes_no_place_goes_out_although_all_are_full(amer: Pool) -> None:
    factories.team(amer, 1, places=0)
    (case,) = factories.cases(1, case_type="high_value_account", category="high_value")
    assert drain(amer) == 1
    assert owners([case]) != [None]


def test_nobody_away_inactive_or_out_of_the_rotation_gets_one(amer: Pool) -> None:
    away, inactive, out, here = factories.team(amer, 4)
    factories.time_off(away, ends_on=TODAY + timedelta(days=3))
    inactive.is_active = False
    inactive.save()
    out.memberships.update(takes_turns=False)
    cases = factories.cases(3)
    drain(amer)
    assert set(owners(cases)) == {here.name}


def test_time_off_is_of_the_day_where_the_person_is(amer: Pool) -> None:
    """At 15:00 UTC on the 3rd it is the 4th in Auckland."""
    there = factories.member(amer, person=factories.person(time_zone="Pacific/Auckland")).person
    factories.time_off(there, starts_on=TODAY + timedelta(days=1), ends_on=TODAY + timedelta(days=1))
    (case,) = factories.cases(1)
    drain(amer)
    assert owners([case]) == [None]


def test_another_territory_s_pool_does_not_touch_it(amer: Pool) -> None:
    factories.team(amer, 1)
    (case,) = factories.cases(1, region="EMEA")
    emea = factories.pool("emea-apj")
    drain(amer)
    assert owners([case]) == [None]
    drain(emea)
    assert reason_of(case) == WaitingReason.NO_MEMBERS
    someone = factories.team(emea, 1)[0]
    drain(emea)
    assert owners([case]) == [someone.name]


def test_a_reason_that_no_longer_holds_is_replaced(amer: Pool) -> None:
    (case,) = factories.cases(1)
    drain(amer)
    assert reason_of(case) == WaitingReason.NO_MEMBERS
    factories.member(amer)
    Case.objects.filter(pk=case.pk).update(language="ja")
    drain(amer)
    assert reason_of(case) == WaitingReason.NOBODY_SPEAKS


def test_a_language_goes_to_who_speaks_it_or_waits_for_them(amer: Pool) -> None:
    factories.team(amer, 3)
    speaker = factories.member(amer, places=1, person=factories.person(languages=["en", "de"])).person
    cases = factories.cases(2, language="de")
    drain(amer)
    assert owners(cases) == [speaker.name, None]
    assert reason_of(cases[1]) == WaitingReason.NOBODY_SPEAKS


def test_more_cases_than_a_batch_that_nobody_can_take_block_nobody(
    amer: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draining, "BATCH", 3)
    factories.team(amer, 2)
    unspeakable = factories.cases(7, language="ja", priority=Priority.HIGH)
    plain = factories.cases(4)
    assert drain(amer) == 4
    assert None not in owners(plain)
    assert {reason_of(case) for case in unspeakable} == {WaitingReason.NOBODY_SPEAKS}


def test_every_case_of_many_batches_gets_a_reason(amer: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draining, "BATCH", 3)
    factories.team(amer, 1, places=2)
    factories.cases(11)
    assert drain(amer) == 2
    assert Waiting.objects.filter(reason=WaitingReason.NOBODY_FREE).count() == 9


def test_no_region_waits_for_ops_and_goes_out_once_it_is_known(amer: Pool) -> None:
    factories.team(amer, 1)
    (case,) = factories.cases(1, region="")
    draining.drain_all(now=NOW)
    assert reason_of(case) == WaitingReason.NO_REGION
    Case.objects.filter(pk=case.pk).update(territory="amer")
    assert draining.drain_all(now=NOW) == 1


def test_the_same_drain_twice_gives_nothing_twice(amer: Pool) -> None:
    factories.team(amer, 2)
    factories.cases(4)
    draining.drain_all(now=NOW)
    assert draining.drain_all(now=NOW) == 0
    assert Assignment.objects.count() == 4


def test_the_cost_of_a_drain_does_not_grow_with_the_cases(amer: Pool) -> None:
    factories.team(amer, 5)
    factories.cases(2)
    with CaptureQueriesContext(
        connection,
    ) as few:
        draining.drain(pool=amer, now=NOW)
    factories.cases(200)
    with CaptureQueriesContext(connection) as many:
        draining.drain(pool=amer, now=NOW)
    assert len(many) == len(few)


# Who has a better claim than the turn


def high_value_case(owner: Any, account: Any) -> Case:
    return factories.case(owner=owner, account=account, case_type="high_value_account", category="high_value")


def rule_of(case: Case) -> str:
    return Assignment.objects.get(case=case).rule


def test_the_owner_of_the_high_value_case_comes_before_the_turn_and_pays_no_turn(amer: Pool) -> None:
    _, keeper = factories.team(amer, 2)
    account = factories.account()
    high_value_case(keeper, account)
    cases = [factories.case(account=account), factories.case(account=account, case_type="po_required")]
    drain(amer)
    assert owners(cases) == [keeper.name, keeper.name]
    assert {rule_of(case) for case in cases} == {Rule.HIGH_VALUE_OWNER}
    amer.refresh_from_db()
    assert amer.turn == 0
    assert not amer.members.exclude(last_turn=0).exists()


def test_a_claim_that_cannot_be_met_falls_to_the_turn(amer: Pool) -> None:
    keeper = factories.member(amer, places=0).person
    other = factories.team(amer, 1)[0]
    account = factories.account()
    high_value_case(keeper, account)
    case = factories.case(account=account)
    drain(amer)
    assert owners([case]) == [other.name]
    assert rule_of(case) == Rule.TURN


def test_who_covers_gets_what_is_meant_for_who_is_away(amer: Pool) -> None:
    keeper, _, cover = factories.team(amer, 3)
    factories.time_off(keeper, covered_by=cover)
    account = factories.account()
    high_value_case(keeper, account)
    case = factories.case(account=account)
    drain(amer)
    assert owners([case]) == [cover.name]
    assert rule_of(case) == Rule.HIGH_VALUE_OWNER


def test_a_first_order_goes_to_who_is_booked_in_the_meeting(amer: Pool) -> None:
    _, booked = factories.team(amer, 2)
    case = factories.case(case_type="fo_opp", meant_for_id=booked.pk)
    drain(amer)
    assert owners([case]) == [booked.name]
    assert rule_of(case) == Rule.IQM


def test_a_reopened_case_goes_back_to_its_former_owner(amer: Pool) -> None:
    _, former = factories.team(amer, 2)
    case = factories.case(meant_for_id=former.pk)
    drain(amer)
    assert owners([case]) == [former.name]
    assert rule_of(case) == Rule.FORMER_OWNER


def test_owning_another_open_case_is_no_claim_in_fy26(amer: Pool) -> None:
    _, owner = factories.team(amer, 2)
    account = factories.account()
    factories.case(owner=owner, account=account)
    case = factories.case(account=account, case_type="po_required")
    drain(amer)
    assert rule_of(case) == Rule.TURN


# By hand


def test_a_hand_over_keeps_who_why_and_the_figures(amer: Pool) -> None:
    owner, other = factories.team(amer, 2)
    case = factories.case(owner=owner)
    made = by_hand.hand_over(case_id=case.pk, to=other, by=owner, reason=" Speaks German ", now=NOW)
    assert (made.rule, made.by, made.reason) == (Rule.BY_HAND, owner, "Speaks German")
    assert (made.load_before, made.places, made.over_capacity) == (0, 50, False)
    assert case.history.order_by("-id")[0].verb == Verb.HANDED_OVER


@pytest.mark.parametrize("away", [False, True])
def test_only_a_manager_goes_over_capacity_and_the_record_says_so(amer: Pool, away: bool) -> None:
    owner = factories.team(amer, 1)[0]
    full = factories.member(amer, places=0).person
    if away:
        factories.time_off(full)
    manager = factories.person("manager")
    case = factories.case(owner=owner)
    with pytest.raises(by_hand.AtCapacity, match="0 of 0 places"):
        by_hand.hand_over(case_id=case.pk, to=full, by=owner, reason="Please", now=NOW)
    made = by_hand.hand_over(case_id=case.pk, to=full, by=manager, reason="Please", now=NOW)
    assert made.over_capacity


def test_hand_overs_that_are_refused(amer: Pool) -> None:
    owner, other = factories.team(amer, 2)
    case = factories.case(owner=owner)
    with pytest.raises(by_hand.ReasonNeeded):
        by_hand.hand_over(case_id=case.pk, to=other, by=owner, reason="  ", now=NOW)
    with pytest.raises(by_hand.CannotTake, match="already"):
        by_hand.hand_over(case_id=case.pk, to=owner, by=owner, reason="x", now=NOW)
    with pytest.raises(by_hand.CannotTake, match="does not work cases"):
        by_hand.hand_over(case_id=case.pk, to=factories.person("manager"), by=owner, reason="x", now=NOW)
    with pytest.raises(PermissionDenied):
        by_hand.hand_over(case_id=case.pk, to=other, by=other, reason="I want it", now=NOW)


# FY25: a queue to take from


@pytest.mark.usefixtures("_fy25")
def test_under_a_pulling_playbook_cases_wait_to_be_taken() -> None:
    pool = factories.pool("amer-apj", playbook="fy25")
    advocate = factories.team(pool, 1)[0]
    old = factories.cases(1, now=NOW - timedelta(days=1))
    urgent = factories.cases(1, priority=Priority.HIGH)
    assert drain(pool) == 0
    assert {reason_of(case) for case in (*old, *urgent)} == {WaitingReason.QUEUE}
    assert by_hand.take_next(by=advocate, now=NOW).pk == urgent[0].pk
    assert by_hand.take_next(by=advocate, now=NOW).pk == old[0].pk
    assert rule_of(old[0]) == Rule.TAKEN
    with pytest.raises(by_hand.NobodyWaits):
        by_hand.take_next(by=advocate, now=NOW)


@pytest.mark.usefixtures("_fy25")
def test_however_many_come_into_a_queue_they_wait_to_be_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draining, "BATCH", 3)
    pool = factories.pool("emea", playbook="fy25")
    factories.team(pool, 1)
    factories.cases(8, region="EMEA")
    drain(pool)
    assert Waiting.objects.filter(reason=WaitingReason.QUEUE).count() == 8


@pytest.mark.usefixtures("_fy25")
def test_the_owner_of_the_account_s_open_case_gets_the_next_one() -> None:
    pool = factories.pool("amer-apj", playbook="fy25")
    _, owner = factories.team(pool, 2)
    account = factories.account()
    factories.case(owner=owner, account=account)
    case = factories.case(account=account, case_type="po_required")
    drain(pool)
    assert owners([case]) == [owner.name]
    assert rule_of(case) == Rule.OPEN_CASE_OWNER


@pytest.mark.usefixtures("_fy25")
def test_mail_without_a_region_is_in_every_queue() -> None:
    advocate = factories.team(factories.pool("emea", playbook="fy25"), 1)[0]
    (case,) = factories.cases(1, region="")
    assert by_hand.take_next(by=advocate, now=NOW).pk == case.pk


@pytest.mark.usefixtures("_fy25")
@pytest.mark.parametrize("away", [False, True])
def test_who_is_full_takes_nothing(away: bool) -> None:
    advocate = factories.member(factories.pool("emea", playbook="fy25"), places=0).person
    if away:
        factories.time_off(advocate)
    factories.cases(1, region="EMEA")
    with pytest.raises(by_hand.AtCapacity):
        by_hand.take_next(by=advocate, now=NOW)


def test_where_cases_are_pushed_there_is_nothing_to_take(amer: Pool) -> None:
    with pytest.raises(by_hand.NotFromAQueue):
        by_hand.take_next(by=factories.team(amer, 1)[0], now=NOW)


# Two at once


@pytest.mark.django_db(transaction=True)
def test_two_workers_draining_at_once_give_nothing_twice_and_overload_nobody(at_once: AtOnce) -> None:
    amer = factories.pool("amer")
    factories.team(amer, 7, places=30)
    factories.cases(250)
    counts = at_once(*[lambda: drain(amer)] * 4)
    assert sum(counts) == 210
    assert Assignment.objects.count() == 210
    assert set(Counter(Assignment.objects.values_list("person", flat=True)).values()) == {30}
    assert Waiting.objects.count() == 40


@pytest.mark.django_db(transaction=True)
def test_cases_that_come_in_during_a_drain_go_out_too(at_once: AtOnce) -> None:
    amer = factories.pool("amer")
    factories.team(amer, 3)
    at_once(*[lambda: [factories.cases(5) and drain(amer) for _ in range(5)]] * 3)
    drain(amer)
    assert not Case.objects.waiting().exists()
    counts = Counter(Assignment.objects.values_list("person", flat=True))
    assert max(counts.values()) - min(counts.values()) <= 1
    assert sum(counts.values()) == 75


@pytest.mark.django_db(transaction=True)
def test_two_who_take_the_next_one_at_once_get_one_each(settings: Any, at_once: AtOnce) -> None:
    settings.PLAYBOOK = "fy25"
    people = factories.team(factories.pool("emea", playbook="fy25"), 2)
    people += factories.team(factories.pool("amer-apj", playbook="fy25"), 2)
    factories.cases(4, region="")
    taken = at_once(*[lambda by=by: by_hand.take_next(by=by, now=NOW).pk for by in people])
    assert len(set(taken)) == 4


@pytest.mark.django_db(transaction=True)
def test_two_hand_overs_at_once_do_not_fill_one_place_twice(at_once: AtOnce) -> None:
    amer = factories.pool("amer")
    owner = factories.team(amer, 1)[0]
    target = factories.member(amer, places=1).person
    cases = [factories.case(owner=owner) for _ in range(2)]

    def hand_over(case: Case) -> str:
        try:
            by_hand.hand_over(case_id=case.pk, to=target, by=owner, reason="Cover", now=NOW)
        except by_hand.AtCapacity:
            return "refused"
        return "done"

    assert sorted(at_once(*[lambda case=case: hand_over(case) for case in cases])) == ["done", "refused"]
