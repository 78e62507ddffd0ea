"""What every test may use. The servers come from `smbcases.embedded.pytest_plugin`."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from pytest_django.plugin import DjangoDbBlocker

_JOURNEYS = Path(__file__).parent / "journeys"

# The same examples each time, and no matter how long one takes: what fails on a busy machine is no finding.
# `--hypothesis-profile=default` looks for new ones.
hypothesis.register_profile(
    "house", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.load_profile("house")


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


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Marks of wake-ups and counts of requests are a test's own."""
    cache.clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """At the end, send home who still holds the test database: a browser's last poll of a live server may."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connection.close()
