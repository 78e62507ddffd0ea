"""One at a time, and nothing that came in behind a look stays lying there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from smbcases.lib import baton

pytestmark = pytest.mark.django_db(transaction=True)


def start(function: Callable[[], int]) -> Future[int]:
    """Run it in a thread with a connection of its own."""

    def closing_up() -> int:
        try:
            return function()
        finally:
            connection.close()

    return ThreadPoolExecutor(max_workers=1).submit(closing_up)


def test_steps_are_added_up_until_nothing_is_pending():
    steps = [3, 2]

    done = baton.relay("job", step=lambda: steps.pop(0), pending=lambda: bool(steps))

    assert done == 5


def test_whoever_finds_the_baton_taken_leaves_at_once():
    with transaction.atomic():
        baton.take("job")
        assert (
            start(lambda: baton.relay("job", step=lambda: 1, pending=lambda: False)).result(timeout=60) == 0
        )


def test_another_job_has_another_baton():
    with transaction.atomic():
        baton.take("job")
        assert (
            start(lambda: baton.relay("other", step=lambda: 1, pending=lambda: False)).result(timeout=60) == 1
        )


def test_the_baton_is_put_down_after_each_step_and_after_a_failure():
    with pytest.raises(ZeroDivisionError):
        baton.relay("job", step=lambda: 1 // 0, pending=lambda: False)

    assert start(lambda: baton.relay("job", step=lambda: 1, pending=lambda: False)).result(timeout=60) == 1


def test_work_that_comes_in_behind_an_empty_look_is_done():
    """Whoever brought it met a taken baton, so its holder is the only one who can know."""
    inbox: list[str] = []
    looked, brought = threading.Event(), threading.Event()

    def step() -> int:
        found = len(inbox)
        inbox.clear()
        if not looked.is_set():
            looked.set()
            assert brought.wait(timeout=60)
        return found

    holder = start(lambda: baton.relay("job", step=step, pending=lambda: bool(inbox)))
    assert looked.wait(timeout=60)
    inbox.append("late")
    assert baton.relay("job", step=step, pending=lambda: bool(inbox)) == 0
    brought.set()

    assert holder.result(timeout=60) == 1
    assert inbox == []
