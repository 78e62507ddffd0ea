"""High Value check-ins: on the playbook's days, when nothing else touched the account that quarter."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from accounts.models import Account
from cases.models import Case
from routing.high_value import check_ins
from routing.models import Evaluation, Trigger, Verdict
from routing.triggers import evaluation
from routing.triggers.conditions import compile_condition
from routing.triggers.history import try_condition
from smbcases import playbook
from tests import factories

FY26 = playbook.get("fy26")
# The fiscal year that begins on 1 Feb 2026, its quarters on 1 May, 1 Aug and 1 Nov.
MARCH = date(2026, 3, 3)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def day_due(*, opened_on: date, today: date, rules: playbook.Playbook) -> int | None:
    """The check-in day that is asked for today, of a case opened on that day."""
    for window in check_ins.windows(today=today, rules=rules):
        since = window.opened_from or date.min
        if since <= opened_on <= window.opened_to:
            return window.day
    return None


@pytest.mark.parametrize(
    ("opened_on", "days", "due"),
    [
        (MARCH, 0, None),
        (MARCH, 89, None),
        (MARCH, 90, 90),  # 1 Jun
        (MARCH, 91, 90),
        (MARCH, 150, 90),  # 31 Jul, the quarter's last day
        (MARCH, 151, None),  # 1 Aug: another quarter
        (MARCH, 179, None),
        (MARCH, 180, 180),  # 30 Aug
        (MARCH, 242, 180),  # 31 Oct
        (MARCH, 243, None),
        (MARCH, 269, None),
        (MARCH, 270, 270),  # 28 Nov
        (MARCH, 334, 270),  # 31 Jan, the fiscal year's last day
        (MARCH, 335, None),  # 1 Feb: the count begins anew
        (MARCH, 335 + 89, None),
        (MARCH, 335 + 90, 90),  # 2 May
        (date(2026, 2, 1), 90, 90),  # 2 May
        (date(2026, 2, 1), 180, 180),  # 31 Jul, in the same quarter as day 90
        (date(2026, 11, 10), 89, None),  # 7 Feb: the year has turned on day 83
        (date(2026, 11, 10), 83 + 90, 90),
        (date(2024, 6, 1), 700, 90),  # 2 May 2026: however old the case is
    ],
)
def test_which_check_in_day_is_due(opened_on: date, days: int, due: int | None) -> None:
    today = opened_on + timedelta(days=days)
    assert day_due(opened_on=opened_on, today=today, rules=FY26) == due


def test_the_days_are_the_playbook_s() -> None:
    high_value = FY26.high_value.model_copy(update={"check_in_days": (30,)})
    rules = FY26.model_copy(update={"high_value": high_value})
    assert day_due(opened_on=MARCH, today=MARCH + timedelta(days=90), rules=rules) is None
    assert day_due(opened_on=MARCH, today=MARCH + timedelta(days=30), rules=rules) == 30


def test_those_of_a_year_are_planned_with_their_quarters() -> None:
    planned = check_ins.planned(opened_on=MARCH, today=MARCH, rules=FY26)
    assert [(one.day, one.on, one.quarter.name) for one in planned] == [
        (90, date(2026, 6, 1), "FY27 Q2"),
        (180, date(2026, 8, 30), "FY27 Q3"),
        (270, date(2026, 11, 28), "FY27 Q4"),
    ]
    late = check_ins.planned(opened_on=date(2026, 10, 1), today=date(2026, 10, 1), rules=FY26)
    assert [one.day for one in late] == [90], "what falls behind the year's end is next year's"


# The trigger


def high_value(opened_on: date, **fields: Any) -> Account:
    account = factories.account(tier=1, high_value=True, **fields)
    factories.case(
        account=account, case_type="high_value_account", category="high_value", now=noon(opened_on)
    )
    return account


def look(today: date) -> list[Case]:
    Trigger.objects.exclude(key="high_value_check_in").update(enabled=False)
    evaluation.look_at_book(now=noon(today))
    return list(Case.objects.filter(case_type="high_value_check_in").order_by("id"))


@pytest.mark.usefixtures("triggers")
@pytest.mark.parametrize("key", playbook.keys())
@pytest.mark.parametrize(
    ("days", "is_due"), [(89, False), (90, True), (179, False), (180, True), (269, False), (270, True)]
)
def test_an_untouched_account_is_due_on_the_days(settings: Any, key: str, days: int, is_due: bool) -> None:
    settings.PLAYBOOK = key
    account = high_value(MARCH)
    found = look(MARCH + timedelta(days=days))
    assert [case.account for case in found] == ([account] if is_due else [])


@pytest.mark.usefixtures("triggers")
def test_it_tells_which_day_it_saw() -> None:
    high_value(MARCH)
    look(MARCH + timedelta(days=180))
    values = Evaluation.objects.get(verdict=Verdict.OPENED).values
    assert values == {"has_open_high_value_case": True, "check_in_day": 180, "touched_this_quarter": False}


DAY_90 = MARCH + timedelta(days=90)  # 1 Jun, in the quarter from 1 May


@pytest.mark.usefixtures("triggers")
@pytest.mark.parametrize(
    ("touched_on", "is_due"),
    [
        (date(2026, 4, 30), True),  # the quarter before
        (date(2026, 5, 1), False),
        (DAY_90, False),
        (DAY_90 + timedelta(days=1), True),  # not yet
    ],
)
def test_an_activity_of_the_quarter_makes_it_needless(touched_on: date, is_due: bool) -> None:
    account = high_value(MARCH)
    factories.activity(account, happened_at=noon(touched_on))
    assert bool(look(DAY_90)) is is_due


@pytest.mark.usefixtures("triggers")
@pytest.mark.parametrize(("opened_on", "is_due"), [(date(2026, 4, 30), True), (date(2026, 5, 1), False)])
def test_so_does_another_case_of_the_quarter(opened_on: date, is_due: bool) -> None:
    factories.case(account=high_value(MARCH), now=noon(opened_on))
    assert bool(look(DAY_90)) is is_due


@pytest.mark.usefixtures("triggers")
def test_the_high_value_case_itself_is_no_touch() -> None:
    opened_on = date(2026, 5, 2)
    high_value(opened_on)
    quarter_of_opening = playbook.active().quarter_of(opened_on)
    assert quarter_of_opening.last_on == date(2026, 7, 31)
    assert look(date(2026, 7, 31)), "day 90 lies in the quarter in which the High Value case was opened"


@pytest.mark.usefixtures("triggers")
def test_touches_of_others_do_not_count() -> None:
    high_value(MARCH)
    factories.activity(factories.account(), happened_at=noon(DAY_90))
    assert look(DAY_90)


@pytest.mark.usefixtures("triggers")
def test_a_missed_day_is_caught_up_within_its_quarter() -> None:
    high_value(MARCH)
    assert look(date(2026, 7, 31))


@pytest.mark.usefixtures("triggers")
def test_it_is_asked_for_once_a_quarter() -> None:
    high_value(MARCH)
    look(DAY_90)
    Case.objects.filter(case_type="high_value_check_in").update(
        closed_at=noon(DAY_90), resolution_action="growth_conversation"
    )
    for days in (1, 20, 60):
        assert len(look(DAY_90 + timedelta(days=days))) == 1


@pytest.mark.usefixtures("triggers")
def test_after_the_turn_of_the_year_the_count_begins_anew() -> None:
    high_value(MARCH)
    assert not look(date(2027, 5, 1))
    assert look(date(2027, 5, 2))


@pytest.mark.usefixtures("triggers")
def test_a_closed_high_value_case_asks_for_nothing() -> None:
    high_value(MARCH)
    Case.objects.update(closed_at=noon(MARCH), resolution_action="request_not_possible")
    assert not look(DAY_90)


@pytest.mark.usefixtures("triggers")
def test_where_tiers_bind_only_the_first_gets_one(settings: Any) -> None:
    settings.PLAYBOOK = "fy25"
    account = high_value(MARCH)
    Account.objects.filter(pk=account.pk).update(tier=2)
    assert not look(DAY_90)
    assert Evaluation.objects.get().verdict == Verdict.TIER


@pytest.mark.usefixtures("triggers")
def test_the_past_is_asked_the_same() -> None:
    account = high_value(MARCH)
    factories.event("crm.account.upserted", account, external_id=account.external_id, name=account.name)
    account.events.update(outcome="applied", time=noon(MARCH))
    factories.activity(account, happened_at=noon(DAY_90 + timedelta(days=5)))
    text = Trigger.objects.get(playbook="fy26", key="high_value_check_in").condition
    now = noon(DAY_90 + timedelta(days=10))
    assert try_condition(text, asked_of="account", now=now).count == 0
    assert try_condition(text, asked_of="account", now=now, at=noon(DAY_90)).count == 1


@pytest.mark.django_db
@pytest.mark.parametrize("today", [DAY_90, date(2026, 2, 1), MARCH + timedelta(days=180)])
def test_one_account_is_judged_as_the_whole_book_is(today: date) -> None:
    accounts = [high_value(MARCH), high_value(date(2025, 6, 1)), factories.account()]
    condition = compile_condition("check_in_day > 0 and touched_this_quarter = False", root="account")
    found = set(condition.where(Account.objects.all(), today=today))
    for account in accounts:
        one = condition.judge(Account.objects.filter(pk=account.pk), today=today).get()
        assert one.holds is (account in found)
