"""What must hold after the days were played: the same as after days of real use."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db.models import F

from accounts.models import AccountPlan, Event, Person
from accounts.models.events import Outcome
from accounts.ownership import strays
from accounts.segments import crossing
from cases.models import Case, History, Notice, Verb
from routing.models import Assignment, Member, Nomination, Rule, State, TimeOff, Waiting
from smbcases.demo.people import PASSWORD

pytestmark = pytest.mark.usefixtures("played")


def test_every_list_has_life():
    assert Case.objects.waiting().exists()
    assert Case.objects.to_pick_up().exists()
    assert Case.objects.in_hand().exists()
    assert Case.objects.closed().exists()
    assert set(Case.objects.values_list("origin", flat=True)) >= {"trigger", "form"}


def test_ops_find_something_to_put_right():
    assert strays.count(strays.people())
    assert crossing.listed().exists()


def test_nobody_leaves_notices_unread_for_days(order):
    assert not Notice.objects.filter(
        read_at__isnull=True, rings=True, at__lt=order.until - timedelta(days=4)
    ).exists()


def test_no_automatic_assignment_goes_to_somebody_who_is_full():
    automatic = Assignment.objects.exclude(rule=Rule.BY_HAND).filter(case__takes_place=True)
    assert not automatic.filter(load_before__gte=F("places")).exists()


def test_who_goes_over_capacity_by_hand_is_on_record():
    by_hand = Assignment.objects.filter(
        rule=Rule.BY_HAND, load_before__gte=F("places"), case__takes_place=True
    )
    assert not by_hand.filter(over_capacity=False).exists()


def test_turns_of_equals_differ_by_one_at_most(order):
    away = TimeOff.objects.filter(ends_on__gte=order.starts_at, starts_on__lte=order.until).values("person")
    equals = Member.objects.filter(
        pool__playbook="fy26", pool__territory="emea-apj", weight=1, person__languages=["en"]
    ).exclude(person__in=away)
    people = list(equals.values_list("person", flat=True))
    turns = Counter(
        Assignment.objects.filter(rule=Rule.TURN, person__in=people).values_list("person", flat=True)
    )
    counts = [turns[person] for person in people]
    assert len(counts) > 1
    assert max(counts) - min(counts) <= 1


def test_an_open_case_has_an_owner_or_a_reason_to_wait():
    waiting = set(Case.objects.waiting().values_list("pk", flat=True))
    assert waiting == set(Waiting.objects.values_list("case", flat=True))


def test_history_adds_up_to_what_the_case_is_now():
    rows = History.objects.order_by("case", "id").values_list("case", "verb", "data", "version")
    told: dict[int, dict] = {}
    for case, verb, data, version in rows:
        told[case] = _told(told.get(case, {}), verb=verb, data=data) | {"version": version}
    held = Case.objects.values_list("pk", "status", "owner", "version")
    assert told == {
        pk: {"status": status, "owner": owner, "version": version} for pk, status, owner, version in held
    }


def _told(before, *, verb, data):
    status = {Verb.OPENED: "open", Verb.DEFERRED: "open", Verb.REOPENED: "open"}.get(
        verb, before.get("status")
    )
    if verb in {Verb.PICKED_UP, Verb.STATUS, Verb.CLOSED}:
        status = data["to"]
    owner = data.get("to_id", before.get("owner"))
    return {"status": status, "owner": None if verb == Verb.REOPENED else owner}


def test_closed_cases_say_what_was_done():
    assert not Case.objects.closed().filter(resolution_action="").exists()
    assert not Case.objects.closed().filter(feedback="").exists()
    assert not Case.objects.filter(status="duplicate", duplicate_of=None).exists()


def test_nothing_happens_after_the_last_hour(order):
    assert History.objects.order_by("-at").first().at <= order.until
    assert Case.objects.order_by("-opened_at").first().opened_at < order.until


def test_history_runs_forward():
    times: dict[int, datetime] = {}
    for case, at in History.objects.order_by("case", "id").values_list("case", "at"):
        assert times.get(case, at) <= at
        times[case] = at


def test_the_domain_refused_little_of_what_people_tried(played):
    assert sum(played.refused.values()) <= 0.02 * played.deeds


def test_every_event_was_taken_in_or_told_why_not():
    assert not Event.objects.filter(outcome__in=[Outcome.RECEIVED, Outcome.REFUSED]).exists()
    assert not Event.objects.filter(evaluated_at=None).exists()


def test_no_text_shows_how_it_was_made():
    for field in ("subject", "context", "cta", "description", "next_steps", "feedback"):
        assert not Case.objects.filter(**{f"{field}__contains": "{"}).exists(), field


def test_everybody_but_the_sales_users_signs_in_with_the_shared_password():
    people = Person.objects.exclude(role="sales_user")
    assert people.values("password").distinct().count() == 1
    assert people[0].check_password(PASSWORD)
    assert not any(one.has_usable_password() for one in Person.objects.filter(role="sales_user"))


def test_high_value_accounts_were_nominated_and_approved():
    high_value = Case.objects.open().filter(case_type="high_value_account")
    assert high_value.exists()
    for case in high_value:
        nomination = Nomination.objects.get(case=case)
        assert nomination.state == State.APPROVED
        assert case.account.high_value
        first = Assignment.objects.filter(case=case).order_by("id").first()
        assert first is None or (first.rule, first.person) == (Rule.NOMINATED, nomination.advocate)


def test_nominations_are_in_each_state():
    assert set(Nomination.objects.values_list("state", flat=True)) == set(State)


def test_high_value_accounts_have_plans():
    assert AccountPlan.objects.exists()
