"""When the next touch is due is kept with the case, whatever is done with it, and is what its history says."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from accounts.models.book import ActivityKind
from cases import details, lifecycle, planning, recounting, sweep, together, touches, writing
from cases.closing import Closure
from cases.models import Case
from smbcases.lib.refusal import Refusal
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FRIDAY = date(2026, 3, 6)
MONDAY = date(2026, 3, 9)
AT_FOUR = datetime(2026, 3, 6, 21, 0, tzinfo=UTC)


@pytest.fixture
def owner() -> Person:
    return factories.person()


@pytest.fixture
def case(owner: Person) -> Case:
    """Picked up on a Tuesday."""
    made = factories.case(owner=owner, account=factories.account(country="US"))
    return lifecycle.pick_up(case_id=made.pk, by=owner, now=NOW)


def kept(case: Case) -> date | None:
    return Case.objects.get(pk=case.pk).next_touch_on


def log(case: Case, kind: ActivityKind, *, now: datetime = NOW, inbound: bool = False) -> None:
    details.log_activity(
        case_id=case.pk, kind=kind, what="Wrote to them", by=_owner(case), now=now, inbound=inbound
    )


def _owner(case: Case) -> Person:
    owner = Case.objects.get(pk=case.pk).owner
    assert owner is not None
    return owner


def test_nothing_is_due_before_a_case_is_picked_up(owner: Person) -> None:
    assert kept(factories.case(owner=owner)) is None


def test_picking_up_makes_the_first_touch_due_that_day(case: Case) -> None:
    assert kept(case) == TODAY


def test_on_a_weekend_it_is_due_on_the_next_working_day(owner: Person) -> None:
    made = factories.case(owner=owner, account=factories.account(country="US"))
    lifecycle.pick_up(case_id=made.pk, by=owner, now=AT_FOUR + DAY)
    assert kept(made) == MONDAY


def test_the_day_is_that_of_the_customers_territory(owner: Person) -> None:
    made = factories.case(owner=owner, account=factories.account(country="US"))
    lifecycle.pick_up(case_id=made.pk, by=owner, now=AT_FOUR + timedelta(hours=5))
    assert kept(made) == FRIDAY, "two in the morning of Saturday in London is Friday evening in New York"


def test_logging_a_touch_moves_it_on_to_the_next(case: Case) -> None:
    log(case, ActivityKind.EMAIL)
    assert kept(case) == TODAY + 2 * DAY
    log(case, ActivityKind.LINKEDIN)
    assert kept(case) == MONDAY
    for _ in range(2):
        log(case, ActivityKind.EMAIL)
    assert kept(case) is None


@pytest.mark.parametrize(
    "stop",
    [
        lambda case, _by: log(case, ActivityKind.CALL, inbound=True),
        lambda case, by: planning.put_off(
            case_id=case.pk, until=TODAY + 30 * DAY, what="Ask for the budget", by=by, now=NOW
        ),
        lambda case, by: lifecycle.close(
            case_id=case.pk, closure=_duplicate_of(case, by), by=by, now=NOW + DAY
        ),
    ],
    ids=["an answer", "putting off", "closing"],
)
def test_it_is_stopped_by(case: Case, owner: Person, stop: Callable[[Case, Person], object]) -> None:
    stop(case, owner)
    assert kept(case) is None


def _duplicate_of(case: Case, by: Person) -> Closure:
    other = factories.case(owner=by)
    return Closure(
        status="duplicate", resolution_action="no_action_required", feedback="NA", duplicate_of_id=other.pk
    )


def test_what_was_put_off_begins_anew_when_it_is_picked_up_again(case: Case, owner: Person) -> None:
    log(case, ActivityKind.EMAIL, inbound=True)
    until = TODAY + 30 * DAY
    planning.put_off(case_id=case.pk, until=until, what="Ask for the budget", by=owner, now=NOW)
    lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW + 6 * DAY)
    assert kept(case) == MONDAY
    assert not Case.objects.get(pk=case.pk).answered


def test_what_comes_back_on_its_day_begins_anew_too(case: Case, owner: Person) -> None:
    log(case, ActivityKind.EMAIL, inbound=True)
    planning.put_off(case_id=case.pk, until=TODAY + 2 * DAY, what="Ask for the budget", by=owner, now=NOW)
    sweep.sweep(now=NOW + 2 * DAY)
    assert kept(case) is None
    factories.give([Case.objects.get(pk=case.pk)], owner, now=NOW + 2 * DAY)
    lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW + 3 * DAY)
    assert kept(case) == FRIDAY


def test_a_reopened_case_waits_for_its_pick_up(case: Case, owner: Person) -> None:
    log(case, ActivityKind.EMAIL, inbound=True)
    lifecycle.close(case_id=case.pk, closure=_duplicate_of(case, owner), by=owner, now=NOW)
    lifecycle.reopen(case_id=case.pk, reason="It was another one", by=owner, now=NOW + DAY)
    assert kept(case) is None
    factories.give([Case.objects.get(pk=case.pk)], owner, now=NOW + DAY)
    lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW + DAY)
    assert kept(case) == TODAY + DAY


def test_handing_over_leaves_it_as_it_is(case: Case) -> None:
    factories.give([case], factories.person(), now=NOW + DAY)
    assert kept(case) == TODAY


def test_another_account_brings_its_own_calendar(owner: Person) -> None:
    (made,) = factories.cases(1, region="", case_type="email_to_case", category="inbound")
    factories.give([made], owner)
    lifecycle.pick_up(case_id=made.pk, by=owner, now=AT_FOUR)
    assert kept(made) == FRIDAY
    egyptian = factories.account(country="EG", region="EMEA")
    details.set_account(case_id=made.pk, account=egyptian, by=owner, now=AT_FOUR)
    assert kept(made) == FRIDAY + 2 * DAY


def test_a_bulk_pick_up_costs_one_query_more_and_an_assignment_none(owner: Person) -> None:
    made = factories.cases(30, account_id=None)
    with CaptureQueriesContext(
        connection,
    ) as assigning:
        factories.give(made, owner)
    assert len([query for query in assigning if "cases_history" in query["sql"]]) == 1, "its own row"
    counts = []
    for some in (made[:2], made[2:]):
        with CaptureQueriesContext(connection) as queries:
            together.each(lifecycle.PickUp(by=owner, now=NOW), [one.pk for one in some])
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert {kept(one) for one in made} == {TODAY}


def test_cases_from_before_it_was_kept_are_counted_once(case: Case) -> None:
    writing.set_next_touches({case.pk: None})
    assert recounting.recount_touches() == 1
    assert kept(case) == TODAY
    assert recounting.recount_touches() == 0


def test_preparing_once_more_sets_right_what_pages_of_before_left_out(case: Case, settings: Any) -> None:
    """Though no migration is left to apply."""
    settings.DEMO = False
    writing.set_next_touches({case.pk: None})
    call_command("prepare", stdout=StringIO())
    assert kept(case) == TODAY


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_it_is_what_the_history_says(seed: int) -> None:
    """Random histories of cases in several countries, looked at after every step."""
    chance = random.Random(seed)
    owner = factories.person()
    countries = [chance.choice(["US", "DE", "EG", "JP", "", "XX"]) for _ in range(3)]
    cases = [factories.case(owner=owner, account=factories.account(country=each)) for each in countries]
    now = NOW
    for _ in range(25):
        now += timedelta(hours=chance.randint(1, 40))
        with suppress(Refusal, PermissionDenied):
            _do_something(chance.choice(cases), owner, chance=chance, now=now)
        for case in Case.objects.select_related("account"):
            assert case.next_touch_on == _slowly(case), f"seed {seed}, {case.number}"


def _do_something(case: Case, by: Person, *, chance: random.Random, now: datetime) -> None:
    pk = case.pk
    kind = chance.choice([ActivityKind.EMAIL, ActivityKind.CALL, ActivityKind.MEETING, ActivityKind.LINKEDIN])
    acts: list[Callable[[], object]] = [
        lambda: lifecycle.pick_up(case_id=pk, by=by, now=now),
        lambda: lifecycle.set_status(case_id=pk, status=chance.choice(["engaged", "open"]), by=by, now=now),
        lambda: details.log_activity(
            case_id=pk, kind=kind, what="Hello", by=by, now=now, inbound=chance.random() < 0.15
        ),
        lambda: planning.put_off(
            case_id=pk, until=now.date() + 3 * DAY, what="Ask them again then", by=by, now=now
        ),
        lambda: lifecycle.close(case_id=pk, closure=_duplicate_of(case, by), by=by, now=now),
        lambda: lifecycle.reopen(case_id=pk, reason="Not yet", by=by, now=now),
        lambda: sweep.sweep(now=now),
        lambda: factories.give([Case.objects.get(pk=pk)], by, now=now),
    ]
    chance.choices(acts, weights=[4, 2, 6, 1, 1, 2, 2, 2])[0]()


def _slowly(case: Case) -> date | None:
    """Read whole, by itself, as a page would."""
    steps = touches.read(case, touches.load_logged([case])[case.pk], today=date(2026, 1, 1))
    ahead = [step.due_on for step in steps if step.state == "ahead"]
    return min(ahead) if ahead else None
