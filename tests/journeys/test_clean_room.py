"""Clean your room in a real browser: lines are put in order in place and leave, by script or without; Ops sweep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Person
from accounts.segments import crossing
from cases.models import Case
from tests import factories

PHONE = {"width": 390, "height": 844}
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 3

Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def maya(transactional_db: None) -> Person:
    factories.person("sales_user", region="AMER", name="AMER Sales")
    return factories.person(name="Maya Stone", initials="MS")


@pytest.fixture
def case(maya: Person) -> Case:
    """Its next step is overdue; its account, and an opportunity whose close date is past, stand in her name."""
    now, today = timezone.now() - timedelta(days=3), timezone.localdate()
    account = factories.account(name=LONG[:200], owner=maya)
    contact = factories.contact(account, name=LONG[:200])
    deal = factories.opportunity(account, name=LONG[:200], owner=maya, close_on=today - timedelta(days=4))
    return factories.case(
        owner=maya,
        account=account,
        contact_id=contact.pk,
        opportunity_id=deal.pk,
        now=now,
        columns={
            "picked_up_at": now,
            "status": "engaged",
            "next_steps": f"MS {LONG[:180]}",
            "next_steps_on": today - timedelta(days=3),
        },
    )


def test_a_line_is_put_in_order_in_place_and_leaves(
    open_as: Open, check_accessible: Check, maya: Person, case: Case
) -> None:
    page = open_as(maya, "/clean-your-room/")
    expect(page.locator("#rail .rail-link", has_text="Clean your room").locator(".rail-count")).to_have_text(
        "5"
    )
    check_accessible(page)
    part = page.locator("#room-step")
    part.get_by_role("link", name="Next step…").click()
    page.locator("#next-step-what").fill("Send the quote for 40 seats")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(part).to_have_count(0)
    expect(page.get_by_text("Next step saved.")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator("#room-accounts").get_by_role("button", name="Give back").click()
    expect(page.locator("#room-accounts")).to_have_count(0)
    expect(page.locator("#room-opportunities")).to_be_visible()
    case.refresh_from_db()
    assert case.next_steps.endswith("Send the quote for 40 seats")


def test_it_works_on_a_phone_in_the_dark_and_without_a_script(
    open_as: Open, check_accessible: Check, maya: Person, case: Case
) -> None:
    page = open_as(maya, "/clean-your-room/", viewport=PHONE, color_scheme="dark")
    check_accessible(page)
    plain = open_as(maya, "/clean-your-room/", java_script_enabled=False)
    plain.locator("#room-close_date").get_by_role("link", name="Close date…").click()
    plain.locator("input[name=close_on]").fill((timezone.localdate() + timedelta(days=30)).isoformat())
    plain.get_by_role("button", name="Save").click()
    expect(plain).to_have_url(page.url)
    expect(plain.locator("#room-close_date")).to_have_count(0)


def test_a_clean_room_is_a_pleasure(open_as: Open, check_accessible: Check, maya: Person) -> None:
    page = open_as(maya, "/clean-your-room/", viewport=PHONE)
    expect(page.get_by_text("Your room is clean.")).to_be_visible()
    check_accessible(page)


def test_ops_sweep_take_back_and_see_who_moves(
    open_as: Open, check_accessible: Check, maya: Person, case: Case
) -> None:
    factories.account(name=LONG[:200], carr=40_000, outgrew_on=timezone.now().date())
    crossing.settle(now=timezone.now())
    ops = factories.person("ops", name=LONG[:200])
    page = open_as(ops, "/ownership/", viewport=PHONE)
    check_accessible(page)
    page.get_by_role("button", name="Give 2 back").click()
    expect(page.get_by_text("2 given back to the Sales Users.")).to_be_visible()
    check_accessible(page)
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back").first).to_be_visible()
    check_accessible(page)
    for path in ("/segment-moves/", "/segment-moves/?tab=moved", "/clean-your-room/", "/ownership/"):
        wide = open_as(ops, path, color_scheme="dark")
        check_accessible(wide)
