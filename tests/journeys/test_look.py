"""The door, the components and what is said when something is not there, under axe in both themes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role
from tests import factories

PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1440, "height": 900}
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("scheme", ["light", "dark"]),
    pytest.mark.parametrize("viewport", [LAPTOP, PHONE], ids=["laptop", "phone"]),
]


def test_the_door_is_accessible(
    open_as: Callable[..., Page],
    check_accessible: Callable[[Page], None],
    scheme: str,
    viewport: dict[str, int],
) -> None:
    page = open_as(None, "/sign-in/", color_scheme=scheme, viewport=viewport)
    check_accessible(page)


def test_every_component_is_accessible_in_every_state(
    open_as: Callable[..., Page],
    check_accessible: Callable[[Page], None],
    scheme: str,
    viewport: dict[str, int],
) -> None:
    page = open_as(factories.person(Role.OPS), "/styleguide/", color_scheme=scheme, viewport=viewport)
    check_accessible(page)
    page.get_by_role("button", name="Open the dialog").click()
    expect(page.get_by_role("dialog", name="Close this case")).to_be_visible()
    check_accessible(page)


def test_the_page_of_the_api_is_accessible_with_all_of_it_open(
    open_as: Callable[..., Page],
    check_accessible: Callable[[Page], None],
    scheme: str,
    viewport: dict[str, int],
) -> None:
    page = open_as(None, "/api/docs", color_scheme=scheme, viewport=viewport)
    check_accessible(page)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    check_accessible(page)
