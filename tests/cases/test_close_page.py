"""Closing a case on its page: what is missing is said beside each field, live and when it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from cases import lifecycle, planning
from cases.models import Case
from cases.talk import commenting
from tests import factories
from tests.cases.desk import Desk, at_desk, text
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db

ENDING = {"status": "resolved", "resolution_action": "answered_question", "feedback": "NA"}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def maya() -> Desk:
    return at_desk(factories.person())


def worked(maya: Desk, **fields: Any) -> Case:
    """A case in progress with a contact, so that nothing but the ending is missing."""
    account = fields.pop("account", None) or factories.account()
    contact = factories.contact(account)
    case = factories.case(owner=maya.person, account=account, contact_id=contact.pk, **fields)
    lifecycle.pick_up(case_id=case.pk, by=maya.person, now=NOW)
    return Case.objects.get(pk=case.pk)


def test_it_closes(maya: Desk) -> None:
    case = worked(maya)
    assert maya.send(case, "close", **ENDING).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.resolution_action, case.feedback) == ("resolved", "answered_question", "NA")
    assert case.closed_at == NOW


def test_an_empty_form_says_everything_that_is_missing_and_changes_nothing(maya: Desk) -> None:
    case = worked(maya)
    response = maya.send(case, "close", htmx=True)
    assert response.status_code == 422
    page = text(response)
    for said in ("Choose how the case ends.", "Choose what was done about it.", "or NA if there is none."):
        assert said in page
    case.refresh_from_db()
    assert case.is_open


def test_what_was_typed_is_kept(maya: Desk) -> None:
    case = worked(maya)
    page = text(maya.send(case, "close", **{**ENDING, "resolution_action": "", "feedback": "Loved it"}))
    assert "Loved it" in page
    assert 'value="resolved"' in page.split("checked")[0].rsplit("<input", 1)[1]


def test_the_form_says_what_is_missing_before_it_is_sent(maya: Desk) -> None:
    case = worked(maya)
    assert "Choose how the case ends." in text(maya.open(case, "close"))


def test_a_check_answers_with_the_gaps_alone_and_changes_nothing(maya: Desk) -> None:
    account = factories.account()
    opportunity = factories.opportunity(account)
    case = worked(maya, account=account, opportunity_id=opportunity.pk)
    response = maya.send(case, "close", htmx=True, check="1", status="resolved")
    assert response.status_code == 200
    page = text(response)
    assert 'id="gap-feedback"' in page
    assert page.count("hx-swap-oob") >= 5
    assert "Close its opportunity, won or lost." in page
    assert "<form" not in page
    case.refresh_from_db()
    assert case.is_open


def test_a_next_step_in_the_future_stands_in_the_way(maya: Desk) -> None:
    case = worked(maya)
    tomorrow = TODAY + timedelta(days=1)
    planning.set_next_steps(
        case_id=case.pk, what="Call about the quote", on=tomorrow, by=maya.person, now=NOW
    )
    response = maya.send(case, "close", **ENDING)
    assert response.status_code == 422
    assert "The next step lies in the future" in text(response)


def test_a_next_step_of_today_does_not_even_where_it_is_tomorrow_elsewhere() -> None:
    aiko = at_desk(factories.person(time_zone="Pacific/Auckland"))
    case = worked(aiko)
    today = planning.local_day(aiko.person, now=NOW)
    assert today > NOW.date()
    planning.set_next_steps(case_id=case.pk, what="Send the last mail", on=today, by=aiko.person, now=NOW)
    assert aiko.send(case, "close", **ENDING).status_code == 302


def test_an_inbound_request_is_closed_once_the_need_is_met(maya: Desk) -> None:
    case = worked(maya, case_type="contact_sales_request", category="inbound")
    refused = maya.send(case, "close", **ENDING)
    assert "Confirm that the customer" in text(refused)
    assert maya.send(case, "close", **ENDING, need_met="on").status_code == 302


def test_a_duplicate_names_the_other_case_by_its_number(maya: Desk) -> None:
    case, other = worked(maya), factories.case()
    ending = {**ENDING, "status": "duplicate"}
    assert "Name the case that already dealt with it." in text(maya.send(case, "close", **ending))
    unreadable = maya.send(case, "close", **ending, duplicate_of="that one")
    assert "such as SMB-10471" in text(unreadable)
    missing = maya.send(case, "close", **ending, duplicate_of="SMB-99999999")
    assert missing.status_code == 422
    assert "does not exist, or you may not see it" in text(missing)
    assert maya.send(case, "close", **ending, duplicate_of=other.number.lower()).status_code == 302
    case.refresh_from_db()
    assert case.duplicate_of == other


def test_unresponsive_takes_days_of_trying(maya: Desk) -> None:
    case = worked(maya)
    ending = {**ENDING, "status": "unresponsive", "resolution_action": "failed_to_engage"}
    assert "Log your attempts first" in text(maya.send(case, "close", **ending))


def test_from_open_only_a_duplicate_can_be_told(maya: Desk) -> None:
    case = factories.case(owner=maya.person)
    page = text(maya.open(case, "close"))
    assert 'value="duplicate"' in page
    assert 'value="resolved"' not in page


def test_a_high_value_account_stays_open_unless_it_will_churn(maya: Desk) -> None:
    case = worked(maya, case_type="high_value_account", category="high_value")
    refused = maya.send(case, "close", **ENDING)
    assert "certainly churn" in text(refused)
    ending = {**ENDING, "resolution_action": "request_not_possible"}
    assert maya.send(case, "close", **ending, will_churn="on").status_code == 302
    case.account.refresh_from_db()
    assert case.account.high_value_stopped


def test_a_stale_page_is_told_and_closes_with_one_more_click(maya: Desk) -> None:
    case = worked(maya)
    seen = case.version
    commenting.comment(case_id=case.pk, text="Wait!", by=maya.person, now=NOW)
    told = maya.send(case, "close", version=seen, **ENDING)
    assert told.status_code == 412
    assert "Close anyway" in text(told)
    assert maya.send(case, "close", **ENDING).status_code == 302


def test_a_colleague_cannot(maya: Desk) -> None:
    case = worked(maya)
    colleague = at_desk(factories.person())
    assert colleague.send(case, "close", **ENDING).status_code == 403


def test_the_dialog_closes_the_opportunity_in_the_same_step(maya: Desk) -> None:
    account = factories.account()
    deal = factories.opportunity(account)
    case = worked(maya, account=account, opportunity_id=deal.pk)
    page = text(maya.open(case, "close"))
    assert "Closed Won" in page
    assert "Closed Lost" in page
    refused = maya.send(case, "close", **ENDING, opportunity="won")
    assert "GitLab admin" in text(refused)
    assert "Say in a few words why it is lost." in text(
        maya.send(case, "close", **ENDING, opportunity="lost")
    )
    assert maya.send(case, "close", **ENDING, opportunity="lost", lost_reason="Too dear").status_code == 302
    deal.refresh_from_db()
    assert (deal.stage, deal.lost_reason) == ("closed_lost", "Too dear")
    assert "its opportunity Closed Lost" in text(maya.open(case))


def test_without_an_open_opportunity_none_is_offered(maya: Desk) -> None:
    account = factories.account()
    won = factories.opportunity(account, stage="closed_won")
    case = worked(maya, account=account, opportunity_id=won.pk)
    assert "Closed Lost" not in text(maya.open(case, "close"))


def test_a_first_order_of_mid_market_is_told_by_a_tick(maya: Desk) -> None:
    case = worked(maya, case_type="fo_opp")
    ending = {**ENDING, "status": "duplicate"}
    assert "or say that Mid-Market is looped in" in text(maya.send(case, "close", **ending))
    assert maya.send(case, "close", **ending, mid_market="on").status_code == 302
