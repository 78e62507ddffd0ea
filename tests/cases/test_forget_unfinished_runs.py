"""Bulk acts that nobody carried out are forgotten after a day; what was done stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Person
from cases.many import forgetting, running, selecting
from cases.models import BulkRow, BulkRun
from cases.tasks import forget_unfinished_runs
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def maya() -> Person:
    return factories.person(name="Maya Stone")


def start(by: Person, *, until: str) -> BulkRun:
    """A run that got as far as `chosen`, `previewed` or `done`."""
    chosen = selecting.ticked([factories.case(owner=by).pk for _ in range(2)], by=by)
    run = running.choose(act="pick_up", chosen=chosen, by=by, now=NOW)
    if until != "chosen":
        running.preview(run_id=run.pk, given={}, by=by, now=NOW)
    if until == "done":
        running.carry_out(run_id=run.pk, by=by, now=NOW)
    return run


@pytest.mark.parametrize("until", ["chosen", "previewed"])
def test_one_that_was_never_carried_out_goes_after_a_day(maya: Person, until: str) -> None:
    start(maya, until=until)
    assert forgetting.forget_unfinished(now=NOW + DAY) == 0
    assert forgetting.forget_unfinished(now=NOW + DAY + timedelta(seconds=1)) == 1
    assert (BulkRun.objects.count(), BulkRow.objects.count()) == (0, 0)


def test_what_was_done_stays(maya: Person) -> None:
    done = start(maya, until="done")
    assert forgetting.forget_unfinished(now=NOW + 30 * DAY) == 0
    assert done.rows.count() == 2


def test_many_go_some_at_a_time(maya: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    for _ in range(5):
        start(maya, until="chosen")
    assert forgetting.forget_unfinished(now=NOW + 2 * DAY) == 5


def test_the_beat_does_it(maya: Person) -> None:
    start(maya, until="chosen")
    BulkRun.objects.update(made_at=NOW - 400 * DAY)
    forget_unfinished_runs()
    assert not BulkRun.objects.exists()
