"""Nominating an account, and withdrawing that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Account, Person, Role
from cases.models import Notice, NoticeKind
from routing.high_value import nominating
from routing.high_value.nominating import (
    AlreadyDecided,
    AlreadyHighValue,
    AlreadyNominated,
    HighValueStopped,
    NobodyNominates,
    NominationsSpent,
    NoSuchAccount,
    NoSuchNomination,
    NotYoursToNominate,
    ReasonsNeeded,
    StaleNomination,
    allowance,
    withdraw,
)
from routing.models import Nomination, State
from tests import factories
from tests.factories import NOW
from tests.routing.high_value import stage

pytestmark = [pytest.mark.usefixtures("triggers")]


@pytest.fixture
def maya(db: None) -> Person:
    return stage.advocate(name="Maya Stone")


def test_an_advocate_nominates_with_criteria_and_a_why(maya: Person) -> None:
    account = factories.account()
    given = {"criteria": ["license_growth", "top_50"], "why": " Two more teams join. "}
    nomination = nominating.nominate(account_id=account.pk, by=maya, now=NOW, **given)
    nomination.refresh_from_db()
    assert (nomination.account, nomination.advocate, nomination.fiscal_year) == (account, maya, "FY27")
    assert (nomination.criteria, nomination.why) == (["license_growth", "top_50"], "Two more teams join.")
    assert (nomination.state, nomination.proposed_at) == (State.PROPOSED, NOW)
    account.refresh_from_db()
    assert not account.high_value, "a manager decides"


def test_the_managers_of_the_territory_are_told(maya: Person) -> None:
    ours, _theirs = stage.manager(region="AMER"), stage.manager(region="EMEA")
    stage.nominate(factories.account(name="Northpeak"), maya)
    notice = Notice.objects.get()
    assert (notice.person, notice.kind) == (ours, NoticeKind.NOMINATED)
    assert "Maya Stone nominates Northpeak" in notice.text


@pytest.mark.parametrize(
    ("criteria", "why"),
    [
        ([], "Two more teams join."),
        (["size"], "Two more teams join."),
        (["top_50"], "  "),
        (["top_50"], "x" * 2001),
    ],
)
def test_reasons_are_needed(maya: Person, criteria: list[str], why: str) -> None:
    with pytest.raises(ReasonsNeeded):
        stage.nominate(factories.account(), maya, criteria=criteria, why=why)


def test_a_stopped_account_is_not_nominated(maya: Person) -> None:
    with pytest.raises(HighValueStopped):
        stage.nominate(factories.account(high_value_stopped=True), maya)


def test_a_high_value_account_is_not_nominated(maya: Person) -> None:
    account = factories.account(name="Northpeak")
    case = stage.high_value_case(account, maya)
    Nomination.objects.all().delete()
    with pytest.raises(AlreadyHighValue, match=f"Maya Stone has {case.number}"):
        stage.nominate(account, stage.advocate())


def test_nor_is_one_whose_case_is_about_to_open(maya: Person) -> None:
    with pytest.raises(AlreadyHighValue, match="next look at the book"):
        stage.nominate(factories.account(high_value=True), maya)


@pytest.mark.parametrize("approved", [False, True])
def test_nobody_nominates_what_is_nominated(maya: Person, approved: bool) -> None:
    account = factories.account()
    first = stage.nominate(account, maya)
    if approved:
        stage.approve(first, stage.manager())
    with pytest.raises(AlreadyNominated, match="Maya Stone nominated"):
        stage.nominate(account, stage.advocate())


def test_what_was_declined_or_withdrawn_may_be_nominated_again(maya: Person) -> None:
    account = factories.account()
    withdraw(nomination_id=stage.nominate(account, maya).pk, by=maya, now=NOW)
    stage.nominate(account, maya)
    assert Nomination.objects.live().count() == 1


@pytest.mark.parametrize("fields", [{"region": "EMEA"}, {"region": ""}, {"segment": "mid_market"}])
def test_an_account_that_the_advocate_could_not_look_after(maya: Person, fields: dict[str, Any]) -> None:
    with pytest.raises(NotYoursToNominate):
        stage.nominate(factories.account(**fields), maya)


def test_who_takes_no_cases_nominates_none() -> None:
    with pytest.raises(NotYoursToNominate, match="Advocates nominate"):
        stage.nominate(factories.account(), factories.person(Role.OPS))


@pytest.mark.parametrize("role", [Role.MANAGER, Role.STAKEHOLDER, Role.BDR])
def test_other_roles_may_not(role: str) -> None:
    with pytest.raises(PermissionDenied):
        stage.nominate(factories.account(), factories.person(role))


def test_an_account_that_is_not_there(maya: Person) -> None:
    with pytest.raises(NoSuchAccount):
        stage.nominate(Account(pk=987654321), maya)


def test_where_the_tier_decides_nobody_nominates(settings: Any, maya: Person) -> None:
    settings.PLAYBOOK = "fy25"
    with pytest.raises(NobodyNominates, match="FY25"):
        stage.nominate(factories.account(), maya)


# How many


def spend(maya: Person, count: int) -> None:
    Nomination.objects.bulk_create(
        Nomination(
            account=factories.account(),
            advocate=maya,
            fiscal_year="FY27",
            criteria=["top_50"],
            why="Growing",
            proposed_at=NOW,
        )
        for _ in range(count)
    )


def test_fifty_live_and_no_more(maya: Person) -> None:
    spend(maya, 49)
    last = stage.nominate(factories.account(), maya)
    assert (allowance(maya, now=NOW).spent, allowance(maya, now=NOW).left) == (50, 0)
    with pytest.raises(NominationsSpent, match="50"):
        stage.nominate(factories.account(), maya)
    withdraw(nomination_id=last.pk, by=maya, now=NOW)
    stage.nominate(factories.account(), maya)


def test_another_fiscal_year_counts_anew(maya: Person) -> None:
    spend(maya, 50)
    assert allowance(maya, now=NOW + timedelta(days=365)).left == 50


@pytest.mark.django_db(transaction=True)
def test_two_at_once_never_exceed_them(maya: Person, at_once: Callable[..., list[Any]]) -> None:
    spend(maya, 48)
    accounts = [factories.account() for _ in range(4)]

    def try_one(account: Account) -> bool:
        try:
            stage.nominate(account, maya)
        except NominationsSpent:
            return False
        return True

    went = at_once(*[lambda account=account: try_one(account) for account in accounts])
    assert sorted(went) == [False, False, True, True]
    assert allowance(maya, now=NOW).spent == 50


@pytest.mark.django_db(transaction=True)
def test_two_advocates_at_once_nominate_an_account_once(at_once: Callable[..., list[Any]]) -> None:
    account = factories.account()
    people = [stage.advocate() for _ in range(3)]

    def try_one(person: Person) -> bool:
        try:
            stage.nominate(account, person)
        except AlreadyNominated:
            return False
        return True

    went = at_once(*[lambda person=person: try_one(person) for person in people])
    assert sorted(went) == [False, False, True]


# Withdrawing


def test_withdrawn_is_withdrawn(maya: Person) -> None:
    nomination = stage.nominate(factories.account(), maya)
    later = NOW + timedelta(days=1)
    withdraw(nomination_id=nomination.pk, by=maya, now=later)
    nomination.refresh_from_db()
    assert (nomination.state, nomination.decided_at, nomination.version) == (State.WITHDRAWN, later, 2)
    with pytest.raises(AlreadyDecided, match="Maya Stone has withdrawn"):
        withdraw(nomination_id=nomination.pk, by=maya, now=later)


def test_what_was_decided_is_not_withdrawn(maya: Person) -> None:
    approved = stage.approve(stage.nominate(factories.account(), maya), stage.manager())
    with pytest.raises(AlreadyDecided):
        withdraw(nomination_id=approved.pk, by=maya, now=NOW)


def test_only_who_nominated_withdraws(maya: Person) -> None:
    nomination = stage.nominate(factories.account(), maya)
    with pytest.raises(NoSuchNomination):
        withdraw(nomination_id=nomination.pk, by=stage.advocate(), now=NOW)
    with pytest.raises(PermissionDenied):
        withdraw(nomination_id=nomination.pk, by=stage.manager(), now=NOW)


def test_a_stale_reader_is_told(maya: Person) -> None:
    nomination = stage.nominate(factories.account(), maya)
    withdraw(nomination_id=nomination.pk, by=maya, now=NOW, version=1)
    with pytest.raises(StaleNomination):
        withdraw(nomination_id=nomination.pk, by=maya, now=NOW, version=1)
