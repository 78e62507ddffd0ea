"""The door: by password, by the demo's buttons, and where it leads."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Person, Role
from tests import factories

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def maya() -> Person:
    person = factories.person(email="maya@example.com", name="Maya Stone")
    person.set_password(PASSWORD)
    person.save()
    return person


def enter(client: Client, **fields: str) -> Any:
    return client.post("/sign-in/", {"username": "maya@example.com", "password": PASSWORD, **fields})


def test_signs_in_whatever_the_case_of_the_address(client: Client, maya: Person) -> None:
    response = enter(client, username="Maya@Example.com")
    assert response["Location"] == "/"
    assert client.get("/")["Location"] == "/cases/mine/"


@pytest.mark.parametrize(
    "fields", [{"password": "wrong"}, {"username": "nobody@example.com"}, {"password": ""}]
)
def test_a_wrong_pair_is_told_politely_and_keeps_the_address(
    client: Client, maya: Person, fields: dict[str, str]
) -> None:
    response = enter(client, **fields)
    assert response.status_code == 422
    assert fields.get("username", "maya@example.com") in response.content.decode()
    assert client.get("/cases/mine/").status_code == 302


def test_somebody_who_left_hears_the_same_as_a_stranger(client: Client, maya: Person) -> None:
    maya.is_active = False
    maya.save()
    assert "do not fit together" in enter(client).content.decode()


def test_leads_back_to_the_page_that_was_asked_for(client: Client, maya: Person) -> None:
    asked = client.get("/cases/mine/?tab=later")["Location"]
    assert asked == "/sign-in/?next=/cases/mine/%3Ftab%3Dlater"
    assert enter(client, next="/cases/mine/?tab=later")["Location"] == "/cases/mine/?tab=later"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"],
)
def test_never_leads_elsewhere(client: Client, maya: Person, elsewhere: str) -> None:
    assert enter(client, next=elsewhere)["Location"] == "/"


def test_the_demo_has_a_button_for_each_role_that_somebody_has(client: Client, settings: Any) -> None:
    settings.DEMO = True
    for role in (Role.ADVOCATE, Role.MANAGER, Role.SALES_USER):
        factories.person(role)
    factories.person(Role.OPS, is_active=False)
    roles = [person.role for person in client.get("/sign-in/").context["demo"]]
    assert roles == [Role.ADVOCATE, Role.MANAGER]


def test_a_demo_button_signs_in_the_first_of_the_role(client: Client, settings: Any) -> None:
    settings.DEMO = True
    factories.person(is_active=False)
    first, _second = factories.person(), factories.person()
    assert client.post("/sign-in/demo/", {"role": "advocate"})["Location"] == "/"
    assert client.get("/cases/mine/").context["user"] == first


@pytest.mark.parametrize("role", ["sales_user", "ops", "nonsense", ""])
def test_a_demo_button_for_nobody_signs_nobody_in(client: Client, settings: Any, role: str) -> None:
    settings.DEMO = True
    factories.person(Role.SALES_USER)
    assert client.post("/sign-in/demo/", {"role": role})["Location"] == "/sign-in/"
    assert "_auth_user_id" not in client.session


def test_there_is_no_demo_door_outside_the_demo(client: Client, settings: Any, maya: Person) -> None:
    settings.DEMO = False
    assert client.post("/sign-in/demo/", {"role": "advocate"}).status_code == 404
    assert client.get("/sign-in/").context["demo"] == []


def test_signs_out_by_post_only(client: Client, maya: Person) -> None:
    client.force_login(maya)
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("role", "start"),
    [
        (Role.ADVOCATE, "/cases/mine/"),
        (Role.TEAM_LEAD, "/cases/mine/"),
        (Role.MANAGER, "/team/amer/"),
        (Role.OPS, "/cases/"),
        (Role.STAKEHOLDER, "/cases/filed/"),
        (Role.RENEWALS_MANAGER, "/cases/"),
    ],
)
def test_each_role_begins_its_day_where_its_work_is(client: Client, role: str, start: str) -> None:
    client.force_login(factories.person(role))
    assert client.get("/")["Location"] == start


def test_a_role_without_pages_is_told_so(client: Client) -> None:
    client.force_login(factories.person(Role.NEW_LOGO_AE))
    response = client.get("/")
    assert response.status_code == 200
    assert "New Logo AE" in response.content.decode()
