"""Dashboards in a browser: drawn, read as a table, drilled into, printed, and accessible in both themes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Person
from cases.models import Case
from tests import factories

PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1440, "height": 900}
pytestmark = pytest.mark.django_db(transaction=True)
looks = pytest.mark.parametrize("scheme", ["light", "dark"])
screens = pytest.mark.parametrize("viewport", [LAPTOP, PHONE], ids=["laptop", "phone"])


_FIRST_BAR = """() => { const canvas = document.querySelector("#filed canvas");
    const bar = Chart.getChart(canvas).getDatasetMeta(0).data[0], box = canvas.getBoundingClientRect();
    return [box.x + bar.x, box.y + bar.y + 6]; }"""
# The page's letters may come after it, and the chart takes its size from what they leave.
_HOLDS_STILL = f"""async () => {{ const where = {_FIRST_BAR}, before = String(where());
    await document.fonts.ready;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return String(where()) === before; }}"""


@pytest.fixture
def boss() -> Person:
    """A manager with a team, and a fortnight of cases."""
    boss = factories.person("manager", name="Mona Reyes")
    team = [factories.person(name=name, manager=boss) for name in ("Maya Stone", "Theo Brandt", "Ines Prado")]
    now = timezone.now()
    for at in range(18):
        case = factories.case(owner=team[at % 3], department=("support", "sdr", "")[at % 3], region="AMER")
        opened = now - timedelta(days=at)
        Case.objects.filter(pk=case.pk).update(opened_at=opened, assigned_at=opened)
        if at % 2:
            Case.objects.filter(pk=case.pk).update(
                picked_up_at=opened + timedelta(hours=2),
                closed_at=opened + timedelta(hours=20),
                status="resolved",
                resolution_action="answered_question",
                feedback="NA #languagebarrier",
                language="de",
            )
    return boss


@looks
@screens
@pytest.mark.parametrize("key", ["scorecard", "departments", "languages"])
def test_a_dashboard_is_accessible_drawn_and_as_a_table(
    open_as: Callable[..., Page],
    check_accessible: Callable[[Page], None],
    boss: Person,
    key: str,
    scheme: str,
    viewport: dict[str, int],
) -> None:
    page = open_as(boss, f"/dashboards/{key}/", color_scheme=scheme, viewport=viewport)
    expect(page.locator("canvas").first).to_be_visible()
    check_accessible(page)
    for button in page.get_by_role("button", name="As a table").all():
        button.click()
    expect(page.locator("canvas:visible")).to_have_count(0)
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@looks
def test_an_empty_dashboard_says_so(
    open_as: Callable[..., Page], check_accessible: Callable[[Page], None], scheme: str
) -> None:
    page = open_as(factories.person("ops"), "/dashboards/languages/", color_scheme=scheme)
    expect(page.get_by_text("No case was tagged for its language.")).to_be_visible()
    check_accessible(page)
    page = open_as(factories.person("ops"), "/dashboards/", color_scheme=scheme)
    check_accessible(page)


def test_a_figure_opens_the_cases_that_it_counts(open_as: Callable[..., Page], boss: Person) -> None:
    page = open_as(boss, "/dashboards/scorecard/")
    shown = (
        page.locator(".tally", has=page.get_by_text("Opened", exact=True)).get_by_role("link").inner_text()
    )
    page.locator(".tally", has=page.get_by_text("Opened", exact=True)).get_by_role("link").click()
    expect(page.get_by_role("heading", name="All cases")).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(int(shown))


def test_a_bar_opens_its_cases(open_as: Callable[..., Page], boss: Person) -> None:
    page = open_as(boss, "/dashboards/departments/")
    page.wait_for_function(_HOLDS_STILL)
    page.mouse.click(*page.evaluate(_FIRST_BAR))
    expect(page.get_by_role("heading", name="All cases")).to_be_visible()


def test_the_keyboard_finds_links_in_a_table_that_it_sees(open_as: Callable[..., Page], boss: Person) -> None:
    page = open_as(boss, "/dashboards/departments/")
    expect(page.locator("#filed canvas")).to_be_visible()
    page.locator("#filed tbody a").first.focus()
    expect(page.locator("#filed tbody a").first).to_be_in_viewport()
    expect(page.locator("#filed canvas")).to_be_hidden()


def test_charts_follow_the_theme(open_as: Callable[..., Page], boss: Person) -> None:
    page = open_as(boss, "/dashboards/scorecard/", color_scheme="light")
    ink = """() => Chart.getChart(document.querySelector("#flow canvas")).data.datasets[0].borderColor"""
    light = page.evaluate(ink)
    page.evaluate("document.documentElement.setAttribute('data-bs-theme', 'dark')")
    page.wait_for_function(f"({ink})() !== '{light}'")


def test_on_paper_there_are_the_figures_and_no_buttons(open_as: Callable[..., Page], boss: Person) -> None:
    page = open_as(boss, "/dashboards/scorecard/")
    page.emulate_media(media="print")
    expect(page.locator("#flow table")).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.locator(".rail")).to_be_hidden()
    expect(page.get_by_text("Last 30 days:")).to_be_visible()


def test_without_javascript_the_tables_are_there(open_as: Callable[..., Page], boss: Person) -> None:
    page = open_as(boss, "/dashboards/scorecard/", java_script_enabled=False)
    expect(page.locator("#flow table")).to_be_visible()
    expect(page.get_by_role("button", name="As a table")).to_have_count(0)
