"""Putting a case off to the day that the customer asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from cases import lifecycle
from cases.forms import months_after
from cases.models import Case
from tests import factories
from tests.cases.desk import Desk, at_desk, text
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def maya() -> Desk:
    return at_desk(factories.person())


@pytest.fixture
def case(maya: Desk) -> Case:
    case = factories.case(owner=maya.person)
    lifecycle.pick_up(case_id=case.pk, by=maya.person, now=NOW)
    return case


def test_six_months_are_one_click_and_free_a_place(maya: Desk, case: Case) -> None:
    assert 'value="2026-09-03"' in text(maya.open(case, "later"))
    response = maya.send(case, "later", pick="2026-09-03", what="Ask whether the budget has come")
    assert response.status_code == 302
    case.refresh_from_db()
    assert case.deferred_until == date(2026, 9, 3)
    assert not case.holds_place
    assert case.next_steps.endswith("Ask whether the budget has come")


def test_a_quick_choice_brings_its_own_words(maya: Desk, case: Case) -> None:
    page = text(maya.open(case, "later"))
    for name, day in (
        ("In 1 month", "2026-04-03"),
        ("In 6 months", "2026-09-03"),
        ("Next quarter", "2026-05-01"),
    ):
        assert f'value="{day}"' in page
        assert f">{name}</button>" in page
    assert maya.send(case, "later", pick="2026-09-03", htmx=True).status_code == 200
    case.refresh_from_db()
    assert case.next_steps == "2026-03-03 PN Talk again in 6 months, as the customer asked"
    assert (case.status, case.deferred_until) == ("open", date(2026, 9, 3))


def test_another_day_needs_words(maya: Desk, case: Case) -> None:
    response = maya.send(case, "later", pick="other", day="2026-05-20")
    assert response.status_code == 422
    assert "Write what happens next." in text(response)


@pytest.mark.parametrize("day", ["2026-03-03", "2026-01-01", "2031-01-01"])
def test_a_day_that_is_not_later_is_refused(maya: Desk, case: Case, day: str) -> None:
    response = maya.send(case, "later", pick="other", day=day, what="Ask about the budget")
    assert response.status_code == 422
    assert f'value="{day}"' in text(response)
    case.refresh_from_db()
    assert case.deferred_until is None


def test_the_page_says_until_when(maya: Desk, case: Case) -> None:
    maya.send(case, "later", pick="2026-09-03", what="Ask whether the budget has come")
    assert "put off until 3 Sep 2026" in text(maya.open(case))


def test_a_colleague_cannot(case: Case) -> None:
    colleague = at_desk(factories.person())
    response = colleague.send(case, "later", pick="2026-09-03", what="Ask about the budget")
    assert response.status_code == 403


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 3, 3), 1, date(2026, 4, 3)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_months_end_where_the_month_does(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then
