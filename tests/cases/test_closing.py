"""What stands between a case and its closing, and what closing does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from accounts.models import Contact, Lead, Opportunity, Person
from accounts.models.book import ActivityKind
from cases import closing, concluding, details, lifecycle, moves, planning, writing
from cases.closing import Beside, Closure, NotReadyToClose
from cases.models import Case, Verb
from tests import factories
from tests.factories import NOW, TODAY

MOMENT = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)
RESOLVED = Closure(status="resolved", resolution_action="answered_question", feedback="NA")
DUPLICATE = replace(RESOLVED, status="duplicate", duplicate_of_id=7)
UNRESPONSIVE = replace(RESOLVED, status="unresponsive", resolution_action="failed_to_engage")
CHURN = replace(RESOLVED, resolution_action="request_not_possible", will_churn=True)


def case(**facts: Any) -> Case:
    defaults: dict[str, Any] = {
        "pk": 5,
        "playbook": "fy26",
        "case_type": "duo_trial_started",
        "category": "expansion",
        "status": "engaged",
        "opened_at": MOMENT,
        "contact": Contact(pk=1, name="Ann"),
    }
    return Case(**{**defaults, **facts})


def gaps(one: Case, closure: Closure, *, tried: datetime | None = None, now: datetime = MOMENT) -> list[str]:
    tries = (tried, tried) if tried else ()
    found = closing.missing(one, closure, beside=Beside(tried=tries, today=now.date(), now=now))
    assert all(item.sentence.endswith(".") for item in found)
    return [item.field for item in found]


@pytest.mark.parametrize(
    ("facts", "closure", "expected"),
    [
        ({}, RESOLVED, []),
        ({}, replace(RESOLVED, status=""), ["status"]),
        ({}, replace(RESOLVED, status="engaged"), ["status"]),
        ({}, replace(RESOLVED, status="not_applicable"), ["status"]),
        ({}, replace(RESOLVED, resolution_action=""), ["resolution_action"]),
        ({}, replace(RESOLVED, resolution_action="magic"), ["resolution_action"]),
        ({}, replace(RESOLVED, feedback="  "), ["feedback"]),
        ({"contact": None}, RESOLVED, ["contact"]),
        ({"lead": Lead(pk=1, status="new")}, RESOLVED, ["lead"]),
        ({"lead": Lead(pk=1, status="converted")}, RESOLVED, []),
        ({"next_steps_on": MOMENT.date()}, RESOLVED, []),
        ({"next_steps_on": MOMENT.date() + DAY}, RESOLVED, ["next_steps_on"]),
        ({"opportunity": Opportunity(pk=1, stage="1_discovery")}, RESOLVED, ["opportunity"]),
        ({"opportunity": Opportunity(pk=1, stage="closed_lost")}, RESOLVED, []),
        ({"category": "inbound"}, RESOLVED, ["need_met"]),
        ({"category": "inbound"}, replace(RESOLVED, need_met=True), []),
        (
            {"contact": None, "category": "inbound"},
            replace(RESOLVED, feedback=""),
            ["feedback", "contact", "need_met"],
        ),
        ({"contact": None, "opportunity": Opportunity(pk=1)}, DUPLICATE, []),
        ({}, replace(DUPLICATE, duplicate_of_id=None), ["duplicate_of"]),
        ({}, replace(DUPLICATE, duplicate_of_id=5), ["duplicate_of"]),
        ({"case_type": "high_value_account"}, RESOLVED, ["will_churn"]),
        ({"case_type": "high_value_account"}, CHURN, []),
        ({"case_type": "high_value_account"}, replace(CHURN, will_churn=False), ["will_churn"]),
        (
            {"case_type": "high_value_account"},
            replace(CHURN, resolution_action="answered_question"),
            ["will_churn"],
        ),
    ],
)
def test_what_is_missing(facts: dict[str, Any], closure: Closure, expected: list[str]) -> None:
    assert gaps(case(**facts), closure) == expected


@pytest.mark.parametrize(
    ("tried", "expected"),
    [
        (None, ["status"]),
        (MOMENT, ["status"]),
        (MOMENT - 15 * DAY + timedelta(seconds=1), ["status"]),
        (MOMENT - 15 * DAY, []),
        (MOMENT - 90 * DAY, []),
    ],
)
def test_unresponsive_takes_fifteen_days_of_trying(tried: datetime | None, expected: list[str]) -> None:
    assert gaps(case(), UNRESPONSIVE, tried=tried) == expected


def test_it_says_how_many_days_are_left() -> None:
    (gap,) = closing.missing(
        case(),
        UNRESPONSIVE,
        beside=Beside(tried=[MOMENT - 14 * DAY] * 2, today=MOMENT.date(), now=MOMENT),
    )
    assert gap.sentence == "It takes 15 days of trying: 1 more day."


def test_in_fy25_feedback_may_be_left_out_and_na_is_a_status() -> None:
    old = case(playbook="fy25", status="in_progress")
    assert gaps(old, replace(RESOLVED, feedback="")) == []
    assert gaps(old, replace(RESOLVED, status="not_applicable", feedback="")) == []


# What closing does


@pytest.fixture
def owner(db: None) -> Person:
    return factories.person()


def worked(owner: Person, **facts: Any) -> Case:
    """A case that its owner has picked up, with a contact."""
    account = facts.pop("account", None) or factories.account()
    contact = factories.contact(account)
    one = factories.case(owner=owner, account=account, contact_id=contact.pk, **facts)
    return lifecycle.pick_up(case_id=one.pk, by=owner, now=NOW)


def close(one: Case, by: Person, closure: Closure = RESOLVED, **more: Any) -> Case:
    return lifecycle.close(case_id=one.pk, closure=closure, by=by, now=NOW, **more)


def test_closing_sets_the_time_frees_the_place_and_is_told(owner: Person) -> None:
    one = worked(owner)
    assert Case.objects.get(pk=one.pk).holds_place
    close(one, owner, replace(RESOLVED, feedback="  They like it. "))
    one.refresh_from_db()
    assert (one.status, one.closed_at, one.feedback, one.holds_place) == (
        "resolved",
        NOW,
        "They like it.",
        False,
    )
    assert (one.alert_at, one.due_at) == (None, NOW)
    row = one.history.order_by("-id")[0]
    assert (row.verb, row.person, row.data["resolution_action"]) == (Verb.CLOSED, owner, "answered_question")


def test_a_case_that_is_not_ready_stays_as_it_is(owner: Person) -> None:
    one = worked(owner)
    with pytest.raises(NotReadyToClose) as caught:
        close(one, owner, replace(RESOLVED, feedback="", resolution_action=""))
    assert [item["pointer"] for item in caught.value.more["errors"]] == ["/resolution_action", "/feedback"]
    assert Case.objects.get(pk=one.pk).version == one.version


def test_it_is_closed_from_where_the_playbook_has_a_move(owner: Person) -> None:
    account = factories.account()
    unread = factories.case(owner=owner, account=account, contact_id=factories.contact(account).pk)
    with pytest.raises(moves.IllegalMove):
        close(unread, owner)
    other = factories.case()
    assert close(unread, owner, replace(DUPLICATE, duplicate_of_id=other.pk)).duplicate_of_id == other.pk


def test_a_closed_case_is_not_closed_again(owner: Person) -> None:
    one = worked(owner)
    close(one, owner)
    with pytest.raises(moves.IllegalMove, match="closed"):
        close(one, owner)


def test_others_do_not_close_it(owner: Person) -> None:
    with pytest.raises(PermissionDenied):
        close(worked(owner), factories.person())


def test_the_case_that_dealt_with_it_must_be_one_that_may_be_seen(owner: Person) -> None:
    with pytest.raises(NotReadyToClose):
        close(worked(owner), owner, replace(DUPLICATE, duplicate_of_id=999_999))


def try_to_reach(one: Case, owner: Person, *, on: datetime, inbound: bool = False) -> None:
    details.log_activity(
        case_id=one.pk, kind=ActivityKind.EMAIL, what="Wrote to them", by=owner, now=on, inbound=inbound
    )


def close_at(one: Case, owner: Person, closure: Closure, *, on: datetime) -> Case:
    return lifecycle.close(case_id=one.pk, closure=closure, by=owner, now=on)


def test_attempts_that_were_logged_begin_the_fifteen_days(owner: Person) -> None:
    one = worked(owner)
    with pytest.raises(NotReadyToClose, match="Log your attempts first"):
        close(one, owner, UNRESPONSIVE)
    try_to_reach(one, owner, on=NOW)
    with pytest.raises(NotReadyToClose, match="It takes 2 logged attempts"):
        close_at(one, owner, UNRESPONSIVE, on=NOW + 15 * DAY)
    try_to_reach(one, owner, on=NOW + 3 * DAY)
    with pytest.raises(NotReadyToClose, match="1 more day"):
        close_at(one, owner, UNRESPONSIVE, on=NOW + 14 * DAY)
    assert close_at(one, owner, UNRESPONSIVE, on=NOW + 15 * DAY).status == "unresponsive"


def test_an_answer_begins_the_fifteen_days_anew(owner: Person) -> None:
    one = worked(owner)
    try_to_reach(one, owner, on=NOW)
    try_to_reach(one, owner, on=NOW + DAY, inbound=True)
    for day in (2, 5):
        try_to_reach(one, owner, on=NOW + day * DAY)
    with pytest.raises(NotReadyToClose, match="2 more days"):
        close_at(one, owner, UNRESPONSIVE, on=NOW + 15 * DAY)
    assert close_at(one, owner, UNRESPONSIVE, on=NOW + 17 * DAY).status == "unresponsive"


def test_the_original_is_not_itself_a_duplicate_of_this_case(owner: Person) -> None:
    one, other, third = worked(owner), worked(owner), worked(owner)
    close(other, owner, replace(DUPLICATE, duplicate_of_id=one.pk))
    close(third, owner, replace(DUPLICATE, duplicate_of_id=other.pk))
    for copy in (other, third):
        with pytest.raises(NotReadyToClose, match="closed as a duplicate of this one"):
            close(one, owner, replace(DUPLICATE, duplicate_of_id=copy.pk))


def test_the_opportunity_is_closed_in_the_same_step(owner: Person) -> None:
    account = factories.account()
    account.gitlab_admin = factories.contact(account)
    account.save()
    deal = factories.opportunity(account)
    one = worked(owner, account=account, opportunity_id=deal.pk)
    close(one, owner, replace(RESOLVED, opportunity="won"))
    deal.refresh_from_db()
    assert (deal.stage, deal.closed_by) == ("closed_won", owner)
    assert one.history.get(verb=Verb.CLOSED).data["opportunity"] == "Closed Won"


def test_nothing_is_won_without_the_gitlab_admin(owner: Person) -> None:
    account = factories.account()
    deal = factories.opportunity(account)
    one = worked(owner, account=account, opportunity_id=deal.pk)
    with pytest.raises(NotReadyToClose, match="GitLab admin"):
        close(one, owner, replace(RESOLVED, opportunity="won"))
    deal.refresh_from_db()
    assert deal.is_open
    assert Case.objects.get(pk=one.pk).is_open


def test_who_will_churn_has_a_lost_opportunity(owner: Person) -> None:
    account = factories.account()
    deal = factories.opportunity(account)
    one = worked(owner, account=account, opportunity_id=deal.pk)
    with pytest.raises(NotReadyToClose, match="as lost"):
        close(one, owner, replace(CHURN, opportunity=""))
    close(one, owner, replace(CHURN, opportunity="lost"))
    deal.refresh_from_db()
    assert (deal.stage, deal.risk) == ("closed_lost", "will_churn")
    assert "risk" in deal.changed_here


def test_a_loss_says_nothing_of_the_risk_where_the_customer_stays(owner: Person) -> None:
    account = factories.account()
    deal = factories.opportunity(account, risk="low")
    one = worked(owner, account=account, opportunity_id=deal.pk)
    close(one, owner, replace(RESOLVED, opportunity="lost", lost_reason="Too dear"))
    deal.refresh_from_db()
    assert (deal.stage, deal.risk) == ("closed_lost", "low")
    assert "risk" not in deal.changed_here


def test_a_disqualified_lead_is_dealt_with(owner: Person) -> None:
    lead = factories.lead(status="disqualified")
    one = factories.case(owner=owner, lead_id=lead.pk, case_type="customer_mql")
    lifecycle.pick_up(case_id=one.pk, by=owner, now=NOW)
    sold = replace(RESOLVED, resolution_action="completed_sales_assisted_order")
    with pytest.raises(NotReadyToClose, match="The lead was disqualified"):
        close(one, owner, sold)
    close(one, owner, replace(RESOLVED, resolution_action="no_action_required"))


def test_a_first_order_that_is_mid_market_needs_no_original(owner: Person) -> None:
    one = worked(owner, case_type="fo_opp")
    with pytest.raises(NotReadyToClose, match="Mid-Market is looped in"):
        close(one, owner, replace(DUPLICATE, duplicate_of_id=None))
    close(one, owner, replace(DUPLICATE, duplicate_of_id=None, mid_market=True))
    other = worked(owner)
    with pytest.raises(NotReadyToClose, match="Name the case"):
        close(other, owner, replace(DUPLICATE, duplicate_of_id=None, mid_market=True))


def test_a_high_value_case_is_reopened_with_its_stop(owner: Person) -> None:
    account = factories.account()
    one = worked(owner, account=account, case_type="high_value_account", category="high_value")
    close(one, owner, CHURN)
    lifecycle.reopen(case_id=one.pk, reason="They stay after all", by=owner, now=NOW)
    account.refresh_from_db()
    assert not account.high_value_stopped


def test_a_high_value_case_ends_as_others_do_after_its_fiscal_year(owner: Person) -> None:
    one = worked(owner, case_type="high_value_account", category="high_value")
    close_at(one, owner, RESOLVED, on=datetime(2027, 2, 2, tzinfo=UTC))
    one.account.refresh_from_db()
    assert not one.account.high_value_stopped


def test_the_customer_s_own_mail_is_no_attempt(owner: Person) -> None:
    one = worked(owner)
    details.log_activity(
        case_id=one.pk,
        kind=ActivityKind.EMAIL,
        what="They wrote",
        by=owner,
        now=NOW - 15 * DAY,
        inbound=True,
    )
    with pytest.raises(NotReadyToClose):
        close(one, owner, UNRESPONSIVE)


def test_a_high_value_case_closed_for_churn_stops_later_ones(owner: Person) -> None:
    account = factories.account(high_value=True)
    one = worked(owner, account=account, case_type="high_value_account", category="high_value")
    close(one, owner, CHURN)
    account.refresh_from_db()
    assert account.high_value_stopped


def test_request_not_possible_on_another_case_stops_nothing(owner: Person) -> None:
    account = factories.account()
    close(worked(owner, account=account), owner, CHURN)
    account.refresh_from_db()
    assert not account.high_value_stopped


def test_reopened_it_waits_with_its_former_owner_in_mind(owner: Person) -> None:
    one = worked(owner)
    close(one, owner)
    lifecycle.reopen(case_id=one.pk, reason="They came back", by=owner, now=NOW + DAY)
    one.refresh_from_db()
    assert (one.status, one.closed_at, one.owner, one.meant_for) == ("open", None, None, owner)
    assert (one.resolution_action, one.queued_at) == ("", NOW + DAY)
    assert Case.objects.waiting().get() == one


def test_it_is_not_reopened_beside_a_newer_one_for_the_same_reason(owner: Person) -> None:
    account = factories.account()
    one = worked(owner, account=account)
    close(one, owner)
    newer = factories.case(account=account)
    with pytest.raises(moves.IllegalMove, match=newer.number):
        lifecycle.reopen(case_id=one.pk, reason="They came back", by=owner, now=NOW)


def test_today_is_where_the_closer_is(owner: Person) -> None:
    """At 15:00 UTC it is tomorrow in Auckland: a step that is planned for then is due there."""
    owner.time_zone = "Pacific/Auckland"
    owner.save()
    one = worked(owner)
    planning.set_next_steps(case_id=one.pk, what="Send the quote again", on=TODAY + DAY, by=owner, now=NOW)
    assert close(one, owner).status == "resolved"


@pytest.mark.django_db
def test_what_a_win_depends_on_is_loaded_before_it_is_decided(
    owner: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Also where the opportunity is another account's, by a mistake in the CRM."""
    accounts = [factories.account() for _ in range(2)]
    for account in accounts:
        account.gitlab_admin = factories.contact(account)
        account.save()
    deal = factories.opportunity(accounts[1])
    one = worked(owner, account=accounts[0], opportunity_id=deal.pk)
    deed = concluding.Close(by=owner, now=NOW, closure=replace(RESOLVED, opportunity="won"))
    with transaction.atomic():
        (locked,) = writing.lock([one.pk]).values()
        deed.look([locked])
        with django_assert_num_queries(0):
            deed.decide(locked)
    assert deed.beside[one.pk]["opportunity"]["after"]["stage"] == "closed_won"


@pytest.mark.django_db(transaction=True)
def test_a_stop_made_while_another_is_lifted_stays(owner: Person) -> None:
    """One High Value case is reopened while another of the account is closed: it waits, and sees what was decided."""
    account = factories.account()
    contact = factories.contact(account)
    deal = factories.opportunity(account, stage="closed_lost")
    about = {"account": account, "contact_id": contact.pk, "now": NOW.replace(year=2025)}
    high_value = {"case_type": "high_value_account", "category": "high_value", "owner": owner}
    former = factories.case(**about, **high_value)
    other = factories.case(**about, **high_value, opportunity_id=deal.pk)
    for case in (former, other):
        lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)
    stops = replace(RESOLVED, resolution_action="request_not_possible")
    close(former, owner, stops)

    def reopen() -> None:
        try:
            lifecycle.reopen(case_id=former.pk, reason="They are back", by=owner, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            close(other, owner, stops)
            reopening = thread.submit(reopen)
            wait([reopening], timeout=1)
        reopening.result(timeout=60)
    account.refresh_from_db()
    assert account.high_value_stopped
