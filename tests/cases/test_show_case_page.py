"""A case's page: what it tells, to whom, and in how many queries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from cases import details, lifecycle
from cases.talk import commenting
from tests import factories
from tests.cases.desk import at_desk, text
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_it_tells_why_the_case_exists_and_what_to_do() -> None:
    maya = factories.person(name="Maya Stone")
    case = factories.case(owner=maya, context="The trial has started.", cta="Ask what they try.")
    page = text(at_desk(maya).open(case))
    assert "Why this case" in page
    assert "The trial has started." in page
    assert "Ask what they try." in page
    assert case.number in page
    assert "Duo Trial Started" in page


def test_the_main_act_is_to_pick_up_then_to_close() -> None:
    maya = factories.person()
    case = factories.case(owner=maya)
    assert 'id="act-pick-up"' in text(at_desk(maya).open(case))
    lifecycle.pick_up(case_id=case.pk, by=maya, now=NOW)
    page = text(at_desk(maya).open(case))
    assert 'id="act-pick-up"' not in page
    assert 'class="btn btn-primary ' in page.split('id="act-close"')[0].rsplit("<a ", 1)[1]


def test_only_legal_moves_are_offered() -> None:
    maya = factories.person()
    case = factories.case(owner=maya)
    lifecycle.set_status(case_id=case.pk, status="engaged", by=maya, now=NOW)
    page = text(at_desk(maya).open(case))
    assert 'value="blocked"' in page
    assert 'value="engaged"' not in page
    assert 'value="resolved"' not in page


def test_a_colleague_reads_it_and_is_told_who_works_it() -> None:
    maya, luis = factories.person(name="Maya Stone"), factories.person()
    case = factories.case(owner=maya)
    page = text(at_desk(luis).open(case))
    assert "Maya Stone works this case." in page
    for control in ("act-pick-up", "act-close", "act-later", "act-hand-over", "next-step-what"):
        assert f'id="{control}"' not in page


def test_who_may_not_see_it_finds_nothing() -> None:
    outsider = factories.person(Role.STAKEHOLDER, department="support")
    assert at_desk(outsider).open(factories.case()).status_code == 404


def test_a_role_without_cases_is_refused() -> None:
    assert at_desk(factories.person(Role.BDR)).open(factories.case()).status_code == 403


def test_nobody_is_asked_to_sign_in_first(client: Client) -> None:
    case = factories.case()
    response = client.get(f"/cases/{case.pk}/")
    assert response.status_code == 302
    assert "/sign-in/" in response.headers["Location"]


def test_what_customers_wrote_is_shown_as_text() -> None:
    maya = factories.person()
    case = factories.case(owner=maya, description="<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)" in text(at_desk(maya).open(case))


def test_the_required_ten_says_what_is_missing_and_where_to_put_it_right() -> None:
    maya = factories.person()
    case = factories.case(owner=maya)
    lifecycle.pick_up(case_id=case.pk, by=maya, now=NOW)
    page = text(at_desk(maya).open(case))
    assert "Missing:" in page
    assert f'href="/cases/{case.pk}/contact/" aria-label="Contact: choose"' in page


def test_the_history_is_paged() -> None:
    maya = factories.person()
    case = factories.case(owner=maya)
    for number in range(25):
        commenting.comment(case_id=case.pk, text=f"note {number};", by=maya, now=NOW)
    page = text(at_desk(maya).open(case))
    assert "note 24;" in page
    assert "note 4;" not in page
    before = page.split("?before=")[1].split("#")[0]
    older = at_desk(maya).open(case, "history", htmx=True, before=before)
    assert "note 4;" in text(older)
    assert "<html" not in text(older)
    assert "<html" in text(at_desk(maya).open(case, "history", before=before))


def test_other_open_cases_of_the_account_are_named() -> None:
    maya, account = factories.person(), factories.account()
    case = factories.case(owner=maya, account=account)
    other = factories.case(account=account, case_type="customer_mql")
    assert other.number in text(at_desk(maya).open(case))


def test_a_case_without_an_account_can_be_shown_and_given_one() -> None:
    maya = factories.person()
    (case,) = factories.cases(1)
    factories.give([case], maya)
    assert 'id="act-account"' in text(at_desk(maya).open(case))


def test_its_queries_do_not_grow_with_its_history() -> None:
    maya, account = factories.person(), factories.account()
    case = factories.case(owner=maya, account=account)
    desk = at_desk(maya)
    desk.open(case)
    with CaptureQueriesContext(connection) as before:
        desk.open(case)
    for number in range(15):
        at = NOW + timedelta(minutes=number)
        details.log_activity(case_id=case.pk, kind="email", what=f"Mail {number}", by=maya, now=at)
        factories.case(account=account, occurrence=f"other:{number}", case_type=f"type{number}")
        factories.contact(account)
    with CaptureQueriesContext(connection) as after:
        desk.open(case)
    assert len(after) <= len(before) + 1
    assert len(after) < 22
