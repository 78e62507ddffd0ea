"""Tasks in a real browser: from a case, on their page and above My cases; and the page of the calendar's address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import requests
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Person
from cases import lifecycle
from cases.agenda import tasks
from cases.agenda.tasks import Plan
from cases.models import Case, Task
from tests import factories

PHONE = {"width": 390, "height": 844}
LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz " * 4

Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def maya(transactional_db: None) -> Person:
    return factories.person(name="Maya Stone", initials="MS")


@pytest.fixture
def case(maya: Person) -> Case:
    now = timezone.now() - timedelta(hours=2)
    made = factories.case(owner=maya, now=now, account=factories.account(name="Northpeak Robotics"))
    lifecycle.pick_up(case_id=made.pk, by=maya, now=now)
    return Case.objects.get(pk=made.pk)


def keep(maya: Person, what: str, *, days: int = 0, case: Case | None = None) -> Task:
    due_on = timezone.localdate() + timedelta(days=days)
    plan = Plan(what=what, due_on=due_on, case_id=case.pk if case else None)
    return tasks.add(plan=plan, by=maya, now=timezone.now())


def test_one_is_added_on_a_case_by_the_keyboard_and_ticked_off_where_it_is_due(
    open_as: Open, check_accessible: Check, maya: Person, case: Case
) -> None:
    page = open_as(maya, f"/cases/{case.pk}/")
    page.keyboard.press("t")
    expect(page.locator("#task-what")).to_be_focused()
    page.keyboard.type("Ask Jonas for the PO")
    page.keyboard.press("Enter")
    panel = page.locator("#case-tasks")
    expect(panel.get_by_role("link", name="Ask Jonas for the PO")).to_be_visible()
    expect(page.locator("#task-what")).to_have_value("")
    check_accessible(page)

    page.goto(page.url.replace(f"/cases/{case.pk}/", "/cases/mine/"))
    above = page.locator("#my-tasks")
    expect(above.get_by_role("link", name="Ask Jonas for the PO")).to_be_visible()
    above.get_by_role("button", name="Done: Ask Jonas for the PO").click()
    expect(above.get_by_role("link", name="Ask Jonas for the PO")).to_have_count(0)
    assert Task.objects.get().done_at is not None


def test_without_words_it_says_so_in_place(open_as: Open, maya: Person, case: Case) -> None:
    page = open_as(maya, f"/cases/{case.pk}/")
    page.locator("#task-what").press("Enter")
    expect(page.locator("#task-wrong")).to_contain_text("Say what is to be done.")
    assert not Task.objects.exists()


def test_its_account_is_found_while_one_types(
    open_as: Open, check_accessible: Check, maya: Person, case: Case
) -> None:
    factories.account(name="Nordwind GmbH", external_id="001N")
    page = open_as(maya, "/tasks/")
    page.get_by_label("What", exact=False).first.fill("Read their report")
    page.get_by_role("combobox", name="Account").press_sequentially("nor")
    offered = page.locator("#task-accounts option")
    expect(offered).to_have_count(2)
    check_accessible(page)
    page.get_by_role("combobox", name="Account").fill("Northpeak Robotics")
    page.get_by_role("button", name="Add task").click()
    expect(page.locator(".task-more", has_text="Northpeak Robotics")).to_be_visible()
    assert Task.objects.get().account == case.account


def test_it_is_changed_removed_and_put_back(open_as: Open, maya: Person, case: Case) -> None:
    keep(maya, "Call Petra", case=case)
    page = open_as(maya, "/tasks/")
    page.get_by_role("link", name="Call Petra").click()
    page.get_by_label("What", exact=False).first.fill("Call Petra again")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Remove: Call Petra again").click()
    expect(page.get_by_text("Removed: Call Petra again")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Call Petra again")).to_be_visible()
    page.get_by_role("button", name="Done: Call Petra again").click()
    page.get_by_role("link", name="Done", exact=True).click()
    expect(page.get_by_role("link", name="Call Petra again")).to_be_visible()


def test_the_calendar_s_address_is_shown_once_read_without_signing_in_and_revoked(
    open_as: Open, check_accessible: Check, maya: Person, case: Case
) -> None:
    keep(maya, "Water the plants")
    page = open_as(maya, "/calendar/")
    page.get_by_role("button", name="Make an address").click()
    address = page.locator("#calendar-address").input_value()
    check_accessible(page)
    read = requests.get(address, timeout=60)
    assert (read.status_code, "Water the plants" in read.text) == (200, True)

    page.goto(page.url.split("/calendar/")[0] + "/calendar/")
    expect(page.locator("#calendar-address")).to_have_count(0)
    expect(page.get_by_text("last read")).to_be_visible()
    check_accessible(page)
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("The address opens nothing any more.")).to_be_visible()
    assert requests.get(address, timeout=60).status_code == 404


@pytest.mark.parametrize("viewport", [None, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_them(
    open_as: Open,
    check_accessible: Check,
    maya: Person,
    case: Case,
    viewport: dict[str, int] | None,
    scheme: str,
) -> None:
    late = keep(maya, LONG.strip(), days=-3, case=case)
    keep(maya, "Water the plants")
    options = {"color_scheme": scheme, **({"viewport": viewport} if viewport else {})}
    page = open_as(maya, "/tasks/", **options)
    expect(page.get_by_role("link", name="Water the plants")).to_be_visible()
    check_accessible(page)
    for path in (f"/tasks/{late.pk}/", "/calendar/", "/cases/mine/", f"/cases/{case.pk}/"):
        page.goto(_at(page, path))
        check_accessible(page)


def _at(page: Page, path: str) -> str:
    return "/".join(page.url.split("/")[:3]) + path
