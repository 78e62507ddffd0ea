"""A case from arrival to close in a real browser: by the keyboard alone, on a phone, dark, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Person, Role
from cases import details, lifecycle
from cases.models import Case
from cases.talk import commenting
from tests import factories

PHONE = {"width": 390, "height": 844}
LONG_NAME = "A customer whose name was merged out of those of eleven others and never got any shorter " * 2

Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def maya(transactional_db: None) -> Person:
    person = factories.person(name="Maya Stone", initials="MS")
    factories.member(factories.pool(), person=person)
    return person


@pytest.fixture
def theo(maya: Person) -> Person:
    person = factories.person(name="Theo Brandt")
    factories.member(factories.pool(), person=person)
    return person


@pytest.fixture
def case(maya: Person) -> Case:
    account = factories.account(name="Northpeak Robotics")
    factories.contact(account, name="Jonas Weber", email="jonas@northpeak.example")
    return factories.case(
        owner=maya,
        account=account,
        context="They started a Duo trial.",
        cta="Ask what they try it for.",
        now=timezone.now() - timedelta(hours=2),
    )


def test_from_arrival_to_close_by_the_keyboard_alone(open_as: Open, maya: Person, case: Case) -> None:
    page = open_as(maya, f"/cases/{case.pk}/")
    keyboard = page.keyboard

    keyboard.press("p")
    expect(page.get_by_text("Attempting", exact=True).first).to_be_visible()
    expect(page.get_by_text(f"You picked {case.number} up.")).to_be_visible()

    keyboard.press("n")
    expect(page.get_by_placeholder("What happens next, and for whom")).to_be_focused()
    keyboard.type("Ask Jonas what they try Duo for")
    keyboard.press("Enter")
    expect(page.get_by_text("MS Ask Jonas what they try Duo for").first).to_be_visible()
    expect(page.get_by_placeholder("What happens next, and for whom")).to_be_focused()

    keyboard.press("Tab")
    page.get_by_role("heading", name="Duo Trial Started").evaluate("node => document.activeElement.blur()")
    keyboard.press("e")
    dialog = page.get_by_role("dialog", name="Log a touch")
    expect(dialog).to_be_visible()
    keyboard.press("ArrowRight")
    keyboard.press("Tab")
    keyboard.press("ArrowRight")
    keyboard.press("Tab")
    keyboard.type("They want 40 seats")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("answered by phone").first).to_be_visible()
    expect(page.locator("#act-touch")).to_be_focused()

    page.get_by_label("Choose the contact").press("Enter")
    expect(page.get_by_role("dialog", name="Contact")).to_be_visible()
    keyboard.press("Space")
    page.get_by_role("dialog", name="Contact").get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Contact: Jonas Weber")).to_be_visible()
    expect(page.get_by_label("Choose the contact")).to_be_focused()

    keyboard.press("c")
    dialog = page.get_by_role("dialog", name="Close")
    expect(dialog.get_by_text("Choose how the case ends.")).to_be_visible()
    keyboard.press("Space")
    expect(dialog.get_by_text("Choose how the case ends.")).to_be_hidden()
    keyboard.press("Tab")
    keyboard.type("Answered")
    keyboard.press("Tab")
    keyboard.type("NA")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(page.get_by_text("How it ended")).to_be_visible()
    expect(page.get_by_text(f"{case.number} is closed.")).to_be_visible()
    case.refresh_from_db()
    assert (case.status, case.feedback) == ("resolved", "NA")


def test_a_refused_step_is_kept_with_the_focus_in_it(open_as: Open, maya: Person, case: Case) -> None:
    page = open_as(maya, f"/cases/{case.pk}/")
    page.keyboard.press("n")
    page.keyboard.type("contact")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Say what will be done and for whom")).to_be_visible()
    field = page.get_by_placeholder("What happens next, and for whom")
    expect(field).to_have_value("contact")
    expect(field).to_be_focused()


def test_a_page_that_is_behind_is_told_and_applies_with_one_click(
    open_as: Open, maya: Person, case: Case
) -> None:
    page = open_as(maya, f"/cases/{case.pk}/")
    commenting.comment(case_id=case.pk, text="They called.", by=maya, now=timezone.now())
    page.get_by_placeholder("What happens next, and for whom").fill("Send the quote for 40 seats")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("has changed since you opened it")).to_be_visible()
    expect(page.get_by_text("Maya Stone commented.")).to_be_visible()
    page.get_by_role("button", name="Apply anyway").click()
    expect(page.get_by_text("MS Send the quote for 40 seats").first).to_be_visible()


def test_escape_closes_a_dialog_and_the_focus_returns(open_as: Open, maya: Person, case: Case) -> None:
    page = open_as(maya, f"/cases/{case.pk}/")
    for key, name, opener in [("l", "Later", "#act-later"), ("h", "Hand over", "#act-more")]:
        page.locator(opener).focus()
        page.keyboard.press(key)
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog", name=name)).to_be_hidden()
        expect(page.locator(opener)).to_be_focused()


def test_hands_over_and_becomes_a_reader(open_as: Open, maya: Person, theo: Person, case: Case) -> None:
    page = open_as(maya, f"/cases/{case.pk}/")
    page.keyboard.press("h")
    dialog = page.get_by_role("dialog", name="Hand over")
    dialog.get_by_label("Theo Brandt").check()
    dialog.get_by_label("Why it changes hands").fill("Speaks German")
    dialog.get_by_role("button", name="Hand over").click()
    expect(page.get_by_text("Theo Brandt works this case.")).to_be_visible()
    expect(page.locator("#act-close")).to_have_count(0)


def test_put_off_in_two_clicks(open_as: Open, maya: Person, case: Case) -> None:
    page = open_as(maya, f"/cases/{case.pk}/")
    page.get_by_role("link", name="Later…").click()
    page.get_by_role("dialog", name="Later").get_by_role("button", name="In 6 months").click()
    expect(page.get_by_text("put off until")).to_be_visible()
    expect(page.get_by_text("Talk again in 6 months, as the customer asked").first).to_be_visible()
    expect(page.get_by_text("0 of 50")).to_be_visible()


def test_works_without_javascript(open_as: Open, maya: Person, case: Case) -> None:
    page = open_as(maya, f"/cases/{case.pk}/", java_script_enabled=False)
    page.get_by_role("button", name="Pick up").click()
    expect(page.get_by_text(f"You picked {case.number} up.")).to_be_visible()
    page.get_by_role("link", name="Close…").click()
    expect(page.get_by_role("heading", name="Close", level=1)).to_be_visible()
    page.get_by_label("Resolved").check()
    page.get_by_role("button", name="Close case").click()
    expect(page.get_by_text("It cannot be closed yet")).to_be_visible()
    expect(page.get_by_text("Add the contact it was resolved with.")).to_be_visible()
    page.get_by_role("link", name="choose").click()
    page.get_by_label("Jonas Weber").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Contact saved.")).to_be_visible()


@pytest.fixture
def worked(maya: Person) -> Case:
    """Everything a case's page can show, of a customer with a very long name."""
    account = factories.account(name=LONG_NAME[:180])
    contact = factories.contact(account, name=LONG_NAME[:120])
    opportunity = factories.opportunity(account, name=LONG_NAME[:150])
    factories.subscription(account)
    now = timezone.now()
    case = factories.case(
        owner=maya,
        account=account,
        contact_id=contact.pk,
        opportunity_id=opportunity.pk,
        context=LONG_NAME,
        cta=LONG_NAME,
        description=LONG_NAME,
        now=now - timedelta(days=20),
    )
    lifecycle.pick_up(case_id=case.pk, by=maya, now=now - timedelta(days=6))
    details.log_activity(case_id=case.pk, kind="email", what=LONG_NAME, by=maya, now=now)
    factories.case(account=account, case_type="customer_mql")
    return case


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [None, PHONE], ids=["laptop", "phone"])
def test_the_case_is_accessible(
    open_as: Open, check_accessible: Check, maya: Person, worked: Case, viewport: object, scheme: str
) -> None:
    options = {"color_scheme": scheme, **({"viewport": viewport} if viewport else {})}
    page = open_as(maya, f"/cases/{worked.pk}/", **options)
    check_accessible(page)
    for key in ("e", "l", "h", "c", "?"):
        page.keyboard.press(key)
        expect(page.locator("dialog[open]")).to_be_visible()
        check_accessible(page)
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
    for form in ("close", "later", "touch", "contact", "opportunity", "hand-over", "next-steps"):
        page.goto(page.url.split("/cases/")[0] + f"/cases/{worked.pk}/{form}/")
        check_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [None, PHONE], ids=["laptop", "phone"])
def test_account_and_team_are_accessible(
    open_as: Open, check_accessible: Check, maya: Person, worked: Case, viewport: object, scheme: str
) -> None:
    factories.event("sales.contact_requested", worked.account)
    factories.lead(worked.account)
    factories.time_off(factories.member(factories.pool()).person, ends_on=timezone.now().date())
    factories.cases(3)
    options = {"color_scheme": scheme, **({"viewport": viewport} if viewport else {})}
    page = open_as(factories.person(Role.MANAGER), "/team/amer/", **options)
    check_accessible(page)
    page.get_by_text("Plan time off").click()
    check_accessible(page)
    site = page.url.split("/team/")[0]
    for address in (
        "/accounts/",
        f"/accounts/{worked.account_id}/",
        f"/accounts/{worked.account_id}/events/",
    ):
        page.goto(site + address)
        check_accessible(page)
