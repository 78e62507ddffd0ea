"""An advocate's list in a real browser: by keys, on a phone, live, and without JavaScript."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Person
from cases import lifecycle
from cases.models import Case
from tests import factories

PHONE = {"width": 390, "height": 844}
LONG_NAME = "A customer whose name was merged out of those of eleven others and never got any shorter " * 2

Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def maya(transactional_db: None) -> Person:
    return factories.person(name="Maya Stone", initials="MS")


@pytest.fixture
def desk(maya: Person) -> list[Case]:
    """Three to pick up, the second of a customer with a very long name, and one worked and late."""
    now = timezone.now()
    customers = [factories.account(name="Northpeak Robotics"), factories.account(name=LONG_NAME[:180])]
    given = [
        factories.case(owner=maya, account=customers[0], now=now - timedelta(hours=3)),
        factories.case(owner=maya, account=customers[1], now=now - timedelta(hours=2)),
        factories.case(owner=maya, now=now - timedelta(hours=1)),
    ]
    late = factories.case(owner=maya, now=now - timedelta(days=20))
    lifecycle.pick_up(case_id=late.pk, by=maya, now=now)
    return [late, *given]


def test_moves_selects_and_picks_up_by_keys(open_as: Open, maya: Person, desk: list[Case]) -> None:
    page = open_as(maya, "/cases/mine/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Pick up 2")).to_be_enabled()
    page.keyboard.press("p")
    expect(page.get_by_text("2 cases are picked up.")).to_be_visible()
    expect(page.get_by_role("link", name="To pick up 1")).to_be_visible()


def test_opens_the_case_that_it_stands_on(open_as: Open, maya: Person, desk: list[Case]) -> None:
    page = open_as(maya, "/cases/mine/")
    page.keyboard.press("k")
    page.keyboard.press("k")
    page.keyboard.press("o")
    page.wait_for_url(f"**/cases/{desk[2].pk}/")


def test_searches_with_a_slash_and_leaves_with_escape(open_as: Open, maya: Person, desk: list[Case]) -> None:
    page = open_as(maya, "/cases/mine/")
    page.keyboard.press("/")
    field = page.get_by_role("searchbox", name="Search cases, accounts, people")
    expect(field).to_be_focused()
    page.keyboard.type("jx")  # letters are letters here
    expect(field).to_have_value("jx")
    page.keyboard.press("Escape")
    expect(field).not_to_be_focused()


def test_shows_the_keys_and_gives_the_focus_back(open_as: Open, maya: Person, desk: list[Case]) -> None:
    page = open_as(maya, "/cases/mine/")
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    expect(page.locator("[data-open]").first).to_be_focused()


def test_a_new_case_slides_in_and_the_counts_move(open_as: Open, maya: Person, desk: list[Case]) -> None:
    page = open_as(maya, "/cases/mine/?sort=newest")
    page.get_by_label(f"Select {desk[0].number}").check()
    fresh = factories.case(owner=maya, subject="Contact sales", now=timezone.now())
    row = page.locator("[data-row]", has_text=fresh.number)
    expect(row.get_by_text("Just in")).to_be_visible()
    expect(page.get_by_role("link", name="In hand 5")).to_be_visible()
    expect(page.get_by_text("5 of 50")).to_be_visible()
    expect(page.get_by_label(f"Select {desk[0].number}")).to_be_checked()
    expect(page.get_by_role("status").filter(has_text="1 new case")).to_have_count(1)
    fresh_again = factories.case(owner=maya, subject="Contact sales again", now=timezone.now())
    expect(page.locator("[data-row]", has_text=fresh_again.number)).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(6)


def test_the_first_case_replaces_the_empty_page(open_as: Open, maya: Person) -> None:
    page = open_as(maya, "/cases/mine/")
    expect(page.get_by_text("Nothing in hand.")).to_be_visible()
    fresh = factories.case(owner=maya, now=timezone.now())
    expect(page.locator("[data-row]", has_text=fresh.number)).to_be_visible()
    expect(page.get_by_role("link", name="My cases 1").first).to_be_visible()


def test_filters_are_in_the_address(open_as: Open, maya: Person, desk: list[Case]) -> None:
    page = open_as(maya, "/cases/mine/")
    page.locator("summary", has_text="Account").click()
    page.get_by_label("Account begins with").fill("northpeak")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?account=northpeak$"))
    page.get_by_role("link", name="Clear Account").click()
    expect(page.locator("[data-row]")).to_have_count(4)
    page.go_back()
    expect(page.locator("[data-row]")).to_have_count(1)


def test_works_without_javascript(open_as: Open, maya: Person, desk: list[Case]) -> None:
    page = open_as(maya, "/cases/mine/", java_script_enabled=False)
    page.get_by_role("link", name="To pick up 3").click()
    page.get_by_label(f"Select {desk[1].number}").check()
    page.get_by_role("button", name="Pick up", exact=True).click()
    expect(page.get_by_text(f"{desk[1].number} is picked up.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?tab=to_pick_up$"))


def test_who_was_signed_out_meanwhile_is_asked_to_sign_in(open_as: Open, maya: Person) -> None:
    page = open_as(maya, "/cases/mine/?sort=newest")
    page.context.clear_cookies()
    page.wait_for_url("**/sign-in/?next=*")
    expect(page.get_by_label("E-mail")).to_be_visible()


def test_dark_stays_dark_from_the_first_paint(open_as: Open, maya: Person, desk: list[Case]) -> None:
    page = open_as(maya, "/cases/mine/")
    page.locator("summary[aria-label^='You:']").click()
    page.get_by_text("Dark", exact=True).click()
    page.reload(wait_until="commit")
    page.wait_for_selector("body", state="attached")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [None, PHONE], ids=["laptop", "phone"])
def test_is_accessible(
    open_as: Open,
    check_accessible: Check,
    maya: Person,
    desk: list[Case],
    scheme: str,
    viewport: dict[str, int],
) -> None:
    options = {"color_scheme": scheme} | ({"viewport": viewport} if viewport else {})
    page = open_as(maya, "/cases/mine/", **options)
    check_accessible(page)
    for path in ("/cases/mine/?tab=later", "/cases/mine/?status=nonsense&q=zz", "/cases/", "/search/?q=n"):
        page.goto(page.url.split("/cases/")[0].split("/search/")[0] + path)
        check_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_open_menus_and_dialogs_are_accessible(
    open_as: Open, check_accessible: Check, maya: Person, desk: list[Case], scheme: str
) -> None:
    page = open_as(maya, "/cases/mine/", color_scheme=scheme)
    page.locator("summary", has_text="Status").click()
    check_accessible(page)
    page.keyboard.press("Escape")
    page.locator("summary[aria-label^='You:']").click()
    check_accessible(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    check_accessible(page)
