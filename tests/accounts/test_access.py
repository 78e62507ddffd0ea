"""Who may do what: the table, and which cases and accounts it reaches, on pages and by API alike."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import access, keys, visibility
from accounts.access import Act, Reach
from accounts.models import Person, Role
from accounts.models.keys import Scope
from cases import access as case_access
from cases.models import Case
from tests import factories

pytestmark = pytest.mark.django_db
EVERYBODY = set(Role) - {Role.SALES_USER}
DESK = {Role.ADVOCATE, Role.TEAM_LEAD, Role.MANAGER, Role.OPS}


@pytest.mark.parametrize(
    ("act", "roles"),
    [
        (Act.SIGNED_IN, EVERYBODY),
        (Act.SEE_CASES, {*DESK, Role.STAKEHOLDER, Role.RENEWALS_MANAGER}),
        (Act.SEE_MY_CASES, DESK),
        (Act.WORK_CASES, DESK),
        (Act.TAKE_CASES, {Role.ADVOCATE, Role.TEAM_LEAD, Role.OPS}),
        (Act.HAND_OVER_CASES, DESK),
        (Act.EXCEED_CAPACITY, {Role.MANAGER, Role.OPS}),
        (Act.FILE_CASES, {*DESK, Role.STAKEHOLDER, Role.RENEWALS_MANAGER}),
        (Act.NOMINATE, {Role.ADVOCATE, Role.TEAM_LEAD, Role.OPS}),
        (Act.SEE_NOMINATIONS, DESK),
        (Act.DECIDE_NOMINATIONS, {Role.MANAGER, Role.OPS}),
        (Act.WRITE_PLANS, DESK),
        (Act.SEE_BOOK, {*DESK, Role.RENEWALS_MANAGER}),
        (Act.CHANGE_BOOK, {Role.OPS}),
        (Act.SEE_TEAM, DESK),
        (Act.PLAN_TIME_OFF, DESK),
        (Act.SEE_EVENTS, DESK),
        (Act.PUSH_EVENTS, {Role.OPS}),
        (Act.CHANGE_RULES, {Role.OPS}),
        (Act.ADMINISTER, {Role.OPS}),
        (Act.SEE_COMPONENTS, {Role.OPS}),
    ],
)
def test_which_roles_an_act_is_for(act: Act, roles: set[Role]) -> None:
    assert {role for role in Role if access.may(Person(role=role), act)} == roles


def test_every_act_is_somebody_s() -> None:
    for act in Act:
        assert any(access.may(Person(role=role), act) for role in Role), f"Nobody may {act}."


def test_who_is_inactive_may_nothing_even_as_a_superuser() -> None:
    for person in (Person(role=Role.OPS, is_active=False), Person(is_superuser=True, is_active=False)):
        assert not any(access.may(person, act) for act in Act)


def test_a_superuser_may_what_ops_may() -> None:
    person = Person(role=Role.STAKEHOLDER, is_superuser=True)
    assert all(access.reach(person, act) is Reach.ALL for act in Act)


def test_a_role_that_the_table_does_not_know_may_nothing() -> None:
    assert not any(access.may(Person(role="wizard"), act) for act in Act)


def test_check_says_no_in_a_sentence() -> None:
    with pytest.raises(PermissionDenied, match="Your role does not include this"):
        access.check(Person(role=Role.STAKEHOLDER), Act.SEE_BOOK)


def test_only_pages_that_say_so_are_decided() -> None:
    def view(request: Any) -> Any: ...

    assert access.page(Act.SEE_BOOK)(view).decided == Act.SEE_BOOK  # type: ignore[attr-defined]  # set by the decorator
    assert access.public(view).decided == "public"  # type: ignore[attr-defined]  # set by the decorator


# Which cases


def statuses(client: Client, person: Person, case: Case) -> tuple[int, int]:
    """What the case's page and the API answer `person`."""
    client.force_login(person)
    page = client.get(reverse("case", args=[case.pk])).status_code
    return page, client.get(reverse("api_case", args=[case.pk])).status_code


def test_a_stakeholder_sees_what_they_or_their_department_filed_and_nothing_else(client: Client) -> None:
    me, colleague, other = (
        factories.person("stakeholder", department=department)
        for department in ("partner", "partner", "support")
    )
    mine = factories.case(filed_by_id=me.pk)
    ours = factories.case(filed_by_id=colleague.pk, department="partner")
    theirs = factories.case(filed_by_id=other.pk, department="support")
    nobodys = factories.case()
    assert set(case_access.visible(me)) == {mine, ours}
    assert [statuses(client, me, case) for case in (mine, ours, theirs, nobodys)] == [
        (200, 200),
        (200, 200),
        (404, 404),
        (404, 404),
    ]


def test_a_stakeholder_without_a_department_sees_only_their_own() -> None:
    me = factories.person("stakeholder", department="")
    mine = factories.case(filed_by_id=me.pk)
    factories.case()
    assert set(case_access.visible(me)) == {mine}


def test_a_renewals_manager_sees_renewals_and_what_they_filed(client: Client) -> None:
    me = factories.person("renewals_manager")
    account = factories.account()
    renewal = factories.case(account=account, opportunity_id=factories.opportunity(account).pk)
    growth = factories.case(
        case_type="fo_opp", opportunity_id=factories.opportunity(account, kind="growth").pk
    )
    filed = factories.case(filed_by_id=me.pk)
    assert set(case_access.visible(me)) == {renewal, filed}
    assert statuses(client, me, renewal) == (200, 200)
    assert statuses(client, me, growth) == (404, 404)
    assert not case_access.may_work(me, renewal)


def test_an_advocate_sees_all_and_works_their_own(client: Client) -> None:
    me, other = factories.person(), factories.person()
    mine, theirs = factories.case(owner=me), factories.case(owner=other)
    waits = factories.case()
    assert [statuses(client, me, case) for case in (mine, theirs, waits)] == [(200, 200)] * 3
    assert [case_access.may_work(me, case) for case in (mine, theirs, waits)] == [True, False, False]
    assert [case_access.may_hand_over(me, case) for case in (mine, theirs)] == [True, False]


def test_what_is_not_theirs_is_refused_on_the_page_and_by_api_with_the_same_words(client: Client) -> None:
    me, other = factories.person(), factories.person()
    case = factories.case(owner=other)
    client.force_login(me)
    page = client.post(reverse("case_comment", args=[case.pk]), {"text": "x", "version": case.version})
    assert page.status_code < 400, "who sees a case may say something on it"
    case.refresh_from_db()
    sent = {"what": "Send the quote to them", "on": "2030-01-01", "status": "engaged"}
    answer = client.post(reverse("case_status", args=[case.pk]), {**sent, "version": case.version})
    assert answer.status_code == 403
    for name in ("api_case_status", "api_case_next_steps"):
        answer = client.post(
            reverse(name, args=[case.pk]), sent, content_type="application/json", headers={"If-Match": "*"}
        )
        assert answer.status_code in {403, 428}, (name, answer.content)
    case.refresh_from_db()
    assert case.status == "open"


def test_a_team_lead_works_their_own_and_hands_over_the_team_s() -> None:
    manager = factories.person("manager")
    lead = factories.person("team_lead", manager=manager)
    teammate, stranger = (
        factories.person(manager=manager),
        factories.person(manager=factories.person("manager")),
    )
    ours, theirs = factories.case(owner=teammate), factories.case(owner=stranger)
    assert [case_access.may_hand_over(lead, case) for case in (ours, theirs)] == [True, False]
    assert [case_access.may_work(lead, case) for case in (ours, theirs)] == [False, False]


def test_people_without_a_manager_are_no_team() -> None:
    lead, loner = factories.person("team_lead"), factories.person()
    assert not case_access.may_hand_over(lead, factories.case(owner=loner))


def test_a_manager_works_their_region_and_reads_the_others(client: Client) -> None:
    manager = factories.person("manager", region="EMEA")
    here, there = factories.case(region="APJ"), factories.case(region="AMER")
    unplaced = factories.case(region="")
    assert [case_access.may_work(manager, case) for case in (here, unplaced, there)] == [True, True, False]
    assert statuses(client, manager, there) == (200, 200)


def test_a_manager_works_what_their_own_people_hold_anywhere() -> None:
    manager = factories.person("manager", region="EMEA")
    case = factories.case(region="AMER", owner=factories.person(manager=manager))
    assert case_access.may_work(manager, case)


def test_a_manager_without_a_region_runs_none() -> None:
    manager = factories.person("manager", region="")
    assert not case_access.may_work(manager, factories.case(region="AMER"))


@pytest.mark.parametrize("role", [Role.NEW_LOGO_AE, Role.BDR, Role.NEW_LOGO_ASM, Role.SALES_USER])
def test_who_has_no_part_in_cases_sees_none(client: Client, role: str) -> None:
    person = factories.person(role)
    case = factories.case()
    assert not case_access.visible(person).exists()
    assert statuses(client, person, case) == (403, 403)


def test_ops_and_superusers_work_everything() -> None:
    case = factories.case(region="AMER")
    for person in (factories.person("ops"), factories.person("bdr", is_superuser=True)):
        assert case_access.may_work(person, case)
        assert case_access.visible(person).get() == case


def test_who_became_inactive_sees_and_works_nothing() -> None:
    person = factories.person("ops", is_active=False)
    case = factories.case()
    assert not case_access.visible(person).exists()
    assert not case_access.may_work(person, case)


def test_a_key_that_acts_for_a_person_reaches_what_they_reach(client: Client) -> None:
    me = factories.person("stakeholder", department="partner")
    mine, theirs = factories.case(filed_by_id=me.pk), factories.case()
    _, secret = keys.create(name="x", scopes=[Scope.CASES_READ], acts_for=me, now=timezone.now())
    answers = [
        client.get(
            reverse("api_case", args=[case.pk]), headers={"Authorization": f"Bearer {secret}"}
        ).status_code
        for case in (mine, theirs)
    ]
    assert answers == [200, 404]


# Which accounts


def test_a_renewals_manager_sees_the_accounts_whose_renewals_are_theirs(client: Client) -> None:
    me = factories.person("renewals_manager")
    mine, other = factories.account(), factories.account()
    factories.opportunity(mine, renewals_manager=me)
    factories.opportunity(other, renewals_manager=factories.person("renewals_manager"))
    assert set(visibility.visible(me)) == {mine}
    client.force_login(me)
    assert [client.get(reverse("account", args=[one.pk])).status_code for one in (mine, other)] == [200, 404]


def test_stakeholders_do_not_see_the_book(client: Client) -> None:
    account = factories.account()
    person = factories.person("stakeholder")
    assert not visibility.visible(person).exists()
    client.force_login(person)
    assert client.get(reverse("account", args=[account.pk])).status_code == 403
