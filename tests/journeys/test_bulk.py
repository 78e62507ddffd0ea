"""One act on many cases by the keyboard: chosen, previewed, carried out, undone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Person
from cases import lifecycle, together
from cases.models import Case
from tests import factories

PHONE = {"width": 390, "height": 844}
Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture(autouse=True)
def _time_to_undo(settings: Any) -> None:
    settings.BULK_UNDO_SECONDS = 3600


@pytest.fixture
def maya(transactional_db: None) -> Person:
    return factories.person(name="Maya Stone", initials="MS")


@pytest.fixture
def desk(maya: Person) -> list[Case]:
    """Three in hand: two with their contact, and the last, which came last, without."""
    now, made = timezone.now(), []
    for hours in (3, 2, 1):
        account = factories.account()
        contact = factories.contact(account) if hours > 1 else None
        opened = now - timedelta(hours=hours)
        made.append(
            factories.case(
                owner=maya, account=account, contact_id=contact.pk if contact else None, now=opened
            )
        )
    together.each(lifecycle.PickUp(by=maya, now=now), [case.pk for case in made])
    return made


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focus_by_tab(page: Page, name: str) -> None:
    """Tab on until the button of this name has the focus."""
    button = page.get_by_role("button", name=name, exact=True)
    for _ in range(40):
        if button.evaluate("it => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not come to {name}")


def result_of(page: Page, case: Case) -> Page:
    return page.get_by_role("row").filter(has_text=case.number)


def test_closes_many_by_keys_and_takes_it_back(
    open_as: Open, check_accessible: Check, maya: Person, desk: list[Case]
) -> None:
    page = open_as(maya, "/cases/mine/")
    expect(page.get_by_role("group", name="With the selected cases")).to_be_hidden()
    press(page, "j", "x", "j", "x", "j", "x", "b")
    expect(page.get_by_text("3 selected")).to_be_visible()
    focus_by_tab(page, "Close…")
    press(page, "Enter")

    expect(page.get_by_role("heading", name="Close: 3 cases")).to_be_visible()
    page.get_by_label("How they end").press("C")
    page.get_by_label("What was done").press("N")
    page.get_by_label("Feedback").fill("NA")
    focus_by_tab(page, "Preview")
    press(page, "Enter")

    expect(page.get_by_text("2 will be closed. 1 will not.")).to_be_visible()
    expect(result_of(page, desk[0])).to_contain_text("Will go through")
    expect(result_of(page, desk[2])).to_contain_text("Add the contact it was resolved with.")
    expect(page.get_by_role("row").nth(1)).to_contain_text(desk[2].number)  # what will not go stands first
    check_accessible(page)
    assert Case.objects.closed().count() == 0
    focus_by_tab(page, "Close 2")
    press(page, "Enter")

    expect(page.get_by_text("2 cases were closed. 1 was not.")).to_be_visible()
    expect(result_of(page, desk[1])).to_contain_text("Done")
    expect(result_of(page, desk[2])).to_contain_text("No")
    check_accessible(page)
    assert Case.objects.closed().count() == 2
    focus_by_tab(page, "Undo")
    press(page, "Enter")

    expect(page.get_by_text("2 of 2 are as before.")).to_be_visible()
    expect(result_of(page, desk[0])).to_contain_text("Undone")
    assert Case.objects.closed().count() == 0


def test_picks_up_and_undoes_it_on_the_list(
    open_as: Open, check_accessible: Check, maya: Person, desk: list[Case]
) -> None:
    fresh = factories.case(owner=maya, now=timezone.now())
    page = open_as(maya, "/cases/mine/?tab=to_pick_up")
    press(page, "j", "p")
    expect(page.get_by_text(f"{fresh.number} is picked up.")).to_be_visible()
    check_accessible(page)
    press(page, "z")
    expect(page.get_by_text("1 of 1 is as before.")).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(1)
    assert Case.objects.get(pk=fresh.pk).picked_up_at is None


def test_the_bar_of_a_search_on_a_phone(
    open_as: Open, check_accessible: Check, maya: Person, desk: list[Case]
) -> None:
    page = open_as(maya, "/search/?q=a+duo", viewport=PHONE)
    page.get_by_label(f"Select {desk[0].number}").check()
    expect(page.get_by_text("1 selected")).to_be_visible()
    check_accessible(page)
    page.get_by_role("button", name="Next step…").click()
    page.get_by_label("Next step").fill("Send the quote for 40 seats")
    page.get_by_label("When").fill((timezone.localdate() + timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Next step 1").click()
    expect(page.get_by_text("1 case was given a next step.")).to_be_visible()
    check_accessible(page)
    page.get_by_role("link", name="Back to the list").click()
    expect(page.get_by_role("heading", name="Found for “a duo”")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("1 of 1 is as before.")).to_be_visible()


def test_without_javascript_it_goes_the_same_way(open_as: Open, maya: Person, desk: list[Case]) -> None:
    page = open_as(maya, f"/accounts/{desk[0].account_id}/", java_script_enabled=False)
    page.get_by_label(f"Select {desk[0].number}").check()
    page.get_by_role("button", name="Later…").click()
    page.get_by_label("Until").fill((timezone.localdate() + timedelta(days=30)).isoformat())
    page.get_by_label("What happens then").fill("Ask whether the budget has come")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Later 1").click()
    expect(page.get_by_text("1 case was put off.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("1 of 1 is as before.")).to_be_visible()
