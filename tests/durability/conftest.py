"""One desk for all tests of a process, and what an undisturbed telling of the story comes to on it.

It takes a while to start, so test processes share the work by file (`--dist loadfile`)."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.durability import accounting, story
from tests.durability import desk as desks
from tests.durability.accounting import Cases
from tests.durability.desk import Desk
from tests.durability.sender import Sender

logger = logging.getLogger(__name__)


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    with desks.started() as running:
        yield running


@pytest.fixture(autouse=True)
def what_the_desk_said(request: pytest.FixtureRequest) -> Iterator[None]:
    """Logged, so that a test that fails shows it."""
    if "desk" not in request.fixturenames:
        yield
        return
    running: Desk = request.getfixturevalue("desk")
    before = len(running.log())
    yield
    logger.info("The desk said, at last:\n%s", running.log()[before:][-10_000:])


@pytest.fixture(scope="session")
def undisturbed(desk: Desk) -> Cases:
    """The cases that the story comes to when nothing happens to the desk. From here on there are as many places
    as it takes."""
    with Sender(story.tell("calm-"), port=desk.port, key=desk.key).sending():
        pass
    accounting.wait_until_settled(desk, "calm-")
    accounting.check(desk, "calm-")
    found = accounting.cases_of(desk, "calm-")
    accounting.allow_no_more_places(desk)
    accounting.put_away(desk, "calm-")
    return found
