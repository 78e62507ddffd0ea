"""Talk in a real browser: a mention by the keyboard alone, a question and its answer, the notices that follow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Person, Role
from cases import lifecycle
from cases.models import Case, Notice
from cases.talk import questions
from tests import factories

PHONE = {"width": 390, "height": 844}
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3

Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def maya(transactional_db: None) -> Person:
    return factories.person(name="Maya Stone", initials="MS")


@pytest.fixture
def tomas(maya: Person) -> Person:
    return factories.person(Role.STAKEHOLDER, name="Tomás Vega", initials="TV", department="support")


@pytest.fixture
def case(maya: Person, tomas: Person) -> Case:
    now = timezone.now() - timedelta(hours=2)
    filed = {"filed_by_id": tomas.pk, "department": "support"}
    made = factories.case(owner=maya, now=now, columns=filed)
    lifecycle.pick_up(case_id=made.pk, by=maya, now=now)
    return Case.objects.get(pk=made.pk)


def test_somebody_is_mentioned_by_the_keyboard_alone(
    open_as: Open, check_accessible: Check, maya: Person, tomas: Person, case: Case
) -> None:
    theo = factories.person(name="Theo Brandt", initials="TB")
    page = open_as(maya, f"/cases/{case.pk}/")
    keyboard = page.keyboard
    keyboard.press("w")
    field = page.locator("#comment-text")
    expect(field).to_be_focused()
    keyboard.type("Ask @t")
    offered = page.locator("#comment-text-offered").get_by_role("option")
    expect(offered).to_have_count(2)
    check_accessible(page)
    keyboard.press("ArrowDown")
    expect(offered.nth(1)).to_have_attribute("aria-selected", "true")
    keyboard.press("ArrowUp")
    keyboard.press("Enter")
    expect(field).to_have_value("Ask @Theo Brandt ")
    expect(field).to_be_focused()
    keyboard.type("and @")
    expect(offered.first).to_be_visible()
    keyboard.press("Escape")
    expect(offered.first).to_be_hidden()
    keyboard.type("tom")
    expect(offered).to_have_count(1)
    keyboard.press("Tab")
    expect(field).to_have_value("Ask @Theo Brandt and @Tomás Vega ")
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(page.locator("#events .at-name", has_text="@Theo Brandt")).to_be_visible()
    assert set(Notice.objects.filter(kind="mentioned").values_list("person", flat=True)) == {
        theo.pk,
        tomas.pk,
    }


def test_a_mention_of_nobody_is_said_back_and_kept(open_as: Open, maya: Person, case: Case) -> None:
    page = open_as(maya, f"/cases/{case.pk}/")
    page.locator("#comment-text").fill("Ask @Nobody")
    page.locator("#act-comment").click()
    expect(page.get_by_text("Nobody is called")).to_be_visible()
    expect(page.locator("#comment-text")).to_have_value("Ask @Nobody")


def test_a_question_is_answered_in_place_and_its_asker_is_told(
    open_as: Open, maya: Person, tomas: Person, case: Case
) -> None:
    asking = open_as(tomas, f"/cases/{case.pk}/")
    asking.locator("#comment-text").fill("Has the quote gone out?")
    asking.get_by_label("It is a question").check()
    asking.locator("#act-comment").click()
    expect(asking.get_by_role("heading", name="Open questions")).to_be_visible()

    page = open_as(maya, f"/cases/{case.pk}/")
    expect(page.locator("#bell-link")).to_have_attribute("aria-label", "Notices, 1 unread")
    page.keyboard.press("q")
    page.keyboard.type("Yes, on Monday.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Open questions")).to_have_count(0)
    expect(page.get_by_text("Yes, on Monday.")).to_be_visible()

    asking.goto(asking.url.replace(f"/cases/{case.pk}/", "/notices/"))
    asking.get_by_role("link", name="Maya Stone answered your question").click()
    expect(asking.get_by_text("Yes, on Monday.")).to_be_visible()
    expect(asking.locator("#bell-link")).to_have_attribute("aria-label", "Notices")


@pytest.mark.parametrize("viewport", [None, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(
    open_as: Open,
    check_accessible: Check,
    maya: Person,
    tomas: Person,
    case: Case,
    viewport: dict[str, int] | None,
    scheme: str,
) -> None:
    questions.ask(case_id=case.pk, text=f"@MS {LONG}?", by=tomas, now=timezone.now())
    options = {"color_scheme": scheme, **({"viewport": viewport} if viewport else {})}
    for path in (f"/cases/{case.pk}/", "/notices/", "/notices/settings/", "/cases/mine/"):
        check_accessible(open_as(maya, path, **options))


def test_without_javascript_names_are_read_when_it_is_sent(
    open_as: Open, maya: Person, tomas: Person, case: Case
) -> None:
    page = open_as(maya, f"/cases/{case.pk}/", java_script_enabled=False)
    page.locator("#comment-text").fill("@tomás look")
    page.locator("#act-comment").click()
    expect(page.locator("#events .at-name", has_text="@Tomás Vega")).to_be_visible()
