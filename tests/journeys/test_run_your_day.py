"""The day run by keys alone, on a phone, without JavaScript; and held to what everybody can read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Person
from cases import lifecycle, planning
from cases.agenda import tasks
from cases.agenda.tasks import Plan
from cases.models import Case, Question, Task
from cases.talk import questions
from tests import factories

PHONE = {"width": 390, "height": 844}
LONG_NAME = "A customer whose name was merged out of those of eleven others and never got any shorter " * 2

Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def mona(transactional_db: None) -> Person:
    return factories.person("manager", name="Mona Reyes")


@pytest.fixture
def maya(mona: Person) -> Person:
    return factories.person(name="Maya Stone", initials="MS", manager=mona)


@pytest.fixture
def desk(maya: Person, mona: Person) -> list[Case]:
    """A question, a case to pick up, a next step of today, a task."""
    now = timezone.now()
    customers = [factories.account(name="Northpeak Robotics"), factories.account(name=LONG_NAME[:180])]
    asked = planned(maya, days=20, account=customers[0])
    questions.ask(case_id=asked.pk, text="Has the quote gone out?", by=mona, now=now)
    fresh = factories.case(owner=maya, account=customers[1], now=now - timedelta(hours=2))
    due = planned(maya, days=0)
    plan = Plan(what="Ask Jonas for the PO", due_on=timezone.localdate())
    tasks.add(plan=plan, by=maya, now=now)
    return [asked, fresh, due]


def planned(maya: Person, *, days: int, **fields: object) -> Case:
    """In hand and answered by the customer, so that no touch of the cadence is due."""
    now = timezone.now()
    case = factories.case(owner=maya, now=now - timedelta(hours=1), columns={"answered": True}, **fields)
    lifecycle.pick_up(case_id=case.pk, by=maya, now=now)
    on = planning.local_day(maya, now=now) + timedelta(days=days)
    planning.set_next_steps(case_id=case.pk, what="Send the quote to Jonas", on=on, by=maya, now=now)
    case.refresh_from_db()
    return case


def expect_focus_on(page: Page, line: str) -> None:
    """The focus follows a part that was replaced, a moment later."""
    expect(page.locator(f"[data-line='{line}']:focus-within")).to_have_count(1)


def expect_focus_on_a_line(page: Page) -> None:
    expect(page.locator("[data-line]:focus-within")).to_have_count(1)


def focused_line(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('[data-line]')?.dataset.line ?? ''"))


def test_a_morning_by_keys_alone(
    open_as: Open, check_accessible: Check, maya: Person, desk: list[Case]
) -> None:
    asked, fresh, due = desk
    page = open_as(maya, "/day/")
    expect(page.locator(".day-done")).to_contain_text("done today")
    page.keyboard.press("j")
    expect_focus_on(page, f"question-{Question.objects.get().pk}")
    page.keyboard.press("d")
    expect(page.get_by_role("textbox", name="Answer")).to_be_focused()
    check_accessible(page)
    page.keyboard.type("It went out this morning.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Answered. Who asked is told.")).to_be_visible()
    expect(page.locator("[data-line^=question]")).to_have_count(0)

    expect_focus_on(page, f"case-{fresh.pk}-pick-up")
    page.keyboard.press("d")
    expect(page.locator(f"[data-line='case-{fresh.pk}-pick-up']")).to_have_count(0)
    expect(page.locator(f"[data-line='case-{fresh.pk}-step']")).to_be_visible()
    expect_focus_on_a_line(page)

    while focused_line(page) != f"case-{due.pk}-step":
        before = focused_line(page)
        page.keyboard.press("j")
        assert focused_line(page) != before, "the line is not there"
    page.keyboard.press("d")
    expect(page.get_by_role("dialog", name="Next step")).to_be_visible()
    page.locator("#next-step-what").fill("Ask Jonas whether the quote came")
    page.get_by_label("In 3 days").press("Space")
    page.locator("#act-next-step").press("Enter")
    expect(page.get_by_text("Next step saved.")).to_be_visible()
    due.refresh_from_db()
    assert "whether the quote came" in due.next_steps
    expect_focus_on_a_line(page)

    page.locator("[data-line^=task] [data-open]").focus()
    page.keyboard.press("d")
    expect(page.locator("[data-line^=task]")).to_have_count(0)
    assert Task.objects.get().done_at is not None
    expect(page.locator(".day-done")).to_contain_text("done today")
    assert asked.pk


def test_a_sheet_that_is_closed_gives_the_focus_back(open_as: Open, maya: Person, desk: list[Case]) -> None:
    page = open_as(maya, "/day/")
    page.keyboard.press("j")
    page.keyboard.press("d")
    expect(page.get_by_role("dialog", name="Answer")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Answer")).to_be_hidden()
    expect_focus_on(page, f"question-{Question.objects.get().pk}")


def test_enter_and_o_open_the_case(open_as: Open, maya: Person, desk: list[Case]) -> None:
    page = open_as(maya, "/day/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{desk[1].pk}/")


def test_selected_lines_are_picked_up_together(open_as: Open, maya: Person, desk: list[Case]) -> None:
    page = open_as(maya, "/day/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-many-bar]")).to_be_visible()
    expect(page.locator("[data-many-count]")).to_have_text("1")


def test_works_without_javascript(open_as: Open, maya: Person, desk: list[Case]) -> None:
    page = open_as(maya, "/day/", java_script_enabled=False)
    page.locator("[data-line^=task]").get_by_role("button", name="Done").click()
    expect(page.locator("[data-line^=task]")).to_have_count(0)
    page.locator(f"[data-line='case-{desk[1].pk}-pick-up']").get_by_role("button", name="Pick up").click()
    expect(page.locator(f"[data-line='case-{desk[1].pk}-pick-up']")).to_have_count(0)
    expect(page).to_have_url(re.compile("/day/$"))
    page.locator(f"[data-line='case-{desk[2].pk}-step']").get_by_role("button", name="Next step").click()
    page.get_by_label("Next step, written on").fill("Ask Jonas whether the quote came")
    page.get_by_label("In 3 days").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Next step saved.")).to_be_visible()
    expect(page).to_have_url(re.compile("/day/$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [None, PHONE], ids=["laptop", "phone"])
def test_is_accessible(
    open_as: Open,
    check_accessible: Check,
    maya: Person,
    mona: Person,
    desk: list[Case],
    scheme: str,
    viewport: dict[str, int],
) -> None:
    options = {"color_scheme": scheme} | ({"viewport": viewport} if viewport else {})
    check_accessible(open_as(maya, "/day/", **options))
    check_accessible(open_as(mona, f"/day/?owner={maya.pk}", **options))
    check_accessible(open_as(mona, "/day/", **options))
    check_accessible(open_as(factories.person(), "/day/", **options))
