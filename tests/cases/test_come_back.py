"""A form that was opened from another page leads back there."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import factories
from tests.cases.desk import Desk, at_desk, text

pytestmark = pytest.mark.django_db
STEP = {
    "what": "Send the quote for 40 seats",
    "pick": "other",
    "day": (timezone.localdate() + timedelta(days=20)).isoformat(),
}


@pytest.fixture
def desk() -> Desk:
    return at_desk(factories.person())


def test_the_form_carries_where_it_was_opened_from(desk: Desk) -> None:
    case = factories.case(owner=desk.person)
    assert '<input type="hidden" name="back" value="/tasks/">' in text(
        desk.open(case, "next_steps", back="/tasks/")
    )


def test_carried_out_it_leads_back_there(desk: Desk) -> None:
    case = factories.case(owner=desk.person)
    response = desk.send(case, "next_steps", back="/tasks/", **STEP)
    assert (response.status_code, response["Location"]) == (302, "/tasks/")


def test_in_a_dialog_the_page_below_is_shown_anew(desk: Desk) -> None:
    case = factories.case(owner=desk.person)
    response = desk.send(case, "next_steps", htmx=True, back="/tasks/?tab=late", **STEP)
    again = json.loads(response["HX-Location"])
    assert (response.status_code, again["path"], again["target"]) == (204, "/tasks/?tab=late", "#main")


def test_refused_it_still_knows_the_way_back(desk: Desk) -> None:
    case = factories.case(owner=desk.person)
    response = desk.send(case, "next_steps", back="/tasks/", what="contact")
    assert response.status_code == 422
    assert '<input type="hidden" name="back" value="/tasks/">' in text(response)


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "tasks"]
)
def test_it_leads_to_no_other_site(desk: Desk, elsewhere: str) -> None:
    case = factories.case(owner=desk.person)
    response = desk.send(case, "next_steps", back=elsewhere, **STEP)
    assert response["Location"] == f"/cases/{case.pk}/"
