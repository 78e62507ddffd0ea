"""Whatever is killed in the middle of 2,000 events: the same cases as ever, once each, with an owner each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import pytest

from tests.durability import accounting, story
from tests.durability.accounting import Cases
from tests.durability.desk import Desk
from tests.durability.sender import Sender
from tests.durability.waiting import wait_until

pytestmark = pytest.mark.durability
Telling = Callable[..., None]


def wait_for_the_middle(desk: Desk, sender: Sender, share: float) -> None:
    """Until so much is answered, and a worker at work, or else a little more answered; never all of it."""
    stop = share + 0.2
    sender.hold_at(stop)
    wait_until(lambda: sender.has_come_to(share), what=f"{share:.0%} are answered")
    wait_until(lambda: desk.is_at_work() or sender.has_come_to(stop), what="somebody is at work")


@pytest.fixture
def tell(desk: Desk, undisturbed: Cases, request: pytest.FixtureRequest) -> Iterator[Telling]:
    """Tell the story, hurting the desk when so much of it was answered, if it can be while a worker is at work."""
    mark = f"{request.node.name.removeprefix('test_').replace('_', '-')}-"

    def telling(hurt: Callable[[], None], *, at: Sequence[float] = (1 / 3, 2 / 3)) -> None:
        with Sender(story.tell(mark), port=desk.port, key=desk.key).sending() as sender:
            for share in at:
                wait_for_the_middle(desk, sender, share)
                hurt()
        accounting.wait_until_settled(desk, mark)
        assert accounting.cases_of(desk, mark) == undisturbed
        accounting.check(desk, mark)

    yield telling
    with suppress(AssertionError):  # what a failed one left undone would take the next one's places
        accounting.wait_until_settled(desk, mark)
    accounting.put_away(desk, mark)


def test_undisturbed_it_comes_to_many_kinds_of_cases(undisturbed: Cases):
    assert len(undisturbed) > 700
    assert len({case_type for _, case_type, _ in undisturbed}) > 5
    assert len(undisturbed) == len(set(undisturbed))


def test_the_worker(desk: Desk, tell: Telling):
    tell(lambda: desk.kill("worker"))


def test_valkey_and_all_it_knew(desk: Desk, tell: Telling):
    tell(desk.empty_and_kill_valkey)


def test_postgres(desk: Desk, tell: Telling):
    tell(lambda: desk.kill("postgres"))


def test_the_web_server(desk: Desk, tell: Telling):
    tell(lambda: desk.kill("web"), at=[1 / 2])


def test_everything_at_once(desk: Desk, tell: Telling):
    def hurt() -> None:
        for name in ("beat", "web", "valkey", "worker", "postgres"):
            desk.kill(name)

    tell(hurt, at=[1 / 2])
