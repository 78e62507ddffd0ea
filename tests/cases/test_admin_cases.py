"""Cases in the admin: found and read, never changed past the rules."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Case, Escalation
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def ops(client: Client) -> Client:
    client.force_login(factories.person("ops"))
    return client


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def found(ops: Client, term: str) -> str:
    return text(ops.get(reverse("admin:cases_case_changelist"), {"q": term}))


def test_a_case_is_found_by_number_and_by_the_beginning_of_its_subject(ops: Client) -> None:
    case = factories.case(subject="Blue moon rising")
    other = factories.case(subject="Something else")
    for term in (case.number, str(case.pk), case.number.lower(), "blue mo"):
        assert "Blue moon rising" in found(ops, term)
        assert other.subject not in found(ops, term)
    assert "0 cases" in found(ops, "moon")


def test_its_page_shows_everything_and_leads_to_where_it_is_worked(ops: Client) -> None:
    case = factories.case(subject="Blue moon rising")
    body = text(ops.get(reverse("admin:cases_case_change", args=[case.pk])))
    assert reverse("case", args=[case.pk]) in body
    assert "Blue moon rising" in body
    assert '<input type="submit"' not in body


@pytest.mark.parametrize("model", ["case", "history", "escalation"])
@pytest.mark.parametrize("action", ["add", "change", "delete"])
def test_nothing_of_a_case_is_written_here(ops: Client, model: str, action: str) -> None:
    case = factories.case()
    of_model = {
        "case": lambda: case.pk,
        "history": lambda: case.history.get().pk,
        "escalation": lambda: _asked(case).pk,
    }
    pk = of_model[model]()
    address = reverse(f"admin:cases_{model}_{action}", args=[] if action == "add" else [pk])
    assert ops.post(address, {"subject": "Other", "post": "yes"}).status_code == 403
    assert Case.objects.get() == case


def _asked(case: Case) -> Escalation:
    return Escalation.objects.create(
        case=case,
        kind="solutions_architect",
        state="asked",
        reason="A migration of forty projects",
        asked_by=factories.person(),
        asked_at=NOW,
    )


def test_a_request_is_found_by_its_case_and_read(ops: Client) -> None:
    case = factories.case()
    asked = _asked(case)
    listed = reverse("admin:cases_escalation_changelist")
    assert "1 escalation" in text(ops.get(listed, {"q": case.number}))
    assert "0 escalations" in text(ops.get(listed, {"q": "nothing"}))
    body = text(ops.get(reverse("admin:cases_escalation_change", args=[asked.pk])))
    assert "A migration of forty projects" in body
    assert '<input type="submit"' not in body


def test_lists_are_filtered_by_the_playbook_s_words(ops: Client) -> None:
    factories.case(subject="A Duo case")
    address = reverse("admin:cases_case_changelist")
    assert "A Duo case" in text(ops.get(address, {"category": "expansion"}))
    assert "A Duo case" not in text(ops.get(address, {"category": "inbound"}))
    assert "In Progress: Engaged" in text(ops.get(address))


def test_the_history_of_a_case_is_found_by_its_number(ops: Client) -> None:
    case = factories.case()
    factories.case()
    address = reverse("admin:cases_history_changelist")
    assert "1 history" in text(ops.get(address, {"q": case.number}))
