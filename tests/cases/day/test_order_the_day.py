"""The order of the day, decided from facts alone: what stands where, and what is one thing for two reasons."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cases.day import deciding
from cases.day.clock import Clock, Group
from cases.day.facts import Facts, LateMail, Mail, OnCase, Question, Todo, Touch, Touchpoint
from cases.day.things import Deed, Thing

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # a Tuesday
TODAY = NOW.date()
CLOCK = Clock(now=NOW, zone=ZoneInfo("UTC"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def a_case(pk: int = 1, **fields: Any) -> OnCase:
    """In hand for a day, its next step in a month."""
    usual: dict[str, Any] = {
        "id": pk,
        "version": 1,
        "number": f"SMB-{pk:05d}",
        "type_name": "Hand-Raise PQL",
        "whom": "Northpeak",
        "priority": 2,
        "opened_at": NOW - DAY,
        "picked_up": True,
        "put_off": False,
        "step": "Send the quote to Jonas",
        "step_on": TODAY + 30 * DAY,
        "step_by": NOW + 30 * DAY,
        "account_id": 7,
    }
    return OnCase(**{**usual, **fields})


def step(days: int, pk: int = 1, **fields: Any) -> OnCase:
    on = TODAY + days * DAY
    return a_case(pk, step_on=on, step_by=CLOCK.end_of(on), **fields)


def new(pk: int = 1, hours: float = 5, **fields: Any) -> OnCase:
    return a_case(
        pk, picked_up=False, step="", step_on=None, step_by=None, pick_up_by=NOW + hours * HOUR, **fields
    )


def question(pk: int, hours: float) -> Question:
    return Question(id=pk, by="Ann", text="Has it gone out?", due_at=NOW + hours * HOUR)


def touch(days: int, kind: str = "call") -> Touch:
    return Touch(kind=kind, day=3, on=TODAY + days * DAY)


def todo(pk: int, days: int, **fields: Any) -> Todo:
    return Todo(id=pk, what=fields.pop("what", "Ask for the PO"), on=TODAY + days * DAY, **fields)


def point(days: int, *, is_task: bool = False) -> Touchpoint:
    return Touchpoint(
        account_id=7,
        whom="Northpeak",
        what="Quarterly talk",
        on=TODAY + days * DAY,
        is_task=is_task,
        case_id=9,
        number="SMB-00009",
    )


def day(*cases: OnCase, **facts: Any) -> list[Thing]:
    return list(deciding.decide(Facts(cases=cases, **facts), clock=CLOCK).things)


def keys(things: list[Thing]) -> list[str]:
    return [thing.about.key for thing in things]


def words(thing: Thing) -> list[str]:
    return [reason.words for reason in thing.reasons]


def test_of_what_is_due_today_each_kind_has_its_place() -> None:
    mail = Mail(sender="Jonas", subject="Re: quote", at=NOW - HOUR)
    found = day(
        a_case(1, back_on=TODAY),
        a_case(2, mail=mail),
        step(0, 3),
        a_case(4, touch=touch(0)),
        new(5),
        a_case(6, questions=(question(60, 3),)),
        todos=(todo(1, 0),),
        touchpoints=(point(0),),
    )
    assert [thing.main.why for thing in found] == [
        "question",
        "pick_up",
        "touch",
        "next_step",
        "task",
        "touchpoint",
        "mail",
        "back",
    ]
    assert {thing.group for thing in found} == {Group.TODAY}


def test_what_is_late_comes_first_and_what_is_due_this_week_last() -> None:
    found = day(step(3, 1), a_case(2, questions=(question(20, 2),)), step(-2, 3), todos=(todo(4, -1),))
    assert keys(found) == ["case-3-step", "task-4", "question-20", "case-1-step"]
    assert [thing.group for thing in found] == [Group.LATE, Group.LATE, Group.TODAY, Group.WEEK]


def test_of_one_kind_the_first_due_comes_first_then_the_higher_priority() -> None:
    found = day(new(1, 5), new(2, 2), new(3, 5, priority=3))
    assert keys(found) == ["case-2-pick-up", "case-3-pick-up", "case-1-pick-up"]


@pytest.mark.parametrize(
    ("case", "group", "said", "deed"),
    [
        (new(hours=-3), Group.LATE, "Pick-up late, 3 h", Deed.PICK_UP),
        (new(hours=5), Group.TODAY, "Pick up within 5 h", Deed.PICK_UP),
        (new(hours=40), Group.TODAY, "Pick up within 40 h", Deed.PICK_UP),
        (a_case(questions=(question(1, -2),)), Group.LATE, "Answer late, 2 h", Deed.ANSWER),
        (a_case(questions=(question(1, 30),)), Group.TODAY, "Answer within 30 h", Deed.ANSWER),
        (step(-3), Group.LATE, "Next step overdue, 3 d", Deed.PLAN_STEP),
        (step(0), Group.TODAY, "Next step today", Deed.PLAN_STEP),
        (step(1), Group.WEEK, "Next step tomorrow", Deed.PLAN_STEP),
        (step(7), Group.WEEK, "Next step 1 Dec", Deed.PLAN_STEP),
        (a_case(touch=touch(-2)), Group.LATE, "Touch overdue, 2 d", Deed.CALL),
        (a_case(touch=touch(0, "email")), Group.TODAY, "Touch today", Deed.WRITE),
        (a_case(step_on=None, target_at=NOW + DAY), Group.TODAY, "No next step", Deed.PLAN_STEP),
        (
            a_case(step_on=None, target_at=NOW - 2 * DAY, limit_at=NOW + 8 * DAY),
            Group.LATE,
            "No next step, past target 2 d",
            Deed.PLAN_STEP,
        ),
        (
            a_case(limit_at=NOW - DAY, opened_at=NOW - 16 * DAY),
            Group.LATE,
            "Stale, 16 days open",
            Deed.CLOSE,
        ),
        (a_case(limit_at=NOW + 2 * DAY), Group.WEEK, "Close by 26 Nov", Deed.CLOSE),
        (a_case(back_on=TODAY), Group.TODAY, "Comes back today", Deed.PICK_UP),
        (a_case(back_on=TODAY + 2 * DAY), Group.WEEK, "Comes back 26 Nov", Deed.OPEN),
        (a_case(mail=Mail(sender="Jo", subject="?", at=NOW)), Group.TODAY, "Their mail waits", Deed.WRITE),
    ],
)
def test_a_case_alone(case: OnCase, group: Group, said: str, deed: Deed) -> None:
    (thing,) = day(case)
    assert (thing.group, words(thing), thing.deed) == (group, [said], deed)


@pytest.mark.parametrize(
    "case",
    [
        step(8),
        a_case(touch=touch(8)),
        a_case(limit_at=NOW + 9 * DAY),
        a_case(back_on=TODAY + 8 * DAY),
        a_case(back_on=TODAY + 8 * DAY, limit_at=NOW - DAY),
    ],
)
def test_what_is_further_away_is_not_there(case: OnCase) -> None:
    assert day(case) == []


def test_a_next_step_that_is_past_on_a_stale_case_is_one_thing() -> None:
    (thing,) = day(step(-1, limit_at=NOW - 2 * DAY, opened_at=NOW - 17 * DAY))
    assert words(thing) == ["Stale, 17 days open", "Next step overdue, 1 d"]
    assert thing.deed is Deed.CLOSE


def test_a_limit_later_in_the_week_stands_beside_the_step_of_today() -> None:
    (thing,) = day(step(0, limit_at=NOW + 2 * DAY))
    assert words(thing) == ["Next step today", "Close by 26 Nov"]
    assert thing.deed is Deed.PLAN_STEP


def test_one_mail_is_the_touch_and_the_answer() -> None:
    mail = Mail(sender="Jonas", subject="Re: quote", at=NOW - HOUR)
    (thing,) = day(a_case(mail=mail, touch=touch(-1, "email")))
    assert words(thing) == ["Touch overdue, 1 d", "Their mail waits"]


def test_a_call_and_a_mail_are_two_things() -> None:
    mail = Mail(sender="Jonas", subject="Re: quote", at=NOW - HOUR)
    assert keys(day(a_case(mail=mail, touch=touch(0)))) == ["case-1-call", "case-1-write"]


def test_a_new_case_is_one_thing_whatever_presses_on_it() -> None:
    mail = Mail(sender="Jonas", subject="Hello?", at=NOW - HOUR)
    case = new(hours=-1, put_off=True, mail=mail, limit_at=NOW - DAY, opened_at=NOW - 16 * DAY)
    (thing,) = day(case)
    assert thing.deed is Deed.PICK_UP
    assert set(words(thing)) == {
        "Pick-up late, 1 h",
        "Stale, 16 days open",
        "Came back from later",
        "Their mail waits",
    }


def test_each_question_is_a_thing_of_its_own() -> None:
    found = day(step(0, questions=(question(1, 3), question(2, 1))))
    assert keys(found) == ["question-2", "question-1", "case-1-step"]


def test_a_mail_to_a_closed_case_is_answered_from_its_page() -> None:
    mail = Mail(sender="Jonas", subject="One more thing", at=NOW - HOUR)
    late = LateMail(id=3, case_id=9, number="SMB-00009", whom="Northpeak", mail=mail)
    (thing,) = day(late_mails=(late,))
    assert (thing.what, words(thing), thing.deed) == (
        "Answer Jonas: One more thing",
        ["Came after closing"],
        Deed.OPEN,
    )


def test_a_touchpoint_that_became_a_task_is_that_task() -> None:
    made = todo(5, 0, what="Touchpoint: Quarterly talk", case_id=9)
    (thing,) = day(todos=(made,), touchpoints=(point(0, is_task=True),))
    assert thing.deed is Deed.TICK
    assert words(thing) == ["Task today", "Touchpoint today"]


def test_ticked_off_the_touchpoint_is_gone_with_its_task() -> None:
    assert day(touchpoints=(point(0, is_task=True),)) == []


def test_a_reminder_of_today_stands_beside_the_day_of_its_task() -> None:
    (thing,) = day(todos=(todo(1, 3, remind_at=NOW - HOUR),))
    assert thing.group is Group.TODAY
    assert words(thing) == ["You asked to be reminded", "Task 27 Nov"]


@pytest.mark.parametrize(("hour", "group"), [(3, Group.TODAY), (5, Group.LATE)])
def test_a_step_is_late_when_its_clock_says_so_wherever_its_owner_is(hour: int, group: Group) -> None:
    """Its day ends at midnight in New York, five in the morning by UTC; by the owner's day it ended before."""
    on = date(2026, 11, 23)
    case = a_case(step_on=on, step_by=datetime(2026, 11, 24, 5, tzinfo=UTC))
    clock = Clock(now=datetime(2026, 11, 24, hour, tzinfo=UTC), zone=ZoneInfo("UTC"))
    (thing,) = deciding.decide(Facts(cases=(case,)), clock=clock).things
    assert thing.group is group


def test_days_are_those_of_where_somebody_is() -> None:
    clock = Clock(now=datetime(2026, 11, 24, 3, tzinfo=UTC), zone=ZoneInfo("America/New_York"))
    assert clock.today == date(2026, 11, 23)
    assert clock.begins_at == datetime(2026, 11, 23, 5, tzinfo=UTC)
    assert clock.of_instant(datetime(2026, 11, 24, 5, tzinfo=UTC)) is Group.TODAY
    assert clock.of_instant(datetime(2026, 11, 24, 5, 1, tzinfo=UTC)) is Group.WEEK


def test_a_day_of_the_change_of_clocks_is_as_long_as_it_is() -> None:
    clock = Clock(now=datetime(2026, 3, 8, 12, tzinfo=UTC), zone=ZoneInfo("America/New_York"))
    assert clock.end_of(clock.today) - clock.begins_at == timedelta(hours=23)
