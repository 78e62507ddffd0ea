"""Account plans: who writes them, versions, what changed, and a stale page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client

from accounts.models import Account, AccountPlan, AccountPlanVersion, Person, Role
from routing.high_value import plan_content, plans
from routing.high_value.plan_content import BadPlan, Content, Touchpoint, changes, make
from routing.high_value.plans import StalePlan
from tests import factories
from tests.cases.desk import text
from tests.factories import NOW
from tests.routing.high_value import stage

CRITERIA = {"license_growth": "Licence growth"}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def maya(triggers: None) -> Person:
    return stage.advocate(name="Maya Stone")


@pytest.fixture
def account(maya: Person) -> Account:
    made = factories.account(name="Northpeak")
    stage.high_value_case(made, maya)
    return made


def talk(day: int, **said: Any) -> Touchpoint:
    return Touchpoint(on=date(2026, 4, day), **{"what": "Review of usage", **said})


def save(account: Account, by: Person, *, version: int | None = None, **content: Any) -> AccountPlan:
    return plans.save(account_id=account.pk, content=make(**content), by=by, now=NOW, version=version)


# What it says: pure


def test_what_is_kept_is_what_is_read() -> None:
    content = make(
        goals="Ship weekly",
        deciders=["C1"],
        users=["C2", "C1"],
        growth={"license_growth": "40 more seats"},
        risks="New CTO",
        touchpoints=[talk(20), talk(2, state="done")],
    )
    assert plan_content.restored(content.stored()) == content


@pytest.mark.parametrize(
    ("touchpoints", "next_on"),
    [
        ([], None),
        ([talk(20), talk(9)], date(2026, 4, 9)),
        ([talk(9, state="done"), talk(20)], date(2026, 4, 20)),
        ([talk(9, state="skipped")], None),
    ],
)
def test_the_next_touchpoint_is_the_first_that_is_planned(
    touchpoints: list[Touchpoint], next_on: date | None
) -> None:
    assert make(touchpoints=touchpoints).next_touchpoint_on == next_on


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (make(), make(), []),
        (make(goals="A"), make(goals="A\nB"), [("Goals", "+B")]),
        (make(goals="A"), make(goals="B"), [("Goals", "-A"), ("Goals", "+B")]),
        (make(deciders=["C1"]), make(deciders=["C2"]), [("Who decides", "-Jo"), ("Who decides", "+C2")]),
        (make(users=["C1"]), make(), [("Who uses it", "-Jo")]),
        (
            make(),
            make(growth={"license_growth": "40 seats"}),
            [("Growth potential", "+Licence growth: 40 seats")],
        ),
        (make(risks="A"), make(), [("Risks", "-A")]),
        (
            make(touchpoints=[talk(9)]),
            make(touchpoints=[talk(9, state="done")]),
            [
                ("Touchpoints", "-9 Apr 2026: Review of usage, planned"),
                ("Touchpoints", "+9 Apr 2026: Review of usage, done"),
            ],
        ),
    ],
)
def test_what_changed_reads(before: Content, after: Content, told: list[tuple[str, str]]) -> None:
    found = changes(before, after, names={"C1": "Jo"}, criteria=CRITERIA)
    lines = [(part.part, ("+" if line.came else "-") + line.text) for part in found for line in part.lines]
    assert sorted(lines) == sorted(told)


# Saving


def test_every_save_is_a_version_with_who_and_when(maya: Person, account: Account) -> None:
    save(account, maya, version=0, goals="Ship weekly", touchpoints=[talk(9)])
    save(account, maya, version=1, goals="Ship daily", touchpoints=[talk(9)])
    plan = AccountPlan.objects.get()
    assert (plan.version, plan.updated_by, plan.next_touchpoint_on) == (2, maya, date(2026, 4, 9))
    rows = AccountPlanVersion.objects.order_by("number")
    assert [(row.number, row.content["goals"], row.by) for row in rows] == [
        (1, "Ship weekly", maya),
        (2, "Ship daily", maya),
    ]


def test_the_same_again_is_no_version(maya: Person, account: Account) -> None:
    save(account, maya, goals="Ship weekly")
    assert save(account, maya, goals=" Ship weekly ").version == 1


def test_a_stale_save_is_told_what_changed(maya: Person, account: Account) -> None:
    save(account, maya, goals="Ship weekly")
    save(account, maya, goals="Ship daily")
    with pytest.raises(StalePlan) as told:
        save(account, maya, version=1, goals="Ship hourly")
    (version,) = told.value.changes
    assert (version.row.number, version.row.by) == (2, maya)
    assert [line.text for line in version.changes[0].lines] == ["Ship weekly", "Ship daily"]
    assert AccountPlan.objects.get().content["goals"] == "Ship daily"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_keep_one_and_tell_the_other(
    maya: Person, account: Account, at_once: Callable[..., list[Any]]
) -> None:
    def try_one(goals: str) -> bool:
        try:
            save(account, maya, version=0, goals=goals)
        except StalePlan:
            return False
        return True

    assert sorted(at_once(lambda: try_one("A"), lambda: try_one("B"))) == [False, True]
    assert AccountPlanVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "region", "may"),
    [
        (Role.MANAGER, "AMER", True),
        (Role.MANAGER, "EMEA", False),
        (Role.OPS, "", True),
        (Role.ADVOCATE, "AMER", False),
        (Role.TEAM_LEAD, "AMER", False),
        (Role.RENEWALS_MANAGER, "AMER", False),
    ],
)
def test_who_writes_it(account: Account, role: str, region: str, may: bool) -> None:
    person = factories.person(role, region=region)
    assert plans.may_write(person, account) is may
    factories.opportunity(account, renewals_manager=person)
    if may:
        save(account, person, goals="Ship weekly")
    else:
        with pytest.raises(PermissionDenied):
            save(account, person, goals="Ship weekly")


@pytest.mark.parametrize(
    "content",
    [
        {"deciders": ["nobody"]},
        {"growth": {"size": "much"}},
        {"goals": "x" * 5001},
        {"touchpoints": [talk(9, what=" ")]},
        {"touchpoints": [talk(9, state="perhaps")]},
        {"touchpoints": [talk(9)] * 41},
    ],
)
def test_what_cannot_be_kept(maya: Person, account: Account, content: dict[str, Any]) -> None:
    with pytest.raises(BadPlan):
        save(account, maya, **content)


def test_a_contact_of_another_account_is_refused(maya: Person, account: Account) -> None:
    stranger = factories.contact(factories.account())
    with pytest.raises(BadPlan, match="no contact of Northpeak"):
        save(account, maya, users=[stranger.external_id])


# The pages


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def rows(*touchpoints: tuple[str, str, str], initial: int = 0) -> dict[str, str]:
    data = {"touchpoint-TOTAL_FORMS": str(len(touchpoints)), "touchpoint-INITIAL_FORMS": str(initial)}
    for number, (on, what, state) in enumerate(touchpoints):
        data |= {
            f"touchpoint-{number}-on": on,
            f"touchpoint-{number}-what": what,
            f"touchpoint-{number}-state": state,
        }
    return data


def send(person: Person, account: Account, **fields: Any) -> HttpResponse:
    return as_(person).post(f"/accounts/{account.pk}/plan/write/", {"version": 0, **rows(), **fields})


def test_it_is_written_and_read(maya: Person, account: Account) -> None:
    jo = factories.contact(account, name="Jo Weber", title="CTO")
    page = text(as_(maya).get(f"/accounts/{account.pk}/plan/"))
    assert "There is no plan yet." in page
    assert "Jo Weber, CTO" in text(as_(maya).get(f"/accounts/{account.pk}/plan/write/"))
    response = send(
        maya,
        account,
        goals="Ship weekly",
        deciders=[jo.external_id],
        growth_license_growth="40 more seats",
        risks="Budget freeze",
        **rows(("2026-04-09", "Review of usage", "planned"), ("", "", "planned")),
    )
    assert (response.status_code, response.url) == (302, f"/accounts/{account.pk}/plan/")
    page = text(as_(maya).get(f"/accounts/{account.pk}/plan/"))
    for said in (
        "Ship weekly",
        "Jo Weber",
        "Licence growth potential",
        "40 more seats",
        "Budget freeze",
        "Thu 9 Apr 2026",
        "Review of usage",
        "wrote version 1",
    ):
        assert said in page, said


def test_what_stands_under_a_retired_criterion_is_kept(maya: Person, account: Account) -> None:
    save(account, maya, growth={"license_growth": "40 seats"})
    old = make(growth={"license_growth": "40 seats", "self_managed": "Moves to our cloud"})
    AccountPlan.objects.update(content=old.stored())
    assert 'value="Moves to our cloud"' in text(as_(maya).get(f"/accounts/{account.pk}/plan/write/"))
    typed = {"growth_license_growth": "60 seats", "growth_self_managed": "Moved to our cloud"}
    assert send(maya, account, version=1, **typed).status_code == 302
    growth = {"license_growth": "60 seats", "self_managed": "Moved to our cloud"}
    assert AccountPlan.objects.get().content["growth"] == growth


def test_the_check_ins_of_the_year_stand_beside_it(maya: Person, account: Account) -> None:
    page = text(as_(maya).get(f"/accounts/{account.pk}/plan/"))
    for said in ("Mon 1 Jun 2026", "Day 90, FY27 Q2", "Day 180, FY27 Q3", "Day 270, FY27 Q4"):
        assert said in page, said
    factories.activity(account, happened_at=NOW + timedelta(days=70))
    with time_machine.travel(NOW + timedelta(days=91), tick=False):
        page = text(as_(maya).get(f"/accounts/{account.pk}/plan/"))
    assert "Not needed" in page
    assert "touched on 12 May" in page


def test_a_stale_page_says_what_changed_and_keeps_what_was_typed(maya: Person, account: Account) -> None:
    ana = stage.manager(name="Ana Ruiz")
    send(maya, account, goals="Ship weekly")
    send(ana, account, version=1, goals="Ship daily")
    response = send(maya, account, version=1, goals="Ship hourly", risks="New CTO")
    page = text(response)
    assert response.status_code == 412
    for said in ("Ana Ruiz", "Ship daily", "Ship hourly", "New CTO", "Save anyway", 'value="2"'):
        assert said in page, said
    assert send(maya, account, version=2, goals="Ship hourly", risks="New CTO").status_code == 302
    assert AccountPlan.objects.get().content["goals"] == "Ship hourly"


def test_what_cannot_be_read_is_said_beside_it(maya: Person, account: Account) -> None:
    response = send(maya, account, goals="Ship weekly", **rows(("", "Review of usage", "planned")))
    assert response.status_code == 422
    assert "Choose a day." in text(response)
    assert "Ship weekly" in text(response)


def test_others_read_and_do_not_write(account: Account) -> None:
    theo = stage.advocate()
    page = text(as_(theo).get(f"/accounts/{account.pk}/plan/"))
    assert "Write the plan" not in page
    assert as_(theo).get(f"/accounts/{account.pk}/plan/write/").status_code == 403
    assert send(theo, account, goals="Mine").status_code == 403
    assert as_(factories.person(Role.STAKEHOLDER)).get(f"/accounts/{account.pk}/plan/").status_code == 403
    other = factories.person(Role.RENEWALS_MANAGER)
    assert as_(other).get(f"/accounts/{account.pk}/plan/").status_code == 404
