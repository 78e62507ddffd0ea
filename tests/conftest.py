"""What every test may use. The servers come from `smbcases.embedded.pytest_plugin`."""

import os
import shutil
from pathlib import Path

import pytest

_JOURNEYS = Path(__file__).parent / "journeys"


def find_chromium() -> str | None:
    """The system's browser; CHROMIUM names another one."""
    candidates = [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    return next((found for each in candidates if each and (found := shutil.which(each))), None)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser's program; without one the test is skipped."""
    return find_chromium() or _skip()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skipped from here, all journeys make one line of the summary."""
    if _JOURNEYS in item.path.parents and not find_chromium():
        _skip()


def _skip() -> str:
    pytest.skip("browser journeys need Chromium: apt-get install chromium")
