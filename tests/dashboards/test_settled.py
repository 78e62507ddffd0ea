"""What of long periods is counted once and kept: it is never out of date, whatever is changed and however."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import redis
from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Opportunity, Person
from cases import lifecycle
from cases.closing import Closure
from cases.dashboards import asked as reading
from cases.dashboards import registry, settled
from cases.dashboards.blocks import Dashboard
from cases.models import Case, History, Question, SettledChange, Verb
from cases.models.history import Actor
from routing import draining
from routing.models import TimeOff
from tests import factories

pytestmark = pytest.mark.django_db
KEYS = ("scorecard", "team", "sla", "triggers", "departments", "languages")  # those that keep something
DAY = timedelta(days=1)


def show(reader: Person, *, now: datetime, **given: str) -> dict[str, Dashboard]:
    shown = {}
    for key in KEYS:
        kind = registry.find(key, reader=reader)
        asked = reading.read({"period": "year", **given}, reader=reader, now=now, offered=kind.filters)
        shown[kind.key] = kind.load(asked, reader, now)
    return shown


def is_as_counted_anew(reader: Person, *, now: datetime, **given: str) -> bool:
    kept = show(reader, now=now, **given)
    cache.clear()
    return kept == show(reader, now=now, **given)


@pytest.fixture
def now() -> datetime:
    """Late in a fiscal year, as the database knows the time too."""
    return timezone.now()


@pytest.fixture
def ops() -> Person:
    return factories.person("ops")


@pytest.fixture
def book(now: datetime) -> list[Case]:
    """Closed long ago, this month, yesterday and just now, and open ones."""
    pool = factories.pool("amer")
    owners = factories.team(pool, 2)
    ages = [
        timedelta(days=70),
        timedelta(days=45),
        timedelta(days=9),
        timedelta(days=3),
        DAY,
        timedelta(hours=2),
    ]
    cases, deals = [], []  # type: ignore[var-annotated]
    for place, age in enumerate([*ages, *ages, None]):
        account = factories.account(region="AMER")
        deals.append(factories.opportunity(account, amount=100 + place))
        deal = deals[place % 5]  # several cases lead to one, in different tiers
        case = factories.case(account=account)
        factories.give([case], owners[place % 2], now=now - (age or DAY) - timedelta(hours=30))
        ended = now - age if age else None
        Case.objects.filter(pk=case.pk).update(
            trigger_version=1,
            opportunity=deal,
            next_steps="Call them",
            department=("", "support", "billing")[place % 3],
            opened_at=now - (age or DAY) - timedelta(hours=40),
            picked_up_at=now - (age or DAY) - timedelta(hours=20 + place),
            target_at=now - (age or DAY) - timedelta(hours=place),
            **(
                {"closed_at": ended, "status": "resolved", "resolution_action": "answered_question"}
                if age
                else {}
            ),
        )
        picked = now - (age or DAY) - timedelta(hours=20 + place)
        _note(case, Verb.PICKED_UP, at=picked)
        _note(case, Verb.NEXT_STEPS, at=picked + timedelta(hours=place))
        cases.append(Case.objects.get(pk=case.pk))
    return cases


def _note(case: Case, verb: Verb, *, at: datetime) -> None:
    History.objects.create(case=case, version=2, at=at, actor=Actor.PERSON, verb=verb)


Change = Callable[[Case, datetime], Any]


def _set(**columns: Any) -> Change:
    return lambda case, _now: Case.objects.filter(pk=case.pk).update(**columns)


CHANGES: dict[str, Change] = {
    "another owner": lambda case, _: Case.objects.filter(pk=case.pk).update(owner=factories.person()),
    "nobody's": _set(owner=None),
    "reopened": _set(closed_at=None, status="in_progress"),
    "another ending": _set(status="unresponsive"),
    "another action": _set(resolution_action="no_action_required"),
    "another category": _set(category="retention"),
    "another type": _set(case_type="churned"),
    "another department": _set(department="community"),
    "no department": _set(department=""),
    "another version": _set(trigger_version=7),
    "another territory": _set(territory="emea"),
    "picked up sooner": _set(picked_up_at=F("picked_up_at") - timedelta(hours=3)),
    "given later": _set(assigned_at=F("assigned_at") + timedelta(hours=3)),
    "opened sooner": _set(opened_at=F("opened_at") - timedelta(days=2)),
    "closed sooner": _set(closed_at=F("closed_at") - timedelta(days=2)),
    "no target": _set(target_at=None),
    "a limit": _set(limit_at=F("opened_at")),
    "pick-up missed": _set(pick_up_missed_at=F("picked_up_at")),
    "put off": _set(put_off=True),
    "no next step": _set(next_steps=""),
    "gone": lambda case, _: _remove(case),
    "one more": lambda case, _: _once_more(case),
    "owner away then": lambda case, _: TimeOff.objects.create(
        person=_owner(case),
        starts_on=(case.target_at or case.opened_at).date() - DAY,
        ends_on=case.closed_at.date(),
    ),
    "a deal won": lambda case, _: _win(case),
    "a deal won, and another amount": lambda case, _: (_win(case), _win(case, amount=F("amount") + 7)),
    "a deal won, and lost": lambda case, _: (_win(case), _win(case, stage="closed_lost")),
    "a question then": lambda case, _: Question.objects.create(
        case=case, by=_owner(case), text="?", asked_at=case.opened_at, due_at=case.opened_at + DAY
    ),
}


def _win(case: Case, **columns: Any) -> int:
    return Opportunity.objects.filter(cases=case.pk).update(**{"stage": "closed_won", **columns})


def _owner(case: Case) -> Person:
    assert case.owner is not None
    return case.owner


def _remove(case: Case) -> None:
    History.objects.filter(case=case).delete()
    with connection.cursor() as cursor:
        for table in ("routing_assignment", "cases_case"):
            column = "id" if table == "cases_case" else "case_id"
            cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [case.pk])


def _once_more(case: Case) -> None:
    twin: Any = Case.objects.get(pk=case.pk)
    twin.pk, twin._state.adding, twin.occurrence = None, True, "another"
    twin.save(force_insert=True)


@pytest.mark.parametrize(
    ("what", "which"),
    [*((what, 0) for what in CHANGES), ("reopened", 2), ("another ending", 2), ("closed sooner", 2)],
)
def test_what_is_kept_follows_each_change(
    book: list[Case], ops: Person, now: datetime, what: str, which: int
) -> None:
    assert is_as_counted_anew(ops, now=now)
    CHANGES[what](book[which], now)
    assert is_as_counted_anew(ops, now=now)


def test_people_who_move_are_counted_where_they_are(book: list[Case], ops: Person, now: datetime) -> None:
    before = show(ops, now=now, region="AMER")
    Person.objects.filter(pk=_owner(book[0]).pk).update(region="EMEA")
    assert is_as_counted_anew(ops, now=now, region="AMER")
    assert show(ops, now=now, region="AMER") != before


def test_only_who_has_closed_cases_moves_what_is_kept(book: list[Case], ops: Person) -> None:
    SettledChange.objects.all().delete()
    Person.objects.exclude(pk__in=[_owner(case).pk for case in book]).update(
        time_zone="Asia/Tokyo", region="EMEA"
    )
    assert not SettledChange.objects.exists()
    Person.objects.filter(pk=_owner(book[0]).pk).update(time_zone="Asia/Tokyo")
    assert SettledChange.objects.get().closed_at == min(
        case.closed_at for case in book[::2] if case.closed_at
    )


# Columns of a case that no figure reads of closed cases. One that is added stands here or is watched.
NOT_COUNTED = {
    *("id", "playbook", "occurrence", "account", "contact", "lead", "subscription", "web_email", "subject"),
    *(
        "context",
        "cta",
        "description",
        "link",
        "priority",
        "case_reason",
        "language",
        "meant_for",
        "filed_by",
    ),
    *(
        "next_steps_on",
        "deferred_until",
        "answered",
        "next_touch_on",
        "answer_by",
        "feedback",
        "duplicate_of",
    ),
    *(
        "queued_at",
        "limit_passed_at",
        "due_at",
        "due_kind",
        "alert_at",
        "alert_kind",
        "alerted_at",
        "clock_spans",
    ),
    *("takes_place", "holds_place", "version"),
}
SET = {
    "CharField": "'x'",
    "DateTimeField": "now() - interval '900 days'",
    "BooleanField": "NOT put_off",
    "PositiveIntegerField": "77",
}


def test_each_counted_column_is_watched(book: list[Case]) -> None:
    other = factories.person().pk
    opportunity = factories.opportunity(factories.account()).pk
    for column in Case._meta.concrete_fields:
        if column.name in NOT_COUNTED:
            continue
        value = {"owner": other, "opportunity": opportunity, "next_steps": "''", "origin": "'form'"}.get(
            column.name, SET.get(column.get_internal_type())
        )
        SettledChange.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            sql = f"UPDATE cases_case SET {column.column} = {value} WHERE id = %s"
            cursor.execute(sql, [book[0].pk])
        assert SettledChange.objects.count() == 1, column.name


def test_work_of_the_day_changes_nothing_that_is_kept(book: list[Case], ops: Person, now: datetime) -> None:
    show(ops, now=now)
    SettledChange.objects.all().delete()
    waiting = factories.case(account=factories.account(region="AMER"))
    draining.drain_all(now=now)
    waiting.refresh_from_db()
    assert waiting.owner is not None
    lifecycle.pick_up(case_id=waiting.pk, by=waiting.owner, now=now)
    closed = Closure(status="resolved", resolution_action="answered_question", feedback="NA", need_met=True)
    Case.objects.filter(pk=waiting.pk).update(
        closed_at=now, status=closed.status, resolution_action=closed.resolution_action
    )
    Case.objects.filter(pk=book[0].pk).update(feedback="#tag", version=F("version") + 1)
    assert not SettledChange.objects.exists()
    assert is_as_counted_anew(ops, now=now)


AGAIN = {"scorecard": 13, "team": 19, "sla": 10, "triggers": 10, "departments": 7, "languages": 7}


@pytest.mark.parametrize("key", KEYS)
def test_what_is_kept_is_not_counted_again(book: list[Case], ops: Person, now: datetime, key: str) -> None:
    kind = registry.find(key, reader=ops)
    asked = reading.read({"period": "year"}, reader=ops, now=now, offered=kind.filters)
    once = kind.load(asked, ops, now)
    with CaptureQueriesContext(connection) as again:
        assert kind.load(asked, ops, now) == once
    assert len(again) <= AGAIN[key]


EMPTY = [
    {"team": "nobodys"},
    {"owner": "nobody"},
    {"region": "EMEA"},
    {"territory": "apac"},
    {"category": "retention"},
]


@pytest.mark.parametrize("given", EMPTY, ids=lambda given: next(iter(given)))
def test_of_nobody_there_is_nothing(ops: Person, client: Client, given: dict[str, str]) -> None:
    """Also where no row can answer at all, as of a team without people."""
    somebody = factories.person("manager")
    asked = {name: str(somebody.pk) if "nobody" in value else value for name, value in given.items()}
    client.force_login(ops)
    for kind in registry.seen_by(ops):
        for path in (f"/dashboards/{kind.key}/", f"/api/dashboards/{kind.key}"):
            answer = client.get(path, {"period": "year", **asked}, follow=True)
            assert answer.status_code == 200, path


def test_without_a_cache_it_is_counted_each_time(book: list[Case], ops: Person, now: datetime) -> None:
    right = show(ops, now=now)
    with (
        patch.object(cache, "get", side_effect=redis.ConnectionError("gone")),
        patch.object(cache, "set", side_effect=redis.ConnectionError("gone")),
    ):
        assert show(ops, now=now) == right


def test_tiers_are_whole_months_and_what_this_month_has_had() -> None:
    def ends(*when: int) -> list[datetime]:
        return [tier.until for tier in settled.look(datetime(*when, tzinfo=UTC)).tiers]  # type: ignore[misc]

    assert ends(2026, 11, 21, 8) == [datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)]
    assert ends(2026, 11, 2, 0) == [datetime(2026, 11, 1, tzinfo=UTC)]
    assert ends(2026, 11, 1, 23) == [datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC)]
    assert ends(2027, 1, 1, 0) == [datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)]


changes = st.lists(
    st.tuples(st.sampled_from(sorted(CHANGES)), st.integers(0, 11), st.integers(0, 40)), max_size=6
)


class AnyOrder(TestCase):
    """Days go by, and settled cases are changed: each time that is asked, it is as counted anew."""

    @settings(
        max_examples=8,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        phases=[Phase.generate],
    )
    @given(changes)
    def test_it_is_as_counted_anew(self, steps: list[tuple[str, int, int]]) -> None:
        now, ops = timezone.now(), factories.person("ops")
        cases = book.__wrapped__(now)  # type: ignore[attr-defined]
        kept: dict[str, Dashboard] = show(ops, now=now)
        for what, which, days in steps:
            case = Case.objects.filter(
                pk=cases[which].pk, closed_at__isnull=False, owner__isnull=False
            ).first()
            if case is not None:
                CHANGES[what](case, now)
            now += timedelta(days=days)
            kept = show(ops, now=now)
            with _nothing_kept():
                assert kept == show(ops, now=now)


def _nothing_kept() -> Any:
    return patch.object(settled, "LONG_DAYS", 10_000)
