"""How far the Required 10 are kept: on the case, for an advocate, for a team."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Person
from accounts.models.book import ActivityKind
from cases import compliance, details, lifecycle, planning
from cases.compliance import Share
from cases.models import Case
from tests import factories
from tests.cases.desk import Desk, at_desk, text
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def maya() -> Desk:
    return at_desk(factories.person())


def worked(owner: Person, **fields: Any) -> Case:
    case = factories.case(owner=owner, **fields)
    return lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)


def share(owner: Person) -> Share:
    return compliance.load_shares([owner.pk], today=TODAY).get(owner.pk, Share())


def test_nothing_is_due_before_a_case_is_picked_up(maya: Desk) -> None:
    factories.case(owner=maya.person)
    assert share(maya.person) == Share()
    assert share(maya.person).percent is None
    assert "Required 10:" not in text(maya.client.get(reverse("my_cases")))


def test_each_line_that_is_put_right_counts(maya: Desk) -> None:
    account = factories.account()
    case = worked(maya.person, account=account)
    call = {"case_id": case.pk, "by": maya.person, "now": NOW}
    # Due: status, owner, contact, next steps, related opportunity, activity.
    assert share(maya.person) == Share(due=6, met=3)
    details.set_contact(**call, contact=factories.contact(account))
    planning.set_next_steps(**call, what="Send them the quote", on=TODAY)
    details.log_activity(**call, kind=ActivityKind.CALL, what="Rang them")
    assert share(maya.person) == Share(due=6, met=6)
    deal = factories.opportunity(account)
    assert share(maya.person) == Share(due=6, met=5), "there is one to link now"
    details.link_opportunity(**call, opportunity=deal)
    # It asks for the GitLab admin, its date and its risk besides.
    assert share(maya.person) == Share(due=9, met=7)


def test_what_is_put_off_or_closed_does_not_count(maya: Desk) -> None:
    case = worked(maya.person)
    planning.put_off(
        case_id=case.pk, until=TODAY + timedelta(days=9), what="Ask them again", by=maya.person, now=NOW
    )
    assert share(maya.person) == Share()


def test_it_stands_on_the_pages_and_in_the_api(maya: Desk) -> None:
    pool = factories.pool("amer")
    factories.member(pool, person=maya.person)
    case = worked(maya.person)
    assert reverse("my_cases_required_ten") in maya.client.get(reverse("my_cases")).content.decode()
    for address in (reverse("my_cases_required_ten"), reverse("team", args=["amer"])):
        assert "50 %" in text(maya.client.get(address))
    told = maya.client.get(reverse("api_case", args=[case.pk])).json()
    assert told["required_ten_share"] == {"due": 6, "met": 3, "percent": 50}


def test_a_team_costs_as_many_queries_as_one(maya: Desk) -> None:
    people = [factories.person() for _ in range(5)]
    for person in people:
        for _ in range(3):
            account = factories.account()
            worked(person, account=account, opportunity_id=factories.opportunity(account).pk)
            worked(person)
    counts = []
    for some in (people[:1], people):
        with CaptureQueriesContext(connection) as queries:
            assert len(compliance.load_shares([one.pk for one in some], today=TODAY)) == len(some)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 3


@pytest.mark.parametrize(("due", "met", "percent"), [(0, 0, None), (10, 10, 100), (300, 299, 99), (3, 1, 33)])
def test_a_hundred_percent_is_all(due: int, met: int, percent: int | None) -> None:
    assert Share(due=due, met=met).percent == percent
