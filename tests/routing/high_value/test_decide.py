"""A manager's decision, and what comes of it: the account's High Value case in the hands of who nominated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Account, Person, Role
from cases.models import Case, Notice, NoticeKind, Verb
from routing import by_hand, draining, why
from routing.high_value import deciding
from routing.high_value.deciding import NoCaseOpens, NominatorGone, ReasonNeeded, approve, decline
from routing.high_value.nominating import (
    AlreadyDecided,
    AlreadyHighValue,
    HighValueStopped,
    NoSuchNomination,
    StaleNomination,
)
from routing.models import Assignment, Member, Nomination, Rule, State, Trigger, Waiting, WaitingReason
from routing.triggers import evaluation
from tests import factories
from tests.factories import NOW, TODAY
from tests.routing.high_value import stage

pytestmark = [pytest.mark.usefixtures("triggers")]


@pytest.fixture
def maya(db: None) -> Person:
    return stage.advocate(name="Maya Stone")


@pytest.fixture
def ana(db: None) -> Person:
    return stage.manager(name="Ana Ruiz")


@pytest.fixture
def account(db: None) -> Account:
    return factories.account(name="Northpeak")


# Approved


def test_approving_opens_its_case_by_its_trigger_and_gives_it_to_who_nominated(
    maya: Person, ana: Person, account: Account
) -> None:
    factories.team(factories.pool(), 3)
    nomination = stage.nominate(account, maya)
    approve(nomination_id=nomination.pk, by=ana, reason="Go ahead.", now=NOW)
    draining.drain_all(now=NOW)
    nomination.refresh_from_db()
    account.refresh_from_db()
    case = nomination.case
    assert case is not None
    assert account.high_value
    assert (nomination.state, nomination.decided_by, nomination.reason) == (State.APPROVED, ana, "Go ahead.")
    assert (case.case_type, case.origin, case.owner, case.holds_place) == (
        "high_value_account",
        "trigger",
        maya,
        False,
    )
    assert case.occurrence == f"account:{account.external_id}:FY27"
    opening = why.explain_opening(case)
    assert opening is not None
    assert opening.values["high_value"] is True


def test_the_assignment_is_on_record_with_its_rule_and_costs_no_turn(maya: Person, account: Account) -> None:
    case = stage.high_value_case(account, maya)
    given = Assignment.objects.get(case=case)
    assert (given.rule, given.turn, given.drain is not None) == (Rule.NOMINATED, None, True)
    assert "Maya Stone nominated the account, which comes before the turn" in why.explain(case).sentence


def test_the_day_s_look_opens_no_second_one(maya: Person, account: Account) -> None:
    stage.high_value_case(account, maya)
    evaluation.look_at_book(now=NOW + timedelta(days=1))
    assert Case.objects.filter(case_type="high_value_account").count() == 1


def test_the_advocate_is_told(maya: Person, ana: Person, account: Account) -> None:
    stage.approve(stage.nominate(account, maya), ana)
    notice = Notice.objects.get(person=maya, kind=NoticeKind.DECIDED)
    assert "Northpeak is High Value, as you proposed" in notice.text


def test_it_goes_to_who_is_full_for_it_takes_no_place(maya: Person, account: Account) -> None:
    Member.objects.filter(person=maya).update(places=1)
    factories.case(owner=maya)
    case = stage.high_value_case(account, maya)
    assert case.owner == maya


def test_it_goes_to_them_whatever_they_speak(maya: Person) -> None:
    assert stage.high_value_case(factories.account(language="pt"), maya).owner == maya


def test_it_waits_for_who_is_away_and_does_not_go_to_their_cover(maya: Person, account: Account) -> None:
    cover = stage.advocate()
    back = NOW + timedelta(days=3)
    factories.time_off(maya, ends_on=TODAY + timedelta(days=2), covered_by=cover)
    case = stage.high_value_case(account, maya)
    assert case.owner is None
    assert Waiting.objects.get(case=case).reason == WaitingReason.FOR_NOMINATOR
    draining.drain_all(now=NOW + timedelta(days=1))
    case.refresh_from_db()
    assert case.owner is None
    draining.drain_all(now=back)
    case.refresh_from_db()
    assert (case.owner, case.assigned_at) == (maya, back)
    assert not Waiting.objects.exists()


def test_it_reaches_who_is_back_although_nobody_has_a_place_free(maya: Person, account: Account) -> None:
    Member.objects.filter(person=maya).update(places=0)
    factories.time_off(maya)
    case = stage.high_value_case(account, maya)
    draining.drain_all(now=NOW + timedelta(days=1))
    case.refresh_from_db()
    assert case.owner == maya


def test_what_waits_for_one_holds_up_nobody_else(maya: Person, account: Account) -> None:
    stage.advocate()
    factories.time_off(maya)
    stage.high_value_case(account, maya)
    other = factories.case()
    draining.drain_all(now=NOW)
    other.refresh_from_db()
    assert other.owner is not None


def test_where_they_left_meanwhile_it_goes_by_turn(maya: Person, ana: Person, account: Account) -> None:
    colleague = stage.advocate()
    made = stage.approve(stage.nominate(account, maya), ana)
    Person.objects.filter(pk=maya.pk).update(is_active=False)
    draining.drain_all(now=NOW)
    assert made.case is not None
    assert Case.objects.get(pk=made.case.pk).owner == colleague


def test_a_hand_over_by_a_manager_stands(maya: Person, ana: Person, account: Account) -> None:
    case, theo = stage.high_value_case(account, maya), stage.advocate()
    by_hand.hand_over(case_id=case.pk, to=theo, by=ana, reason="Speaks French", now=NOW)
    case.refresh_from_db()
    draining.drain_all(now=NOW)
    assert case.owner == theo


# What stands in the way


@pytest.mark.parametrize(
    ("region", "role"), [("EMEA", Role.MANAGER), ("AMER", Role.ADVOCATE), ("AMER", Role.TEAM_LEAD)]
)
def test_others_do_not_decide(maya: Person, account: Account, region: str, role: str) -> None:
    nomination = stage.nominate(account, maya)
    with pytest.raises((PermissionDenied, NoSuchNomination)):
        stage.approve(nomination, factories.person(role, region=region))
    with pytest.raises(PermissionDenied):
        stage.approve(nomination, maya)


def test_their_own_manager_and_ops_do(maya: Person, account: Account) -> None:
    far = stage.manager(region="EMEA")
    Person.objects.filter(pk=maya.pk).update(manager=far)
    stage.approve(stage.nominate(account, maya), far)
    stage.approve(stage.nominate(factories.account(), maya), factories.person(Role.OPS))


def test_it_is_decided_once(maya: Person, ana: Person, account: Account) -> None:
    nomination = stage.nominate(account, maya)
    stage.approve(nomination, ana)
    with pytest.raises(AlreadyDecided, match="Ana Ruiz has approved Northpeak"):
        decline(nomination_id=nomination.pk, by=ana, reason="No", now=NOW)
    with pytest.raises(StaleNomination):
        approve(nomination_id=nomination.pk, by=ana, now=NOW, version=1)


def test_an_account_stopped_meanwhile(maya: Person, ana: Person, account: Account) -> None:
    nomination = stage.nominate(account, maya)
    Account.objects.update(high_value_stopped=True)
    with pytest.raises(HighValueStopped):
        stage.approve(nomination, ana)


def test_what_the_trigger_says_no_to(maya: Person, ana: Person, account: Account) -> None:
    nomination = stage.nominate(account, maya)
    Account.objects.update(segment="mid_market")
    with pytest.raises(NoCaseOpens, match="not in the smb segment"):
        stage.approve(nomination, ana)
    account.refresh_from_db()
    assert not account.high_value, "nothing is half done"
    Account.objects.update(segment="smb")
    Trigger.objects.filter(key="high_value_account").update(enabled=False)
    with pytest.raises(NoCaseOpens, match="switched off"):
        stage.approve(nomination, ana)
    Trigger.objects.filter(key="high_value_account").update(enabled=True, condition="carr > 1000000")
    with pytest.raises(NoCaseOpens, match="does not hold"):
        stage.approve(nomination, ana)


def test_an_advocate_who_has_left(maya: Person, ana: Person, account: Account) -> None:
    nomination = stage.nominate(account, maya)
    Member.objects.all().delete()
    with pytest.raises(NominatorGone):
        stage.approve(nomination, ana)


@pytest.mark.django_db(transaction=True)
def test_two_managers_at_once_decide_once(
    maya: Person, account: Account, at_once: Callable[..., list[Any]]
) -> None:
    nomination = stage.nominate(account, maya)
    people = [stage.manager(), stage.manager()]

    def decide(by: Person) -> bool:
        try:
            stage.approve(nomination, by)
        except AlreadyDecided:
            return False
        return True

    assert sorted(at_once(*[lambda by=by: decide(by) for by in people])) == [False, True]
    assert Case.objects.count() == 1


# Declined


def test_declining_needs_a_reason_and_leaves_the_account(maya: Person, ana: Person, account: Account) -> None:
    nomination = stage.nominate(account, maya)
    with pytest.raises(ReasonNeeded):
        decline(nomination_id=nomination.pk, by=ana, reason=" ", now=NOW)
    decline(nomination_id=nomination.pk, by=ana, reason="Too small still.", now=NOW)
    nomination.refresh_from_db()
    assert (nomination.state, nomination.reason) == (State.DECLINED, "Too small still.")
    assert not Case.objects.exists()
    assert "was declined" in Notice.objects.get(person=maya).text


# The account's other cases


def test_all_other_cases_of_the_account_go_to_the_same_advocate(maya: Person, account: Account) -> None:
    factories.team(factories.pool(), 3)
    stage.high_value_case(account, maya)
    others = [factories.case(account=account, case_type=name) for name in ("customer_mql", "po_required")]
    draining.drain_all(now=NOW)
    given = Assignment.objects.filter(case__in=others)
    assert {(row.person, row.rule) for row in given} == {(maya, Rule.HIGH_VALUE_OWNER)}


def test_at_capacity_they_go_by_turn_and_the_record_says_so(maya: Person, account: Account) -> None:
    theo = stage.advocate()
    stage.high_value_case(account, maya)
    Member.objects.filter(person=maya).update(places=1)
    factories.case(owner=maya)
    other = factories.case(account=account, case_type="customer_mql")
    draining.drain_all(now=NOW)
    given = Assignment.objects.get(case=other)
    assert (given.person, given.rule) == (theo, Rule.TURN)
    rows = {row.candidate.id: row.verdict for row in why.explain(Case.objects.get(pk=other.pk)).rows}
    assert rows[maya.pk] == "at_capacity"


# The next fiscal year

NEXT_YEAR = datetime(2027, 2, 1, 8, tzinfo=UTC)


def test_the_year_after_who_has_the_case_nominates_anew_and_it_goes_on(
    maya: Person, ana: Person, account: Account
) -> None:
    case = stage.high_value_case(account, maya)
    with pytest.raises(AlreadyHighValue, match="only they nominate"):
        stage.nominate(account, stage.advocate(), now=NEXT_YEAR)
    again = stage.nominate(account, maya, now=NEXT_YEAR)
    approve(nomination_id=again.pk, by=ana, now=NEXT_YEAR)
    again.refresh_from_db()
    assert (again.fiscal_year, again.case) == ("FY28", case)
    assert Case.objects.count() == 1
    assert case.history.order_by("id").last().data == {"field": "fiscal year", "to": "FY28"}
    assert case.history.order_by("id").last().verb == Verb.CHANGED


def test_declined_for_the_next_year_it_is_high_value_no_more(
    maya: Person, ana: Person, account: Account
) -> None:
    case = stage.high_value_case(account, maya)
    again = stage.nominate(account, maya, now=NEXT_YEAR)
    deciding.decline(nomination_id=again.pk, by=ana, reason="Stays small", now=NEXT_YEAR)
    account.refresh_from_db()
    case.refresh_from_db()
    assert not account.high_value
    assert case.is_open, "its owner brings it to an end"


def test_closed_in_the_new_year_it_opens_anew_for_who_nominated(
    maya: Person, ana: Person, account: Account
) -> None:
    factories.team(factories.pool(), 2)
    old = stage.high_value_case(account, maya)
    again = stage.nominate(account, maya, now=NEXT_YEAR)
    stage.approve(again, ana, now=NEXT_YEAR)
    Case.objects.filter(pk=old.pk).update(closed_at=NEXT_YEAR, resolution_action="growth_conversation")
    evaluation.look_at_book(now=NEXT_YEAR)
    draining.drain_all(now=NEXT_YEAR)
    new = Case.objects.open().get(case_type="high_value_account")
    assert (new.owner, Assignment.objects.get(case=new).rule) == (maya, Rule.NOMINATED)


def test_nominations_are_counted_per_state(maya: Person, account: Account) -> None:
    stage.nominate(account, maya)
    assert Nomination.objects.to_decide().count() == 1
    assert not Nomination.objects.decided().exists()
