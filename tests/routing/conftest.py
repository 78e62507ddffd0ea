"""What tests of routing share."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from routing.triggers import catalogue
from tests.factories import NOW


@pytest.fixture
def triggers(db: None) -> None:
    """The triggers of both playbooks, as their files say."""
    catalogue.load(now=NOW)


@pytest.fixture
def _fy25(settings: Any) -> None:
    settings.PLAYBOOK = "fy25"


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """Run jobs side by side, each on a connection of its own; answer what they answered, in their order."""
    return _at_once


def _at_once(*jobs: Callable[[], Any]) -> list[Any]:
    def run(job: Callable[[], Any]) -> Any:
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as threads:
        return [future.result() for future in [threads.submit(run, job) for job in jobs]]
