"""The team's page: one glance, one answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Person, Role
from cases import lifecycle
from routing import by_hand, draining
from routing.models import Pool, TimeOff
from tests import factories
from tests.cases.desk import text
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def amer() -> Pool:
    return factories.pool("amer")


def show(person: Person, territory: str = "amer") -> HttpResponse:
    return _client(person).get(f"/team/{territory}/")


def _client(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def boss() -> Person:
    return factories.person(Role.MANAGER)


def test_all_placed_is_said_first(amer: Pool) -> None:
    factories.team(amer, 2)
    page = text(show(boss()))
    assert "All placed." in page
    assert "Nothing waits." in page


def test_it_says_how_many_wait_why_and_since_when(amer: Pool) -> None:
    factories.member(amer, places=0)
    cases = factories.cases(3, now=NOW - timedelta(hours=2))
    draining.drain_all(now=NOW)
    page = text(show(boss()))
    assert "3 wait: nobody is free." in page
    assert "2 h ago" in page
    assert all(case.number in page for case in cases)


def test_cases_without_a_region_are_shown_and_counted_apart(amer: Pool) -> None:
    factories.team(amer, 1)
    (case,) = factories.cases(1, region="")
    draining.drain_all(now=NOW)
    page = text(show(boss()))
    assert "All placed." in page
    assert "1 without a region" in page
    assert case.number in page


def test_it_shows_who_has_how_much_and_who_is_next(amer: Pool) -> None:
    maya, theo = factories.team(amer, 2)
    kept = factories.case(owner=maya)
    factories.case(owner=maya)
    lifecycle.pick_up(case_id=kept.pk, by=maya, now=NOW)
    page = text(show(boss()))
    assert "<b>2</b> of 50" in page
    assert "1 to pick up, 1 in hand, 0 high value, 0 later" in page
    assert page.index(maya.name) < page.index(theo.name)
    assert "2 of 100 places taken" in page


def test_whoever_is_away_is_shown_with_their_cover(amer: Pool) -> None:
    maya, theo = factories.team(amer, 2)
    factories.time_off(maya, ends_on=TODAY + timedelta(days=3), covered_by=theo)
    page = text(show(boss()))
    assert "Away, back 7 Mar" in page
    assert f"covered by {theo.name}" in page


def test_hand_overs_over_capacity_are_listed(amer: Pool) -> None:
    maya = factories.person(name="Maya Stone")
    factories.member(amer, person=maya, places=0)
    case, manager = factories.case(), boss()
    by_hand.hand_over(case_id=case.pk, to=maya, by=manager, reason="Knows them", now=NOW)
    page = text(show(manager))
    assert "Given by hand over capacity" in page
    assert "Knows them" in page


def test_a_team_that_is_not_there_is_not_found() -> None:
    assert show(boss(), "mars").status_code == 404


@pytest.mark.parametrize("role", [Role.STAKEHOLDER, Role.RENEWALS_MANAGER, Role.BDR])
def test_roles_without_a_team_are_refused(amer: Pool, role: str) -> None:
    assert show(factories.person(role)).status_code == 403


def test_its_queries_do_not_grow_with_team_or_queue(amer: Pool) -> None:
    client = _client(boss())
    factories.member(amer, places=0)
    factories.cases(1)
    draining.drain_all(now=NOW)
    client.get("/team/amer/")
    with CaptureQueriesContext(connection) as small:
        client.get("/team/amer/")
    for person in factories.team(amer, 8, places=0):
        factories.time_off(person)
    factories.cases(60)
    draining.drain_all(now=NOW)
    with CaptureQueriesContext(connection) as large:
        client.get("/team/amer/")
    assert len(large) <= len(small)
    assert len(large) <= 23


class TestTimeOff:
    DAYS = {"starts_on": "2026-03-10", "ends_on": "2026-03-12"}

    def add(self, by: Person, person: Person, **fields: object) -> HttpResponse:
        data = {"person": person.pk, **self.DAYS, **fields}
        return _client(by).post("/team/amer/time-off/", data)

    def test_an_advocate_plans_their_own(self, amer: Pool) -> None:
        maya, theo = factories.team(amer, 2)
        assert self.add(maya, maya, covered_by=theo.pk, note="Family").status_code == 302
        span = TimeOff.objects.get()
        assert (span.person, span.covered_by, span.note) == (maya, theo, "Family")

    def test_not_another_one_s(self, amer: Pool) -> None:
        maya, theo = factories.team(amer, 2)
        response = self.add(maya, theo)
        assert response.status_code == 422
        assert "You may not plan this person" in text(response)
        assert not TimeOff.objects.exists()

    def test_a_team_lead_plans_for_the_team(self, amer: Pool) -> None:
        manager = boss()
        lead = factories.person(Role.TEAM_LEAD, manager=manager)
        mate, stranger = factories.person(manager=manager), factories.person()
        for person in (lead, mate, stranger):
            factories.member(amer, person=person)
        assert self.add(lead, mate).status_code == 302
        assert self.add(lead, stranger).status_code == 422

    def test_a_manager_plans_for_their_territory(self, amer: Pool) -> None:
        (maya,) = factories.team(amer, 1)
        assert self.add(boss(), maya).status_code == 302
        assert self.add(factories.person(Role.MANAGER, region="EMEA"), maya).status_code == 422

    @pytest.mark.parametrize(
        ("days", "said"),
        [
            ({"starts_on": "2026-03-12", "ends_on": "2026-03-10"}, "lies before the first"),
            ({"starts_on": "2026-02-01", "ends_on": "2026-02-02"}, "over already"),
            ({"starts_on": "2026-03-10", "ends_on": "2028-03-10"}, "a year at most"),
        ],
    )
    def test_days_that_cannot_be_are_refused_and_kept(
        self, amer: Pool, days: dict[str, str], said: str
    ) -> None:
        (maya,) = factories.team(amer, 1)
        response = self.add(maya, maya, **days)
        assert response.status_code == 422
        assert said in text(response)
        assert f'value="{days["ends_on"]}"' in text(response)

    def test_nobody_covers_for_themselves(self, amer: Pool) -> None:
        (maya,) = factories.team(amer, 1)
        assert "Nobody covers for themselves." in text(self.add(maya, maya, covered_by=maya.pk))

    def test_it_is_taken_back(self, amer: Pool) -> None:
        maya, theo = factories.team(amer, 2)
        span = factories.time_off(maya)
        address = f"/team/amer/time-off/{span.pk}/remove/"
        assert _client(theo).post(address).status_code == 403
        assert _client(maya).get(address).status_code == 405
        assert _client(maya).post(address).status_code == 302
        assert not TimeOff.objects.exists()
        assert _client(maya).post(address).status_code == 302

    def test_who_may_plan_nothing_sees_no_form(self, amer: Pool) -> None:
        factories.team(amer, 1)
        assert "Plan time off" in text(show(boss()))
        assert "Plan time off" not in text(show(factories.person(region="EMEA")))


@pytest.mark.parametrize(("role", "shown"), [("manager", True), ("advocate", False)])
def test_who_leads_is_led_to_how_the_team_goes(client: Client, role: str, shown: bool) -> None:
    factories.pool()
    client.force_login(factories.person(role))
    page = client.get(reverse("team", args=["amer"])).content.decode()
    assert (f"{reverse('dashboard', args=['team'])}?territory=amer" in page) is shown
