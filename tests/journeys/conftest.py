"""A real browser on a real server. A page that logs an error, or asks for what is refused, fails its test."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import Person

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam  # its public module does not hand it on

LAPTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
_ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --disable-dev-shm-usage"
).split()

PATIENCE = 60.0  # seconds; costs time only where a test fails
# What is said for six seconds is seen however slow the machine is: it stays.
_LET_STAY = """const sooner = window.setTimeout;
window.setTimeout = (act, after, ...more) => sooner.call(window, act, after === 6000 ? 3600000 : after, ...more);"""

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE * 1000)
    # Playwright's own loop runs in this thread, and Django would take that for a mistake.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_as(browser: Browser, live_server: LiveServer) -> Iterator[Open]:
    """`open_as(person, "/cases/mine/", viewport=PHONE)`: a page in a browser of its own; None is nobody."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(person: Person | None, path: str, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": LAPTOP, "reduced_motion": "reduce", **options})
        contexts.append(context)
        context.set_default_timeout(PATIENCE * 1000)
        context.add_init_script(_LET_STAY)
        if person is not None:
            context.add_cookies([_session_of(person, live_server)])
        page = context.new_page()
        page.on("console", lambda message: complaints.extend(_errors_in(message)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    _wait_for_answers()
    assert not complaints


def _wait_for_answers() -> None:
    """Until the server is done with all that the pages asked, such as whether there is news.

    A request under way would hold what is emptied between tests, or write into the next one's tables.
    """
    for thread in threading.enumerate():
        if thread.name.endswith("(process_request_thread)"):
            thread.join(10)  # a connection that is kept alive has no end of its own


_REFUSED = ("status of 409", "status of 412", "status of 422")


def _errors_in(message: ConsoleMessage) -> list[str]:
    """What the console calls an error, but for forms that were refused: the browser reports each of them.

    The framework's administration sets styles that our policy does not let through; it does without them.
    """
    if "Applying inline style" in message.text and message.page and "/admin/" in message.page.url:
        return []
    if message.type != "error" or any(status in message.text for status in _REFUSED):
        return []
    return [message.text]


def _session_of(person: Person, live_server: LiveServer) -> SetCookieParam:
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": live_server.url}


def assert_accessible(page: Page) -> None:
    """Axe finds nothing, and nothing scrolls sideways."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert too_wide <= 0, f"{page.url} is {too_wide} px wider than its window"


@pytest.fixture
def check_accessible() -> Callable[[Page], None]:
    return assert_accessible
