"""Closing many cases: their opportunities with them, and all of it taken back by an undo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from accounts import keys
from accounts.models import Account, Opportunity, Person
from accounts.models.keys import Scope
from cases import concluding, lifecycle, planning, together
from cases.closing import Closure
from cases.many import closed_beside, forms, running, selecting, undoing
from cases.models import BulkRow, BulkRun, Case
from cases.talk import commenting
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(seconds=30)
RESOLVED = {"status": "resolved", "resolution_action": "no_action_required", "feedback": "NA"}
LOST = {**RESOLVED, "opportunity": "lost", "lost_reason": "They merge with a rival"}
WON = {**RESOLVED, "opportunity": "won"}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def maya() -> Person:
    return factories.person(name="Maya Stone", initials="MS")


def work(owner: Person, *, deal: Opportunity | None = None, **fields: Any) -> Case:
    """A case that is picked up, with its contact and, where one is given, its opportunity."""
    account = deal.account if deal else fields.pop("account", None) or factories.account()
    contact = account.contacts.first() or factories.contact(account)
    about = {"contact_id": contact.pk, "opportunity_id": deal.pk if deal else None, **fields}
    case = factories.case(owner=owner, account=account, **about)
    return lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)


def close(cases: list[Case], by: Person, given: dict[str, Any]) -> BulkRun:
    chosen = selecting.ticked([case.pk for case in cases], by=by)
    run = running.choose(act="close", chosen=chosen, by=by, now=NOW)
    running.preview(run_id=run.pk, given=given, by=by, now=NOW)
    return running.carry_out(run_id=run.pk, by=by, now=NOW)


def undo(run: BulkRun, by: Person) -> list[BulkRow]:
    undoing.undo(run_id=run.pk, by=by, now=LATER)
    return list(run.rows.order_by("position"))


def stage(deal: Opportunity) -> str:
    deal.refresh_from_db()
    return deal.stage


def test_their_opportunities_close_with_them(maya: Person) -> None:
    deals = [factories.opportunity(factories.account()) for _ in range(2)]
    cases = [work(maya, deal=deal) for deal in deals]
    refused = close(cases, maya, RESOLVED)
    assert {row.detail for row in refused.rows.all()} == {"Close its opportunity, won or lost."}
    close(cases, maya, LOST)
    for deal in deals:
        assert stage(deal) == "closed_lost"
        assert (deal.lost_reason, deal.closed_by) == ("They merge with a rival", maya)
    assert Case.objects.closed().count() == 2


def test_a_loss_needs_its_reason_and_a_win_its_gitlab_admin(maya: Person) -> None:
    account = factories.account()
    Account.objects.filter(pk=account.pk).update(gitlab_admin=factories.contact(account))
    sound = work(maya, deal=factories.opportunity(account))
    unsound = work(maya, deal=factories.opportunity(factories.account()))
    assert "why it is lost" in close([sound], maya, {**LOST, "lost_reason": ""}).rows.get().detail
    run = close([sound, unsound], maya, WON)
    assert [row.verdict for row in run.rows.order_by("position")] == ["goes", "refused"]
    assert "GitLab admin" in run.rows.get(verdict="refused").detail


def test_two_cases_of_one_opportunity_close_it_once(maya: Person) -> None:
    deal = factories.opportunity(factories.account())
    cases = [work(maya, deal=deal), work(maya, deal=deal, case_type="po_required")]
    run = close(cases, maya, LOST)
    assert Case.objects.closed().count() == 2
    assert [bool(row.beside) for row in run.rows.order_by("position")] == [True, False]
    assert [row.undone for row in undo(run, maya)] == [True, True]
    assert stage(deal) == "1_discovery"


def test_undo_makes_the_opportunity_as_it_was(maya: Person) -> None:
    deal = factories.opportunity(factories.account(), stage="2_scoping", close_on=None)
    (row,) = undo(close([work(maya, deal=deal)], maya, LOST), maya)
    assert (row.undone, row.undo_detail) == (True, "")
    assert stage(deal) == "2_scoping"
    assert (deal.close_on, deal.lost_reason, deal.closed_by) == (None, "", None)
    assert deal.changed_here["stage"] == LATER.isoformat(), "a late event of the CRM does not close it again"


def test_an_opportunity_that_somebody_changed_since_stays(maya: Person) -> None:
    deal = factories.opportunity(factories.account(), name="Renewal 2026")
    run = close([work(maya, deal=deal)], maya, LOST)
    Opportunity.objects.filter(pk=deal.pk).update(as_of=LATER)
    (row,) = undo(run, maya)
    assert row.undone
    assert row.undo_detail == (
        "Its opportunity Renewal 2026 was changed since, so that stays as it is now: Closed Lost."
    )
    assert stage(deal) == "closed_lost"
    assert Case.objects.open().count() == 1


def test_an_opportunity_that_a_closed_case_needs_stays_closed(maya: Person) -> None:
    deal = factories.opportunity(factories.account())
    one, other = work(maya, deal=deal), work(maya, deal=deal, case_type="po_required")
    run = close([one, other], maya, LOST)
    commenting.comment(case_id=other.pk, text="They have signed elsewhere.", by=maya, now=LATER)
    rows = undo(run, maya)
    assert [row.undone for row in rows] == [True, False]
    assert f"{other.number}, which is closed, is about it too" in rows[0].undo_detail
    assert stage(deal) == "closed_lost"


def test_the_risk_of_who_leaves_goes_back_with_the_rest(maya: Person) -> None:
    """No form offers it for many cases; what is closed beside a case is noted and taken back alike."""
    deal = factories.opportunity(factories.account(), risk="low")
    case = work(maya, deal=deal)
    closure = Closure(**LOST, will_churn=True)
    deed = concluding.Close(by=maya, now=NOW, closure=closure)
    together.each(deed, [case.pk])
    deal.refresh_from_db()
    assert (deal.stage, deal.risk) == ("closed_lost", "will_churn")
    lifecycle.reopen(case_id=case.pk, by=maya, reason="They stay", now=LATER)
    with transaction.atomic():
        assert closed_beside.take_back(deed.beside, LATER) == {}
    deal.refresh_from_db()
    assert (deal.stage, deal.risk) == ("1_discovery", "low")


STOPS = {**LOST, "resolution_action": "request_not_possible"}


def last_years(owner: Person, account: Account, deal: Opportunity | None = None) -> Case:
    """A High Value Account case that may be closed: its fiscal year is over."""
    opened = NOW.replace(year=2025)
    about = {"case_type": "high_value_account", "category": "high_value", "now": opened}
    contact = account.contacts.first() or factories.contact(account)
    case = factories.case(
        owner=owner,
        account=account,
        contact_id=contact.pk,
        opportunity_id=deal.pk if deal else None,
        **about,
    )
    return lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)


def is_stopped(account: Account) -> bool:
    account.refresh_from_db()
    return account.high_value_stopped


def test_undo_lifts_the_stop_of_high_value_cases(maya: Person) -> None:
    account = factories.account()
    run = close([last_years(maya, account)], maya, STOPS)
    assert is_stopped(account)
    undo(run, maya)
    assert not is_stopped(account)


def test_a_stop_that_was_there_before_stays(maya: Person) -> None:
    account = factories.account(high_value_stopped=True)
    undo(close([last_years(maya, account)], maya, STOPS), maya)
    assert is_stopped(account)


def test_a_stop_stays_as_long_as_another_closed_case_keeps_it(maya: Person) -> None:
    account = factories.account()
    cases = [last_years(maya, account), last_years(maya, account, factories.opportunity(account))]
    runs = [close([case], maya, STOPS) for case in cases]
    undo(runs[0], maya)
    assert is_stopped(account)
    undo(runs[1], maya)
    assert not is_stopped(account)


def test_undo_says_which_case_is_open_for_the_same_reason_now(maya: Person) -> None:
    case = work(maya)
    run = close([case], maya, RESOLVED)
    another = factories.case(account=case.account)
    (row,) = undo(run, maya)
    assert not row.undone
    assert row.undo_detail == f"{another.number} is open for the same reason; work that one."


def test_first_orders_of_mid_market_need_no_original(maya: Person) -> None:
    case = work(maya, case_type="fo_opp")
    given = {**RESOLVED, "status": "duplicate"}
    assert "Mid-Market" in close([case], maya, given).rows.get().detail
    assert close([case], maya, {**given, "mid_market": True}).rows.get().verdict == "goes"


@pytest.mark.parametrize(
    ("case_type", "category", "with_deal", "asked"),
    [
        ("duo_trial_started", "expansion", False, set()),
        ("contact_sales_request", "inbound", False, {"need_met"}),
        ("fo_opp", "expansion", True, {"mid_market", "opportunity", "lost_reason"}),
    ],
)
def test_the_form_asks_what_the_cases_ask(
    maya: Person, case_type: str, category: str, with_deal: bool, asked: set[str]
) -> None:
    deal = factories.opportunity(factories.account()) if with_deal else None
    case = work(maya, deal=deal, case_type=case_type, category=category)
    run = running.choose(act="close", chosen=selecting.ticked([case.pk], by=maya), by=maya, now=NOW)
    form = forms.Close(run=run)
    assert set(form.fields) == {"status", "resolution_action", "feedback", "duplicate_of", *asked}
    assert ("one case at a time" in form.note) == with_deal


def test_a_customer_who_churns_is_closed_alone(maya: Person) -> None:
    scopes = (Scope.CASES_READ, Scope.CASES_WRITE)
    _, secret = keys.create(name="Bot", scopes=scopes, acts_for=maya, now=NOW)
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    body = {"act": "close", "cases": [work(maya).number], "given": {**RESOLVED, "will_churn": True}}
    sent = api.post("/api/cases/bulk", body, content_type="application/json")
    assert sent.status_code == 400
    assert "one case at a time" in sent.content.decode()


def test_by_page_an_opportunity_that_stays_closed_is_said(client: Client, maya: Person) -> None:
    deal = factories.opportunity(factories.account(), name="Renewal 2026")
    run = close([work(maya, deal=deal)], maya, LOST)
    Opportunity.objects.filter(pk=deal.pk).update(as_of=LATER)
    client.force_login(maya)
    page = client.post(f"/cases/many/{run.pk}/undo/", follow=True).content.decode()
    assert "1 of 1 is as before." in page
    assert "Renewal 2026 was changed since" in page


def test_what_was_touched_since_the_closing_stays_with_its_opportunity(maya: Person) -> None:
    deal = factories.opportunity(factories.account())
    case = work(maya, deal=deal)
    run = close([case], maya, LOST)
    lifecycle.reopen(case_id=case.pk, reason="They asked again", by=maya, now=LATER)
    (row,) = undo(run, maya)
    assert not row.undone
    assert "worked on since" in row.undo_detail
    assert stage(deal) == "closed_lost"


def test_a_step_that_lies_ahead_is_refused_by_the_same_sentence(maya: Person) -> None:
    case = work(maya)
    on = TODAY + timedelta(days=1)
    planning.set_next_steps(case_id=case.pk, what="Send the quote", on=on, by=maya, now=NOW)
    assert close([case], maya, RESOLVED).rows.get().detail == (
        "The next step lies in the future: do it, or change it."
    )
