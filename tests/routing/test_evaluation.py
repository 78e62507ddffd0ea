"""What triggers make of events and of the book: a case, or the first reason for none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Event
from cases import opening
from cases.models import Case, Verb
from routing.models import BookPass, Evaluation, Trigger, Verdict
from routing.models.triggers import Once
from routing.triggers import evaluation, gathering
from routing.triggers.looks import occurrence
from smbcases import playbook
from tests import factories
from tests.factories import NOW, TODAY

AtOnce = Callable[..., list[Any]]
pytestmark = pytest.mark.usefixtures("triggers")


def evaluate(**when: Any) -> int:
    return evaluation.evaluate_pending(now=when.get("now", NOW))


def trigger(key: str, **changes: Any) -> Trigger:
    found = Trigger.objects.filter(playbook=playbook.active().key, key=key)
    if changes:
        found.update(**changes)
    return found.get()


def only(key: str, **changes: Any) -> Trigger:
    """The only trigger in force, so that a test sees its looks alone."""
    Trigger.objects.exclude(key=key).update(enabled=False)
    return trigger(key, enabled=True, **changes)


def verdicts(key: str) -> list[str]:
    looks = Evaluation.objects.filter(trigger__key=key).order_by("id")
    return list(looks.values_list("verdict", flat=True))


def duo(account: Account | None = None, **data: Any) -> Event:
    return factories.event("product.duo_trial_started", account or factories.account(), **data)


# Each verdict


def test_an_event_opens_a_case_that_tells_what_opened_it() -> None:
    account = factories.account(name="Acme", region="EMEA", language="de")
    event = duo(account, message="Thirty people try it.", url="https://example.com/t/1")
    assert evaluate() == 1
    case = Case.objects.get()
    assert (case.case_type, case.account, case.territory, case.language) == (
        "duo_trial_started",
        account,
        "emea-apj",
        "de",
    )
    assert "Acme" in case.subject
    assert (case.description, case.link) == ("Thirty people try it.", "https://example.com/t/1")
    assert case.history.get().verb == Verb.OPENED
    look = Evaluation.objects.get(verdict=Verdict.OPENED)
    assert (look.case, look.event, look.version) == (case, event, trigger("duo_trial_started").version)
    event.refresh_from_db()
    assert event.evaluated_at == NOW


def test_a_condition_that_does_not_hold_is_recorded_with_what_it_saw() -> None:
    only("duo_trial_started", condition="tier = 1 and carr >= 7000")
    duo(factories.account(tier=2, carr=5000))
    evaluate()
    look = Evaluation.objects.get()
    assert look.verdict == Verdict.CONDITION_FALSE
    assert (look.values["tier"], float(look.values["carr"])) == (2, 5000)


def test_there_may_be_no_record_to_ask() -> None:
    only("po_required", wakes_on=["crm.account.upserted"])
    factories.event("crm.account.upserted", factories.account())
    evaluate()
    assert verdicts("po_required") == [Verdict.NO_RECORD]


def test_accounts_outside_the_segment_get_none() -> None:
    only("duo_trial_started")
    duo(factories.account(segment="mid_market"))
    evaluate()
    assert verdicts("duo_trial_started") == [Verdict.SEGMENT]


@pytest.mark.usefixtures("_fy25")
def test_a_tier_that_does_not_get_the_case_type_gets_none() -> None:
    only("duo_trial_started")
    duo(factories.account(tier=3))
    evaluate()
    assert verdicts("duo_trial_started") == [Verdict.TIER]


def test_tiers_bind_nothing_where_they_are_information() -> None:
    only("duo_trial_started")
    duo(factories.account(tier=3))
    evaluate()
    assert verdicts("duo_trial_started") == [Verdict.OPENED]


def test_the_renewals_team_s_renewals_are_left_to_them() -> None:
    only("po_required")
    small = factories.account(carr=100, lam=5)
    factories.opportunity(small, po_required=True)
    evaluation.look_at_book(now=NOW)
    assert verdicts("po_required") == [Verdict.RENEWALS_TEAM]


def test_some_case_types_stay_ours_even_there() -> None:
    only("renewal_will_fail")
    factories.opportunity(factories.account(carr=100, lam=5), will_fail=True)
    evaluation.look_at_book(now=NOW)
    assert verdicts("renewal_will_fail") == [Verdict.OPENED]


def test_high_value_cases_that_were_stopped_stay_stopped() -> None:
    only("high_value_account", condition="high_value = True", daily=True)
    factories.account(high_value=True, high_value_stopped=True)
    evaluation.look_at_book(now=NOW)
    assert verdicts("high_value_account") == [Verdict.HIGH_VALUE_STOPPED]


def test_while_its_case_is_open_a_trigger_opens_no_second_one() -> None:
    only("duo_trial_started", once_per=Once.EVENT)
    account = factories.account()
    duo(account)
    evaluate()
    duo(account)
    evaluate()
    assert verdicts("duo_trial_started") == [Verdict.OPENED, Verdict.ALREADY_OPEN]
    assert Evaluation.objects.get(verdict=Verdict.ALREADY_OPEN).case == Case.objects.get()


def test_two_events_together_open_one_case_and_both_name_it() -> None:
    only("duo_trial_started", once_per=Once.EVENT)
    account = factories.account()
    duo(account)
    duo(account)
    evaluate()
    assert verdicts("duo_trial_started") == [Verdict.OPENED, Verdict.ALREADY_OPEN]
    assert set(Evaluation.objects.values_list("case", flat=True)) == {Case.objects.get().pk}


def test_the_same_occurrence_opens_no_second_case_after_the_first_was_closed() -> None:
    only("high_pte", daily=True, condition="pte = 5", once_per=Once.QUARTER)
    factories.account(pte=5)
    evaluation.look_at_book(now=NOW)
    Case.objects.update(closed_at=NOW, resolution_action="answered_question")
    factories.event(
        "crm.account.upserted", Account.objects.get(), external_id=Account.objects.get().external_id
    )
    trigger("high_pte", wakes_on=["crm.account.upserted"])
    evaluate()
    assert verdicts("high_pte") == [Verdict.OPENED, Verdict.SAME_OCCURRENCE]
    evaluation.look_at_book(now=NOW + timedelta(days=1))
    assert Case.objects.count() == 1
    evaluation.look_at_book(now=NOW + timedelta(days=92))
    assert Case.objects.count() == 2, "another quarter is another occurrence"


def test_another_opportunity_is_another_reason() -> None:
    only("po_required")
    account = factories.account()
    factories.opportunity(account, po_required=True)
    factories.opportunity(account, po_required=True)
    evaluation.look_at_book(now=NOW)
    assert Case.objects.count() == 2


def test_mail_from_somebody_unknown_opens_a_case_without_an_account() -> None:
    only("email_to_case")
    for sender in ("x@example.org", "y@example.org"):
        factories.event("mail.received", None, **{"from": sender, "message": "Hello"})
    evaluate()
    cases = Case.objects.order_by("id")
    assert [(case.web_email, case.account, case.territory) for case in cases] == [
        ("x@example.org", None, ""),
        ("y@example.org", None, ""),
    ]


# Twice, and at once


def test_run_twice_it_does_nothing_the_second_time() -> None:
    account = factories.account()
    duo(account)
    factories.opportunity(account, po_required=True)
    evaluate()
    evaluation.look_at_book(now=NOW)
    before = Evaluation.objects.count(), Case.objects.count(), BookPass.objects.count()
    assert evaluate() == 0
    assert evaluation.look_at_book(now=NOW) == 0
    assert (Evaluation.objects.count(), Case.objects.count(), BookPass.objects.count()) == before


def test_an_event_that_is_not_taken_in_yet_is_not_looked_at() -> None:
    Event.objects.filter(pk=duo().pk).update(applied_at=None)
    assert evaluate() == 0


def test_a_suppressed_record_is_noted_once_not_every_day() -> None:
    only("po_required")
    factories.opportunity(factories.account(carr=100, lam=5), po_required=True)
    for days in range(3):
        evaluation.look_at_book(now=NOW + timedelta(days=days))
    assert verdicts("po_required") == [Verdict.RENEWALS_TEAM]
    assert list(BookPass.objects.values_list("matched", "opened", "suppressed")) == [(1, 0, 1)] * 3


def test_triggers_that_are_switched_off_look_at_nothing() -> None:
    trigger("duo_trial_started", enabled=False)
    duo()
    evaluate()
    assert not Evaluation.objects.exists()


def test_the_cost_of_a_batch_does_not_grow_with_its_events() -> None:
    only("duo_trial_started")
    duo()
    with CaptureQueriesContext(connection) as few:
        evaluate()
    for _ in range(40):
        duo()
    with CaptureQueriesContext(connection) as many:
        evaluate()
    assert Case.objects.count() == 41
    assert len(many) == len(few)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_open_nothing_twice(at_once: AtOnce) -> None:
    accounts = [factories.account() for _ in range(30)]
    for account in accounts:
        duo(account)
        factories.opportunity(account, po_required=True)
    looked = at_once(*[evaluate] * 3, *[lambda: evaluation.look_at_book(now=NOW)] * 3)
    assert sum(looked[:3]) == 30
    evaluation.look_at_book(now=NOW)
    assert Case.objects.filter(case_type="duo_trial_started").count() == 30
    assert Case.objects.filter(case_type="po_required").count() == 30


@pytest.mark.django_db(transaction=True)
def test_what_somebody_else_opened_meanwhile_is_refused_by_the_database() -> None:
    account = factories.account()
    drafts = [factories.draft(account_id=account.pk, occurrence=name) for name in ("one", "two")]
    opened = opening.open_cases(drafts, now=NOW)
    assert len(opened.cases) == 1
    assert opened.refused == [drafts[1]]


# The two ways of naming an occurrence


@pytest.mark.parametrize("once", [Once.RECORD, Once.TERM, Once.QUARTER, Once.FISCAL_YEAR])
@pytest.mark.parametrize("asked_of", ["account", "opportunity", "subscription", "lead"])
@pytest.mark.parametrize("today", [date(2026, 1, 31), date(2026, 2, 1), TODAY])
def test_the_query_names_an_occurrence_as_the_look_does(once: str, asked_of: str, today: date) -> None:
    one = trigger("po_required", asked_of=asked_of, once_per=once, condition="")
    account = factories.account()
    factories.opportunity(account)
    factories.subscription(account)
    factories.lead(account)
    (row,) = gathering.new_in_book(one, today=today)
    assert row.occurrence_name == occurrence(one, record=row, event=None, today=today)


# The playbooks' own triggers


@pytest.mark.parametrize("key", playbook.keys())
def test_every_trigger_runs_woken_and_daily(key: str, settings: Any) -> None:
    settings.PLAYBOOK = key
    Trigger.objects.update(enabled=True)
    account = factories.account(tier=1, pte=5, ptc=5)
    subscription = factories.subscription(account)
    opportunity = factories.opportunity(account)
    contact = factories.contact(account)
    lead = factories.lead(account)
    named = {
        "contact": contact.external_id,
        "lead": lead.external_id,
        "opportunity": opportunity.external_id,
        "subscription": subscription.external_id,
    }
    kinds = {kind for one in Trigger.objects.filter(playbook=key) for kind in one.wakes_on}
    for kind in sorted(kinds):
        factories.event(kind, account, **named)
        factories.event(kind, account)
    assert evaluate() == 2 * len(kinds)
    evaluation.look_at_book(now=NOW)
    woken = Trigger.objects.filter(playbook=key).exclude(wakes_on=[])
    assert set(Evaluation.objects.values_list("trigger", flat=True)) >= {one.pk for one in woken}
    daily = Trigger.objects.filter(playbook=key, daily=True)
    assert set(BookPass.objects.values_list("trigger", flat=True)) == {one.pk for one in daily}
    assert not Case.objects.filter(subject__contains="{").exists()
    assert not Case.objects.filter(context__contains="{").exists()
