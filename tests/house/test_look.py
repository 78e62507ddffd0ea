"""Conventions of the look that no linter knows."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Person, Role
from tests import factories

ROOT = Path(settings.BASE_DIR)
COMPONENTS = sorted((ROOT / "templates/components").glob("*.html"))
STYLES = sorted((ROOT / "static/css").glob("*.css"))
TONES = ["late", "soon", "done", "info", "trying", "plain", "quiet", "accent", "ink"]


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_says_what_it_is_for_and_takes(component: Path) -> None:
    text = component.read_text()
    assert text.startswith("{% comment %}"), "the next engineer reads the comment, not the markup"
    said = text.split("{% endcomment %}")[0]
    declared = re.search(r"<c-vars\s+(.*?)/>", text, re.DOTALL)
    for name in re.findall(
        r":?([a-z_]+)(?==|\s|$)", re.sub(r'"[^"]*"', '""', declared[1]) if declared else ""
    ):
        if name != "class":
            assert re.search(rf"\b{name}\b", said), (
                f"{component.name} takes “{name}” and does not say what it is"
            )


@pytest.mark.django_db
def test_the_styleguide_shows_every_component(client: Client) -> None:
    client.force_login(factories.person(Role.OPS))
    assert client.get("/styleguide/").status_code == 200
    page = (ROOT / "templates/styleguide.html").read_text() + (ROOT / "templates/base.html").read_text()
    shown = set(re.findall(r"<c-([a-z_]+)", page)) | used_by_others(page)
    missing = {path.stem for path in COMPONENTS} - shown
    assert not missing, f"show {sorted(missing)} in templates/styleguide.html, in all their states"


def used_by_others(page: str) -> set[str]:
    shown = set(re.findall(r"<c-([a-z_]+)", page))
    texts = [path.read_text() for path in COMPONENTS if path.stem in shown]
    return {name for text in texts for name in re.findall(r"<c-([a-z_]+)", text)}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/sign-in/", "/nothing/here/", "/cases/mine/"])
def test_every_page_forbids_what_is_inline(client: Client, path: str) -> None:
    client.force_login(factories.person()) if path == "/cases/mine/" else None
    policy = client.get(path)["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_colours_are_named_once(style: Path) -> None:
    """A colour outside the tokens would not follow the theme."""
    text = re.sub(r"/\*.*?\*/", "", style.read_text(), flags=re.DOTALL)
    for block in (r":root,.*?\n}", r'\[data-bs-theme="dark"\] {\n.*?\n}'):
        text = re.sub(block, "", text, flags=re.DOTALL)
    loose = [colour for colour in re.findall(r"#[0-9a-f]{3,8}\b", text) if colour not in {"#fff", "#000"}]
    assert not loose, f"{style.name} has {loose} outside the tokens"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "rail", "raised", "hover", "raised-hover", "chosen"])
@pytest.mark.parametrize("tone", TONES)
def test_words_in_any_tone_can_be_read_on_any_ground(theme: str, ground: str, tone: str) -> None:
    tokens = read_tokens(theme)
    assert contrast(tokens[tone], tokens[ground]) >= 4.5, "WCAG 1.4.3"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "edge", ["line-strong", "late-fill", "soon-fill", "done-fill", "info-fill", "accent-fill"]
)
def test_edges_and_bars_can_be_seen(theme: str, edge: str) -> None:
    tokens = read_tokens(theme)
    assert contrast(tokens[edge], tokens["ground"]) >= 3, "WCAG 1.4.11"


def read_tokens(theme: str) -> dict[str, str]:
    text = (ROOT / "static/css/smbcases.css").read_text()
    block = text.split(f'[data-bs-theme="{theme}"] {{')[1].split("\n}")[0]
    return {name: _long(value) for name, value in re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block)}


def _long(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(sign * 2 for sign in colour[1:])


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "links"),
    [
        (
            Role.ADVOCATE,
            {
                "Run your day",
                "My cases",
                "Due today",
                "High value",
                "Tasks",
                "Clean your room",
                "All cases",
                "File a case",
                "Accounts",
                "Capacity",
            },
        ),
        (
            Role.MANAGER,
            {
                "Nominations",
                "All cases",
                "File a case",
                "Accounts",
                "Capacity",
                "Advocates’ days",
                "Requests",
            },
        ),
        (
            Role.OPS,
            {
                "Nominations",
                "All cases",
                "File a case",
                "Accounts",
                "Capacity",
                "Advocates’ days",
                "Requests",
                "Mail",
                "Ownership",
                "Segment moves",
                "Admin",
                "Components",
            },
        ),
        (Role.STAKEHOLDER, {"Cases we filed", "File a case"}),
        (Role.RENEWALS_MANAGER, {"Renewal cases", "File a case", "Accounts"}),
        (Role.NEW_LOGO_AE, set()),
    ],
)
def test_the_rail_offers_what_the_role_may_open(client: Client, role: str, links: set[str]) -> None:
    factories.pool("amer")
    client.force_login(factories.person(role))
    response: Any = client.get("/", follow=True)
    groups = [group for group in response.context["shell"].groups if group.title != "Dashboards"]
    assert {link.name for group in groups for link in group.links} == links
    for group in groups:
        for link in group.links:
            assert client.get(link.url).status_code == 200, link.url


@pytest.mark.django_db
def test_capacity_is_in_view_of_those_who_have_one(client: Client) -> None:
    maya: Person = factories.member(factories.pool(), places=3).person
    client.force_login(maya)
    assert "Available" in client.get("/cases/mine/").content.decode()
    for _ in range(3):
        factories.case(owner=maya)
    page = client.get("/cases/mine/").content.decode()
    assert "At capacity" in page
    assert "<b>3</b> of 3" in page
