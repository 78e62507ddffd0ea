"""A support engineer files a case in under a minute in a real browser, whatever happens to their session."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from accounts.models import Account, Person, Role
from cases.models import Attachment, Case, Question
from tests import factories

PHONE = {"width": 390, "height": 844}
A_MINUTE = 60
PASSWORD = "a password for a test"

Open = Callable[..., Page]
Check = Callable[[Page], None]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PASTE = """(pixel) => {
  const bytes = Uint8Array.from(atob(pixel), (char) => char.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], "image.png", { type: "image/png" }));
  document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def noor(transactional_db: None) -> Person:
    person = factories.person(Role.STAKEHOLDER, name="Noor Haddad", initials="NH", department="support")
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def adler(transactional_db: None) -> Account:
    account = factories.account(name="Adler Optik GmbH", domain="adler.example")
    factories.account(name="Adler Werke")
    factories.contact(account, name="Jonas Weber", email="jonas@adler.example")
    return account


def choose(page: Page, kind: str, words: str, name: str) -> None:
    """By the keyboard: type, wait for the offer, Enter."""
    field = page.locator(f"#id_{kind}_words")
    field.focus()
    page.keyboard.type(words)
    expect(page.locator(f"#id_{kind}_words-offered").get_by_role("option").first).to_contain_text(name)
    page.keyboard.press("Enter")
    expect(field).to_have_value(name)


def seconds(act: Callable[[], None]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def test_a_case_is_filed_with_a_picture_though_the_session_is_lost_midway(
    open_as: Open, check_accessible: Check, noor: Person, adler: Account
) -> None:
    page = open_as(noor, "/cases/filed/")
    check_accessible(page)
    began = time.monotonic()
    page.get_by_role("link", name="File a case").last.click()
    choose(page, "account", "optik", "Adler Optik GmbH")
    choose(page, "contact", "jon", "Jonas Weber")
    checked = seconds(lambda: check_accessible(page))
    page.evaluate(PASTE, PIXEL)
    expect(page.locator("#filing-files .file")).to_contain_text("Pasted")
    page.locator("#id_description").fill("They ask for 20 more seats.")
    expect(page.locator("#filing-state")).to_contain_text("Kept as a draft")
    Session.objects.all().delete()
    page.locator("#id_description").press("End")
    page.keyboard.type(" Before Friday.")
    lost = page.locator("#filing-lost")
    expect(lost).to_contain_text("You are signed out")
    page.keyboard.type(" The ticket has the figures.")
    lost.get_by_role("link", name="Sign in again").click()
    page.get_by_label("E-mail").fill(noor.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("#id_description")).to_have_value(
        "They ask for 20 more seats. Before Friday. The ticket has the figures."
    )
    expect(page.locator("#id_contact_words")).to_have_value("Jonas Weber")
    expect(page.locator("#filing-files .file")).to_contain_text("Pasted")
    page.locator("#act-file").click()
    page.wait_for_url("**/filed/")
    expect(page.locator("#filed-now")).to_contain_text("Nobody yet")
    assert time.monotonic() - began - checked < A_MINUTE
    check_accessible(page)
    case = Case.objects.get()
    assert (case.account, case.filed_by) == (adler, noor)
    assert case.description.endswith("The ticket has the figures.")
    assert Attachment.objects.get(case=case).content_type == "image/png"


def test_sent_after_the_session_ended_the_form_comes_back_with_all_of_it(
    open_as: Open, noor: Person, adler: Account
) -> None:
    page = open_as(noor, f"/cases/file/?account={adler.pk}")
    choose(page, "contact", "jon", "Jonas Weber")
    Session.objects.all().delete()
    page.locator("#id_description").fill("Seats")
    page.locator("#act-file").click()
    page.get_by_label("E-mail").fill(noor.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("#id_description")).to_have_value("Seats")
    expect(page.locator("#id_account_words")).to_have_value("Adler Optik GmbH")
    page.locator("#act-file").click()
    page.wait_for_url("**/filed/")
    assert Case.objects.get().description == "Seats"


def test_an_open_case_is_seen_before_another_is_filed_and_takes_what_was_written(
    open_as: Open, check_accessible: Check, noor: Person, adler: Account
) -> None:
    there = factories.case(account=adler, columns={"filed_by_id": noor.pk, "department": "support"})
    page = open_as(noor, "/cases/file/", viewport=PHONE)
    choose(page, "account", "adler op", "Adler Optik GmbH")
    expect(page.locator("#filing-beside")).to_contain_text(there.number)
    expect(page.locator("#act-file")).to_have_text("File anyway")
    page.locator("#id_description").fill("Has the quote gone out?")
    check_accessible(page)
    page.get_by_role("button", name=f"Ask it on {there.number}").click()
    page.wait_for_url(f"**/cases/{there.pk}/")
    assert Question.objects.get(case=there).text == "Has the quote gone out?"
    assert Case.objects.count() == 1


def test_a_view_is_narrowed_kept_and_opened_again(
    open_as: Open, check_accessible: Check, noor: Person
) -> None:
    factories.case(columns={"filed_by_id": noor.pk, "department": "support"})
    page = open_as(noor, "/cases/filed/?state=closed")
    page.get_by_text("Keep this view").click()
    page.get_by_label("Name").fill("Done with")
    check_accessible(page)
    page.get_by_role("button", name="Keep it").click()
    page.goto(page.url.split("?")[0])
    expect(page.locator("[data-row]")).to_have_count(1)
    page.get_by_text("Views", exact=True).click()
    page.get_by_role("link", name="Done with").click()
    expect(page.locator("[data-row]")).to_have_count(0)
