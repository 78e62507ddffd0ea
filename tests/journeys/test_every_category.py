"""A case of each category from its event to its closing in a real browser, by the keyboard alone, in both years."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import applying, keys
from accounts.models import Account, Person
from accounts.models.keys import Scope
from cases.models import Case
from routing import draining
from routing.triggers import catalogue, evaluation
from tests import factories

Open = Callable[..., Page]
MOST_TABS = 150

_FOCUSED = """() => {
  const at = document.activeElement;
  const labels = [...(at?.labels ?? [])].map((label) => label.innerText);
  const legend = at?.closest("fieldset")?.querySelector("legend")?.innerText;
  return [...labels, at?.ariaLabel, at?.innerText, at?.placeholder, at?.title, legend].filter(Boolean).join(" | ");
}"""
_OPTION = "() => [...(document.activeElement?.labels ?? [])].map((label) => label.innerText).join(' ').trim()"


@dataclass(frozen=True)
class Hands:
    """Both hands on the keyboard, and none on the mouse."""

    page: Page

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def go_to(self, words: str) -> None:
        """Tab on until what has the focus is called so."""
        for _ in range(MOST_TABS):
            if words in self.page.evaluate(_FOCUSED):
                return
            self.press("Tab")
        pytest.fail(f"Nothing called “{words}” can be reached by Tab.")

    def choose(self, option: str, *, of: str) -> None:
        """Choose an option of the group called `of`."""
        self.go_to(of)
        self.press("Space")
        for _ in range(20):
            if self.page.evaluate(_OPTION).startswith(option):
                return
            self.press("ArrowRight")
        pytest.fail(f"“{of}” has no option “{option}”.")

    def open_sheet(self, key: str, title: str) -> None:
        self.press(key)
        expect(self.page.get_by_role("dialog", name=title)).to_be_visible()

    def sent(self, title: str) -> None:
        expect(self.page.get_by_role("dialog", name=title)).to_be_hidden()


@dataclass(frozen=True, kw_only=True)
class Story:
    """What happens at the customer's, and how the case of it ends."""

    case_type: str
    event: str = ""
    account: dict[str, Any] = field(default_factory=dict)
    opportunity: dict[str, Any] | None = None
    action: str = "Answered Question"
    ending: str = "Resolved"
    churns: bool = False


STORIES = {
    "inbound": Story(case_type="contact_sales_request", event="sales.contact_requested"),
    "churn": Story(case_type="autorenewal_turned_off", event="subscription.auto_renew_off"),
    "expansion": Story(
        case_type="duo_trial_started", event="product.duo_trial_started", action="Growth Conversation"
    ),
    "urgent_renewal": Story(
        case_type="po_required",
        opportunity={"po_required": True},
        action="Completed Sales Assisted Order",
    ),
    "high_value": Story(
        case_type="high_value_account",
        account={"high_value": True},
        action="Request Not Possible",
        churns=True,
    ),
}


@pytest.fixture
def maya(transactional_db: None) -> Person:
    return factories.person(name="Maya Stone", initials="MS")


@pytest.mark.parametrize("year", ["fy26", "fy25"])
@pytest.mark.parametrize("category", STORIES)
def test_from_arrival_to_close_by_the_keyboard_alone(
    open_as: Open, live_server: LiveServer, settings: Any, maya: Person, category: str, year: str
) -> None:
    settings.PLAYBOOK = year
    story = STORIES[category]
    account = _customer(story, year=year, maya=maya)
    page = open_as(maya, "/cases/mine/")
    hands = Hands(page)

    _arrives(story, account, live_server)
    page.reload()
    if year == "fy25":
        hands.press("t")
        page.wait_for_url("**/cases/*/")
    else:
        hands.press("j")
        hands.press("o")
    case = Case.objects.get(case_type=story.case_type)
    page.wait_for_url(f"**/cases/{case.pk}/**")
    assert (case.category, case.playbook) == (category, year)

    _picks_up(hands, case)
    _logs_a_call(hands)
    if case.contact_id is None:
        _names_the_contact(hands)
    _closes(hands, story, case)
    case.refresh_from_db()
    assert (case.status, case.closed_at is not None) == ("resolved", True)


def _picks_up(hands: Hands, case: Case) -> None:
    hands.press("p")
    expect(hands.page.get_by_text(f"You picked {case.number} up.")).to_be_visible()
    expect(hands.page.get_by_role("heading", level=1)).to_be_focused()
    hands.press("n")
    expect(hands.page.get_by_placeholder("What happens next, and for whom")).to_be_focused()
    hands.type("Ask Jonas what they need this year")
    hands.press("Enter")
    expect(hands.page.get_by_text("MS Ask Jonas what they need this year").first).to_be_visible()
    expect(hands.page.get_by_placeholder("What happens next, and for whom")).to_be_focused()
    _leave_the_field(hands)


def _logs_a_call(hands: Hands) -> None:
    hands.open_sheet("e", "Log a touch")
    hands.choose("Call", of="How")
    hands.go_to("What it was about")
    hands.type("They told us all we asked for")
    hands.go_to("Log")
    hands.press("Enter")
    hands.sent("Log a touch")
    expect(hands.page.locator("#act-touch")).to_be_focused()


def _names_the_contact(hands: Hands) -> None:
    hands.go_to("Choose the contact")
    hands.press("Enter")
    expect(hands.page.get_by_role("dialog", name="Contact")).to_be_visible()
    hands.choose("Jonas Weber", of="Jonas Weber")
    hands.go_to("Save")
    hands.press("Enter")
    expect(hands.page.get_by_text("Contact: Jonas Weber")).to_be_visible()
    expect(hands.page.get_by_label("Choose the contact")).to_be_focused()


def _closes(hands: Hands, story: Story, case: Case) -> None:
    hands.open_sheet("c", "Close")
    hands.choose(story.ending, of="How it ends")
    hands.go_to("What was done")
    hands.type(story.action)
    hands.go_to("Feedback")
    hands.type("NA")
    if case.category == "inbound":
        hands.go_to("need is met")
        hands.press("Space")
    if story.churns:
        hands.go_to("certainly churn")
        hands.press("Space")
    if story.opportunity is not None:
        hands.choose("Closed Lost", of="Its opportunity")
        hands.go_to("Why it is lost")
        hands.type("They moved to another product")
    hands.go_to("Close case")
    hands.press("Enter")
    expect(hands.page.get_by_text(f"{case.number} is closed.")).to_be_visible()


def _leave_the_field(hands: Hands) -> None:
    """Keys of the page work again once no field has the focus."""
    hands.press("Escape")
    hands.press("Tab")


def _customer(story: Story, *, year: str, maya: Person) -> Account:
    """A customer whose renewal is near, and an advocate who has the territory to herself."""
    catalogue.load(now=timezone.now())
    territory = {"fy26": "amer", "fy25": "amer-apj"}[year]
    factories.member(factories.pool(territory, playbook=year), person=maya)
    today = timezone.now().date()
    account = factories.account(name="Northpeak Robotics", carr=9000, tier=1, lam=40, high_value=False)
    admin = factories.contact(account, name="Jonas Weber", email="jonas@northpeak.example")
    account.gitlab_admin = admin
    account.save()
    factories.subscription(account, renews_on=today + timedelta(days=200))
    if story.opportunity is not None:
        factories.opportunity(account, close_on=today + timedelta(days=40), risk="low", **story.opportunity)
    Account.objects.filter(pk=account.pk).update(**story.account)
    return account


def _arrives(story: Story, account: Account, live_server: LiveServer) -> None:
    now = timezone.now()
    if story.event:
        _push(story.event, account, live_server)
        applying.apply_pending(now=now)
        evaluation.evaluate_pending(now=now)
    else:
        evaluation.look_at_book(now=now)
    draining.drain_all(now=now)


def _push(kind: str, account: Account, live_server: LiveServer) -> None:
    """Send the event as the CRM does."""
    now = timezone.now()
    _, secret = keys.create(name="CRM", scopes=[Scope.EVENTS_WRITE], acts_for=None, now=now)
    event = {
        "specversion": "1.0",
        "source": "/crm",
        "id": "evt-1",
        "type": kind,
        "time": now.isoformat(),
        "data": {"account": account.external_id, "message": "Please call us about next year."},
    }
    answer = requests.post(
        f"{live_server.url}/api/events",
        json=event,
        headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/cloudevents+json"},
        timeout=60,
    )
    assert answer.status_code == 202, answer.text
