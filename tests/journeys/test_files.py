"""Files in a real browser: chosen, dropped and pasted, with their progress, and refused in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from accounts.models import Person
from cases import lifecycle
from cases.models import Attachment, Case
from tests import factories

PHONE = {"width": 390, "height": 844}
PDF = "%PDF-1.7 order"

Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def maya(transactional_db: None) -> Person:
    return factories.person(name="Maya Stone", initials="MS")


@pytest.fixture
def case(maya: Person) -> Case:
    now = timezone.now() - timedelta(hours=2)
    made = factories.case(owner=maya, now=now)
    lifecycle.pick_up(case_id=made.pk, by=maya, now=now)
    return Case.objects.get(pk=made.pk)


CARRYING = """
([type, files]) => {
    const data = new DataTransfer();
    for (const [name, kind, text] of files) data.items.add(new File([text], name, { type: kind }));
    const what = type === "paste"
        ? new ClipboardEvent(type, { clipboardData: data, bubbles: true, cancelable: true })
        : new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true });
    document.querySelector("#case").dispatchEvent(what);
    return what.defaultPrevented;
}
"""


def bring(page: Page, how: str, *files: tuple[str, str, str]) -> bool:
    """Drag, drop or paste; whether the page took it upon itself."""
    return bool(page.evaluate(CARRYING, [how, [list(file) for file in files]]))


def names(case: Case) -> list[str]:
    return list(Attachment.objects.filter(case=case).order_by("id").values_list("name", flat=True))


def test_files_are_dropped_on_the_case(open_as: Open, maya: Person, case: Case) -> None:
    page = open_as(maya, f"/cases/{case.pk}/")
    files = ("PO 4711.pdf", "application/pdf", PDF), ("Seats.csv", "text/csv", "a,b\n1,2\n")
    assert bring(page, "dragover", *files)
    expect(page.locator("#case")).to_have_class(re.compile("takes-files"))
    assert bring(page, "drop", *files)
    panel = page.locator("#files")
    expect(panel.get_by_role("link", name="PO 4711.pdf")).to_be_visible()
    expect(panel.get_by_role("link", name="Seats.csv")).to_be_visible()
    expect(page.locator("#case")).not_to_have_class(re.compile("takes-files"))
    expect(page.locator("#events")).to_contain_text("attached Seats.csv")
    assert names(case) == ["PO 4711.pdf", "Seats.csv"]


def test_a_picture_is_pasted_and_gets_a_name_of_its_own(open_as: Open, maya: Person, case: Case) -> None:
    page = open_as(maya, f"/cases/{case.pk}/")
    assert bring(page, "paste", ("image.png", "image/png", "\u0089PNG"))
    expect(page.locator("#files")).to_contain_text("Pasted 20")
    (name,) = names(case)
    assert re.fullmatch(r"Pasted \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.png", name), name


def test_text_that_is_pasted_stays_text(open_as: Open, maya: Person, case: Case) -> None:
    page = open_as(maya, f"/cases/{case.pk}/")
    assert not bring(page, "paste")
    assert names(case) == []


def test_how_far_it_is_shows_while_it_is_sent(
    open_as: Open, check_accessible: Check, maya: Person, case: Case
) -> None:
    page = open_as(maya, f"/cases/{case.pk}/")
    held: list[Route] = []
    page.route("**/attach/", lambda route: held.append(route))  # noqa: PLW0108  playwright marks what it is given
    with page.expect_request("**/attach/"):
        bring(page, "drop", ("Order.pdf", "application/pdf", PDF))
    told = page.get_by_role("status").filter(has_text="Attaching Order.pdf")
    expect(told).to_be_visible()
    expect(told.locator("progress")).to_be_visible()
    check_accessible(page)
    held[0].continue_()
    expect(page.locator("#files")).to_contain_text("Order.pdf")
    expect(told).to_have_count(0)


def test_what_is_not_taken_is_said_and_the_others_are_kept(open_as: Open, maya: Person, case: Case) -> None:
    page = open_as(maya, f"/cases/{case.pk}/")
    bring(
        page,
        "drop",
        ("run.exe", "application/octet-stream", "MZ"),
        ("PO.pdf", "application/pdf", PDF),
    )
    expect(page.locator("#files")).to_contain_text("PO.pdf")
    expect(page.get_by_text("run.exe")).to_be_visible()
    assert names(case) == ["PO.pdf"]


def test_they_are_chosen_in_the_sheet_by_the_keyboard(
    open_as: Open, check_accessible: Check, maya: Person, case: Case
) -> None:
    page = open_as(maya, f"/cases/{case.pk}/")
    page.keyboard.press("a")
    field = page.locator("#attach-files")
    expect(field).to_be_visible()
    check_accessible(page)
    field.set_input_files({"name": "PO.pdf", "mimeType": "application/pdf", "buffer": PDF.encode()})
    field.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#files")).to_contain_text("PO.pdf")
    expect(page.locator("dialog[open]")).to_have_count(0)


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
    options = {"color_scheme": scheme, **({"viewport": viewport} if viewport else {})}
    page = open_as(maya, f"/cases/{case.pk}/", **options)
    bring(page, "drop", (f"{'Auftragsbestätigung' * 8}.pdf", "application/pdf", PDF))
    expect(page.locator("#files")).to_contain_text("Auftragsbestätigung")
    check_accessible(page)
