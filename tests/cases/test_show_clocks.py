"""The clocks of a case on its page and by API: the same story from both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Person
from cases import lifecycle, planning
from cases.models import Case
from tests import factories
from tests.cases.desk import Desk, at_desk
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _later() -> Iterator[None]:
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        yield


def clocks_of(desk: Desk, case: Case) -> dict[str, Any]:
    answer = desk.client.get(f"/api/cases/{case.number}")
    assert answer.status_code == 200, answer.content
    return {line["clock"]: line for line in answer.json()["clocks"]}


@pytest.fixture
def maya() -> Person:
    return factories.person(name="Maya Stone")


def test_the_page_unfolds_what_each_clock_has_done(maya: Person) -> None:
    case = factories.case(owner=maya)
    lifecycle.pick_up(case_id=case.pk, by=maya, now=NOW + timedelta(hours=2))
    desk = at_desk(maya)
    page = " ".join(desk.client.get(reverse("case", args=[case.pk])).content.decode().split())
    panel = page[page.index('id="clocks"') :]
    for words in ("Pick-up", "Kept", 'Picked up, <span class="quiet">2 h counted', "Target", "Longest open"):
        assert words in panel


def test_the_api_has_the_spans_that_add_up(maya: Person, settings: Any) -> None:
    settings.PLAYBOOK = "fy25"
    case = factories.case(owner=maya)
    lifecycle.pick_up(case_id=case.pk, by=maya, now=NOW)
    planning.put_off(
        case_id=case.pk, until=TODAY + 30 * DAY, what="Call them in a month", by=maya, now=NOW + 2 * DAY
    )
    limit = clocks_of(at_desk(maya), case)["limit"]
    assert (limit["state"], limit["allowed"], limit["used"]) == (
        "stands_still",
        "15 00:00:00",
        "2 00:00:00",
    )
    assert [(span["runs"], span["because"]) for span in limit["spans"]] == [(True, "put_off"), (False, "")]


def test_what_is_waived_says_why(maya: Person) -> None:
    case = factories.case(owner=maya, case_type="po_required", category="urgent_renewal")
    limit = clocks_of(at_desk(maya), case)["limit"]
    assert (limit["state"], limit["due_at"]) == ("free", None)
    page = at_desk(maya).client.get(reverse("case", args=[case.pk])).content.decode()
    assert "Cases of this type are free of it." in page
