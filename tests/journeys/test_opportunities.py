"""The sheets on opportunities, leads and requests in a real browser, opened and sent by the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Account, Lead, Opportunity, Person, Role
from cases import lifecycle
from cases.escalating import asking
from cases.models import Case, Escalation, EscalationKind
from tests import factories
from tests.journeys.test_every_category import Hands

PHONE = {"width": 390, "height": 844}

Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def maya(transactional_db: None) -> Person:
    return factories.person(name="Maya Stone", initials="MS")


@pytest.fixture
def account(maya: Person) -> Account:
    """A customer with a renewal that was won last year, and Jonas, who administers nothing yet."""
    made = factories.account(name="Northpeak Robotics")
    factories.contact(made, name="Jonas Weber", email="jonas@northpeak.example", title="Head of IT")
    won = {"stage": "closed_won", "users": 40, "plan": "premium", "amount": 9280}
    factories.opportunity(
        made, name="Renewal 2025", close_on=timezone.localdate() - timedelta(days=300), **won
    )
    return made


def worked(maya: Person, account: Account, **fields: Any) -> Case:
    now = timezone.now() - timedelta(hours=2)
    made = factories.case(owner=maya, now=now, account=account, **fields)
    lifecycle.pick_up(case_id=made.pk, by=maya, now=now)
    return Case.objects.get(pk=made.pk)


def on_renewal(maya: Person, account: Account) -> Case:
    renewal = factories.opportunity(account, name="Renewal 2026", amount=9280)
    return worked(maya, account, opportunity_id=renewal.pk)


def open_by_link(hands: Hands, words: str, title: str) -> None:
    hands.go_to(words)
    hands.press("Enter")
    expect(hands.page.get_by_role("dialog", name=title)).to_be_visible()


def test_an_add_on_is_made_from_the_last_renewal(
    open_as: Open, check_accessible: Check, maya: Person, account: Account
) -> None:
    case = worked(maya, account)
    page = open_as(maya, f"/cases/{case.pk}/")
    hands = Hands(page)
    open_by_link(hands, "New opportunity", "New opportunity")
    check_accessible(page)
    expect(page.get_by_text("Filled in from Renewal 2025")).to_be_visible()
    expect(page.get_by_label("Users")).to_have_value("40")
    hands.go_to("Amount")
    hands.type("2400")
    page.get_by_label("Expected to close").fill(timezone.localdate().isoformat())
    hands.go_to("Make it")
    hands.press("Enter")
    hands.sent("New opportunity")
    expect(page.get_by_text("Made, and linked to the case.")).to_be_visible()
    made = Opportunity.objects.get(kind="add_on")
    assert (made.amount, made.users, Case.objects.get().opportunity) == (2400, 40, made)


def test_what_is_missing_is_said_in_the_sheet_and_what_was_typed_is_kept(
    open_as: Open, check_accessible: Check, maya: Person, account: Account
) -> None:
    case = worked(maya, account)
    page = open_as(maya, f"/cases/{case.pk}/")
    hands = Hands(page)
    open_by_link(hands, "New opportunity", "New opportunity")
    page.get_by_label("Name", exact=False).last.fill("Forty more seats")
    page.locator("#act-new-save").click()
    expect(page.locator("#form-new .field-error").first).to_be_visible()
    expect(page.get_by_label("Name", exact=False).last).to_have_value("Forty more seats")
    check_accessible(page)


def test_it_is_won_with_the_gitlab_admin_named_in_the_same_step(
    open_as: Open, check_accessible: Check, maya: Person, account: Account
) -> None:
    case = on_renewal(maya, account)
    page = open_as(maya, f"/cases/{case.pk}/")
    hands = Hands(page)
    open_by_link(hands, "Close the opportunity as won", "Close as won")
    check_accessible(page)
    hands.choose("Jonas Weber", of="Jonas Weber")
    hands.go_to("Close as won")
    hands.press("Enter")
    expect(page.get_by_text("The opportunity is closed as won.")).to_be_visible()
    account.refresh_from_db()
    assert account.gitlab_admin is not None
    assert (account.gitlab_admin.name, Opportunity.objects.get(name="Renewal 2026").stage) == (
        "Jonas Weber",
        "closed_won",
    )


def test_where_nobody_is_known_it_says_that_it_cannot_be_won(
    open_as: Open, check_accessible: Check, maya: Person
) -> None:
    case = on_renewal(maya, factories.account())
    page = open_as(maya, f"/cases/{case.pk}/")
    open_by_link(Hands(page), "Close the opportunity as won", "Close as won")
    expect(page.get_by_text("This account has no contacts yet.")).to_be_visible()
    expect(page.locator("#act-won-save")).to_have_count(0)
    check_accessible(page)


def test_it_is_lost_with_its_reason(
    open_as: Open, check_accessible: Check, maya: Person, account: Account
) -> None:
    case = on_renewal(maya, account)
    page = open_as(maya, f"/cases/{case.pk}/")
    hands = Hands(page)
    open_by_link(hands, "Close the opportunity as lost", "Close as lost")
    page.locator("#form-fields button[type=submit], dialog button[type=submit]").last.click()
    expect(page.get_by_text("Say in a few words why it is lost.")).to_be_visible()
    check_accessible(page)
    hands.go_to("Why it is lost")
    hands.type("They moved to another product")
    hands.go_to("Close as lost")
    hands.press("Enter")
    expect(page.get_by_text("The opportunity is closed as lost.")).to_be_visible()
    assert Opportunity.objects.get(name="Renewal 2026").lost_reason == "They moved to another product"


@pytest.mark.parametrize(("net_arr", "status"), [("Yes", "converted"), ("No", "disqualified")])
def test_two_questions_decide_on_a_lead(
    open_as: Open, check_accessible: Check, maya: Person, account: Account, net_arr: str, status: str
) -> None:
    lead = factories.lead(account, name="Ida Nilsen", email="ida@northpeak.example")
    case = worked(maya, account, case_type="customer_mql", lead_id=lead.pk)
    page = open_as(maya, f"/cases/{case.pk}/")
    hands = Hands(page)
    open_by_link(hands, "Convert or disqualify the lead", "Lead")
    check_accessible(page)
    hands.choose("Yes", of="Do they work at Northpeak Robotics?")
    hands.press("Tab")
    hands.choose(net_arr, of="Is there net ARR in it?")
    hands.go_to("Decide")
    hands.press("Enter")
    expect(page.get_by_text("The lead is settled.")).to_be_visible()
    assert Lead.objects.get().status == status


def test_a_first_order_goes_to_mid_market(
    open_as: Open, check_accessible: Check, maya: Person, account: Account
) -> None:
    first = factories.opportunity(account, name="First order", kind="first_order", stage="1_discovery")
    case = worked(maya, account, case_type="fo_opp", opportunity_id=first.pk)
    page = open_as(maya, f"/cases/{case.pk}/")
    hands = Hands(page)
    page.locator("#act-more").focus()
    hands.press("Enter")
    open_by_link(hands, "It is Mid-Market’s", "It is Mid-Market’s")
    expect(page.get_by_text("Loop them in on the opportunity first")).to_be_visible()
    check_accessible(page)
    hands.go_to("Mid-Market AE")
    hands.type("Ida Nilsen")
    hands.go_to("Close as Duplicate")
    hands.press("Enter")
    expect(page.get_by_text("Mid-Market has it.")).to_be_visible()
    case.refresh_from_db()
    assert (case.status, case.duplicate_of) == ("duplicate", None)


def test_a_manager_answers_what_was_asked(
    open_as: Open, check_accessible: Check, maya: Person, account: Account
) -> None:
    boss = factories.person(Role.MANAGER, name="Anna Berg", region="AMER")
    case = worked(maya, account)
    kind = EscalationKind.SOLUTIONS_ARCHITECT
    asking.ask(
        case_id=case.pk,
        kind=kind,
        reason="Runners on their own hardware " * 20,
        by=maya,
        now=timezone.now(),
    )
    page = open_as(boss, "/requests/")
    expect(page.locator("#rail").get_by_role("link", name="Requests 1")).to_be_visible()
    check_accessible(page)
    page.get_by_role("button", name="Decline").click()
    expect(page.locator("#waiting .note")).to_be_visible()
    check_accessible(page)
    page.get_by_label(f"Answer on {case.number}").fill("Friday, with Theo")
    page.get_by_role("button", name="Grant").click()
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    expect(page.get_by_text("Friday, with Theo")).to_be_visible()
    assert Escalation.objects.get().state == "granted"


@pytest.mark.parametrize("viewport", [None, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_the_sheets(
    open_as: Open,
    check_accessible: Check,
    maya: Person,
    account: Account,
    viewport: dict[str, int] | None,
    scheme: str,
) -> None:
    case = on_renewal(maya, account)
    options = {"color_scheme": scheme, **({"viewport": viewport} if viewport else {})}
    page = open_as(maya, f"/cases/{case.pk}/", **options)
    for sheet in ("#act-opportunity-new", "#act-opportunity-won", "#act-opportunity-lost", "#act-risk"):
        page.locator(sheet).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        check_accessible(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
