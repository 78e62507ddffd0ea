"""Handing a case over: who is offered, what is asked for, what the record says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from accounts.models import Person, Role
from cases.models import Case, Verb
from routing.models import Assignment, Pool
from tests import factories
from tests.cases.desk import at_desk, text
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def amer() -> Pool:
    return factories.pool("amer")


def advocate(pool: Pool, name: str, *, places: int | None = None, **fields: object) -> Person:
    person = factories.person(name=name, **fields)
    factories.member(pool, person=person, places=places)
    return person


@pytest.fixture
def maya(amer: Pool) -> Person:
    return advocate(amer, "Maya Stone")


@pytest.fixture
def theo(amer: Pool) -> Person:
    return advocate(amer, "Theo Brandt", languages=["en", "de"])


@pytest.fixture
def case(maya: Person) -> Case:
    return factories.case(owner=maya)


def test_the_team_is_offered_with_room_and_languages(case: Case, maya: Person, theo: Person) -> None:
    page = text(at_desk(maya).open(case, "hand_over"))
    assert "Theo Brandt" in page
    assert "en, de" in page
    assert "<b>0</b> of 50" in page
    assert f'name="to" value="{maya.pk}"' not in page


def test_whoever_is_away_is_marked(amer: Pool, case: Case, maya: Person) -> None:
    factories.time_off(advocate(amer, "Luis Prado"))
    assert "Away, back 4 Mar" in text(at_desk(maya).open(case, "hand_over"))


def test_it_changes_hands_with_the_reason_on_record(case: Case, maya: Person, theo: Person) -> None:
    response = at_desk(maya).send(case, "hand_over", to=theo.pk, reason="Speaks German")
    assert response.status_code == 302
    case.refresh_from_db()
    assert case.owner == theo
    assert Assignment.objects.get(case=case).reason == "Speaks German"
    page = text(at_desk(theo).open(case))
    assert "handed it over to" in page
    assert "Speaks German" in page


def test_it_needs_a_person_and_a_reason_and_keeps_what_was_given(
    case: Case, maya: Person, theo: Person
) -> None:
    response = at_desk(maya).send(case, "hand_over", to=theo.pk, reason=" ")
    assert response.status_code == 422
    page = text(response)
    assert "Say why it changes hands" in page
    assert f'value="{theo.pk}" checked' in page
    assert "Choose who shall have it." in text(at_desk(maya).send(case, "hand_over", reason="Why not"))
    case.refresh_from_db()
    assert case.owner == maya


def test_a_full_colleague_cannot_be_chosen_by_an_advocate(amer: Pool, case: Case, maya: Person) -> None:
    full = advocate(amer, "Aiko Mori", places=0)
    page = text(at_desk(maya).open(case, "hand_over"))
    assert "Only a manager may go over it." in page
    response = at_desk(maya).send(case, "hand_over", to=full.pk, reason="Please")
    assert response.status_code == 409
    assert "A manager may go over it." in text(response)


def test_a_manager_may_go_over_capacity_and_the_record_says_so(amer: Pool, case: Case) -> None:
    full = advocate(amer, "Aiko Mori", places=0)
    boss = factories.person(Role.MANAGER)
    assert "You may go over it; the record will say so." in text(at_desk(boss).open(case, "hand_over"))
    assert at_desk(boss).send(case, "hand_over", to=full.pk, reason="Knows them").status_code == 302
    assert Assignment.objects.get(case=case).over_capacity
    assert "so this went over capacity" in text(at_desk(full).open(case))


def test_a_case_that_waits_is_given_by_a_manager(amer: Pool, theo: Person) -> None:
    case = factories.case()
    boss = factories.person(Role.MANAGER)
    assert at_desk(boss).send(case, "hand_over", to=theo.pk, reason="Urgent").status_code == 302
    case.refresh_from_db()
    assert case.owner == theo


def test_a_stale_page_is_told(case: Case, maya: Person, theo: Person) -> None:
    seen = case.version
    at_desk(maya).send(case, "comment", text="Hm")
    response = at_desk(maya).send(case, "hand_over", version=seen, to=theo.pk, reason="Speaks German")
    assert response.status_code == 412
    assert "Hand over anyway" in text(response)


def test_a_colleague_cannot(case: Case, theo: Person) -> None:
    assert at_desk(theo).send(case, "hand_over", to=theo.pk, reason="Mine").status_code == 403
    assert not case.history.filter(verb=Verb.HANDED_OVER).exists()
