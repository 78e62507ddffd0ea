"""An act on many cases asks the database as often for thirty as for three: preview, act and undo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person, Role
from cases import lifecycle, together
from cases.many import running, selecting, undoing
from cases.models import BulkRun, Case, Follow, Verdict
from cases.talk import questions
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
MOST_ASKED = 30
ACTS: dict[str, dict[str, Any]] = {
    "pick_up": {},
    "next_steps": {"what": "Send the quote for 40 seats", "on": TODAY.isoformat()},
    "status": {"status": "engaged"},
    "later": {"until": (TODAY + timedelta(days=30)).isoformat(), "what": "Ask about the budget"},
    "hand_over": {"to": "ben@example.com", "reason": "Cover"},
    "close": {
        "status": "resolved",
        "resolution_action": "no_action_required",
        "feedback": "NA",
        "opportunity": "lost",
        "lost_reason": "Too dear",
    },
    "close, leaving questions": {
        "status": "resolved",
        "resolution_action": "no_action_required",
        "feedback": "NA",
        "opportunity": "lost",
        "lost_reason": "Too dear",
        "leave_questions": True,
    },
    "close as unresponsive": {
        "status": "unresponsive",
        "resolution_action": "failed_to_engage",
        "feedback": "NA",
    },
    "close as duplicates": {
        "status": "duplicate",
        "resolution_action": "no_action_required",
        "feedback": "NA",
    },
}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def maya() -> Person:
    person = factories.person(name="Maya Stone", initials="MS")
    ben = factories.person(name="Ben Adler", email="ben@example.com")
    for one in (person, ben):
        factories.member(factories.pool(), person=one, places=100)
    return person


def some_cases(number: int, maya: Person, *, picked_up: bool) -> list[Case]:
    """Each of an account of its own, with a contact and an open opportunity; somebody follows all of them."""
    made = []
    follower = factories.person(Role.OPS)
    for _ in range(number):
        account = factories.account()
        deal, contact = factories.opportunity(account), factories.contact(account)
        made.append(
            factories.case(owner=maya, account=account, contact_id=contact.pk, opportunity_id=deal.pk)
        )
    Follow.objects.bulk_create([Follow(case=case, person=follower, since_at=NOW) for case in made])
    if picked_up:
        together.each(lifecycle.PickUp(by=maya, now=NOW), [case.pk for case in made])
    return made


def asked(act: str, given: dict[str, Any], cases: list[Case], by: Person) -> tuple[list[int], BulkRun]:
    """How often the database is asked for the preview, the act and its undo."""
    chosen = selecting.ticked([case.pk for case in cases], by=by)
    run = running.choose(act=act.partition(" ")[0].strip(","), chosen=chosen, by=by, now=NOW)
    counts = []
    for step in (
        lambda: running.preview(run_id=run.pk, given=given, by=by, now=NOW),
        lambda: running.carry_out(run_id=run.pk, by=by, now=NOW),
        lambda: undoing.undo(run_id=run.pk, by=by, now=NOW),
    ):
        with CaptureQueriesContext(connection) as queries:
            step()
        counts.append(len(queries))
    return counts, run


@pytest.mark.parametrize("act", ACTS)
def test_queries_do_not_grow_with_the_cases(maya: Person, act: str) -> None:
    given = dict(ACTS[act])
    asker = factories.person("ops")
    if given.get("status") == "duplicate":
        given["duplicate_of"] = factories.case(owner=maya).number
    sizes = []
    for number in (3, 30):
        cases = some_cases(number, maya, picked_up=act != "pick_up")
        if "questions" in act:
            for case in cases:
                questions.ask(case_id=case.pk, text="When will they decide?", by=asker, now=NOW)
        sizes.append(asked(act, given, cases, maya))
    (few, _), (many, run) = sizes
    assert many == few
    assert max(many) <= MOST_ASKED
    if act != "close as unresponsive":
        assert run.rows.filter(verdict=Verdict.GOES, undone=True).count() == 30
