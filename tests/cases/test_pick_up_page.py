"""Picking a case up on its page."""

from __future__ import annotations

import pytest

from accounts.models import Role
from cases import lifecycle
from cases.models import Case, Verb
from tests import factories
from tests.cases.desk import at_desk, text
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_it_moves_the_case_in_progress() -> None:
    maya = factories.person()
    case = factories.case(owner=maya)
    response = at_desk(maya).send(case, "pick_up")
    assert response.status_code == 302
    assert response.url == f"/cases/{case.pk}/"
    case.refresh_from_db()
    assert case.stage == "in_progress"
    assert case.history.filter(verb=Verb.PICKED_UP, person=maya).count() == 1


def test_in_place_the_page_comes_back_with_a_message() -> None:
    maya = factories.person()
    case = factories.case(owner=maya)
    response = at_desk(maya).send(case, "pick_up", htmx=True)
    assert response.headers["HX-Retarget"] == "#case"
    page = text(response)
    assert page.startswith('<div id="case">')
    assert f"You picked {case.number} up." in page


def test_whoever_lost_it_meanwhile_is_told_who_has_it_and_keeps_a_way_on() -> None:
    maya, theo = factories.person(name="Maya Stone"), factories.person(name="Theo Brandt")
    case = factories.case(owner=maya)
    seen = case.version
    factories.give([Case.objects.get(pk=case.pk)], theo)
    lifecycle.pick_up(case_id=case.pk, by=theo, now=NOW)
    told = at_desk(maya).send(case, "pick_up", version=seen)
    assert told.status_code == 412
    assert "Theo Brandt</b> picked it up" in text(told) or "Theo Brandt picked it up" in text(told)
    again = at_desk(maya).send(case, "pick_up")
    assert again.status_code == 403
    assert "Theo Brandt has" in text(again)


def test_a_closed_case_says_so() -> None:
    maya = factories.person()
    case = factories.case(
        owner=maya, columns={"status": "resolved", "closed_at": NOW, "resolution_action": "answered_question"}
    )
    response = at_desk(maya).send(case, "pick_up")
    assert response.status_code == 409
    assert "is closed" in text(response)


def test_others_cannot() -> None:
    case = factories.case(owner=factories.person())
    assert at_desk(factories.person()).send(case, "pick_up").status_code == 403
    outsider = factories.person(Role.STAKEHOLDER, department="support")
    assert at_desk(outsider).send(case, "pick_up").status_code == 403


def test_looking_at_the_form_changes_nothing() -> None:
    maya = factories.person()
    case = factories.case(owner=maya)
    assert at_desk(maya).open(case, "pick_up").status_code == 200
    case.refresh_from_db()
    assert case.picked_up_at is None
