"""The Queues dashboard: what waits where, and since when; what comes back on which day. Held against a recount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from cases.dashboards.blocks import Dashboard
from cases.models import Case, Priority
from routing import draining
from routing.dashboards import next_out, queues
from routing.ranking import Candidate
from smbcases import playbook
from tests import factories
from tests.cases.any_history import AnyHistory
from tests.dashboards import any_reader, drill
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("book", ["fy26", "fy25"])
def test_each_figure_is_that_of_a_recount(settings: Any, book: str) -> None:
    settings.PLAYBOOK = book
    any_reader.look_after(_recount, book=book)


def _recount(desk: AnyHistory, reader: Person, given: dict[str, str]) -> None:
    given = {key: value for key, value in given.items() if key in queues.KIND.filters}
    shown = drill.load(queues.KIND, reader=reader, now=desk.now, **given)
    everywhere = factories.person("ops")  # a lead's team does not narrow what is nobody's
    cases = [case for case in any_reader.everything() if any_reader.is_asked(case, given, everywhere)]
    _recount_queues(shown, cases, now=desk.now)
    _recount_back(shown, cases, today=desk.now.date())
    drill.open_all(shown, reader=reader, now=desk.now)


def _recount_queues(shown: Dashboard, cases: list[Case], *, now: datetime) -> None:
    names = {key: one.name for key, one in playbook.active().territories.items()}
    waiting = [c for c in cases if c.closed_at is None and c.owner_id is None and c.deferred_until is None]
    figures = {figure.key: figure.value for figure in shown.figures}
    assert figures["waiting"] == len(waiting)
    assert figures["meant"] == sum(case.meant_for_id is not None for case in waiting)
    for name, *rest in _table(shown, "queues"):
        here = [case for case in waiting if {"": "Region not known", **names}[case.territory] == name]
        waited = sorted(now - case.queued_at for case in here)
        assert rest[:5] == [
            len(here),
            *(sum(case.priority == level for case in here) for level in reversed(Priority)),
            sum(case.meant_for_id is not None for case in here),
        ]
        found = [waited[-1], _at(waited, 0.5), _at(waited, 0.9)] if waited else [None, None, None]
        assert rest[5:8] == found
    assert sum(row[1] for row in _table(shown, "queues")) == len(waiting)


def _at(waited: list[timedelta], part: float) -> timedelta:
    return waited[ceil(part * len(waited)) - 1]


def _recount_back(shown: Dashboard, cases: list[Case], *, today: date) -> None:
    later = [case for case in cases if case.closed_at is None and case.deferred_until is not None]
    by_name: Counter[str] = Counter()
    owned: Counter[str] = Counter()
    for case in later:
        day = case.deferred_until or today
        name = f"{day:%a} {day.day} {day:%b}"
        if day <= today:
            name = "Today"
        elif day > today + timedelta(days=14):
            name = "Later than that"
        by_name[name] += 1
        owned[name] += case.owner_id is not None
    assert {row[0]: row[1] for row in _table(shown, "back")} == by_name
    assert {row[0]: row[2] for row in _table(shown, "back")} == {name: owned[name] for name in by_name}


def _table(shown: Dashboard, key: str) -> list[list[Any]]:
    table = shown.table(key)
    assert table
    return [[cell.value for cell in row] for row in table.rows]


# What the page says


@pytest.fixture
def ops() -> Person:
    return factories.person("ops")


def test_of_nothing_it_says_so(ops: Person) -> None:
    shown = drill.load(queues.KIND, reader=ops, now=NOW)
    assert shown.answer.words == "Nothing waits: each case was placed as it came."
    assert [row[1] for row in _table(shown, "queues")] == [0, 0, 0]


def test_what_waits_is_said_with_its_longest(ops: Person) -> None:
    factories.cases(1, now=NOW - timedelta(days=2, hours=1))
    factories.cases(2, now=NOW, region="")
    shown = drill.load(queues.KIND, reader=ops, now=NOW)
    assert shown.answer.words == "3 cases wait, the longest for 2 days."
    assert [row[1] for row in _table(shown, "queues")] == [1, 0, 2]
    drill.open_all(shown, reader=ops, now=NOW)


def test_only_who_sorts_mail_is_told_of_it(ops: Person) -> None:
    keys = {figure.key for figure in drill.load(queues.KIND, reader=ops, now=NOW).figures}
    others = {f.key for f in drill.load(queues.KIND, reader=factories.person("manager"), now=NOW).figures}
    assert keys - others == {"mail"}


def test_it_says_who_opens_the_queue_again(ops: Person) -> None:
    pool = factories.pool()
    away = factories.member(pool, person=factories.person(name="Priya Raman")).person
    factories.time_off(away, ends_on=NOW.date() + timedelta(days=3))
    factories.cases(1)
    draining.drain_all(now=NOW)
    (row, *_) = _table(drill.load(queues.KIND, reader=ops, now=NOW), "queues")
    assert row[-1] == "When a place is free; at the latest when Priya Raman is back on 7 Mar"


def _candidate(**fields: Any) -> Candidate:
    usual: dict[str, Any] = {
        "id": 1,
        "name": "Ann",
        "active": True,
        "takes_turns": True,
        "back_on": "",
        "languages": ("en",),
        "load": 0,
        "places": 1,
        "weight": 1,
        "last_turn": 0,
        "last_turn_at": "",
    }
    return Candidate(**{**usual, **fields})


@pytest.mark.parametrize(
    ("candidates", "routing", "words"),
    [
        ([], "push", "When the team has an advocate"),
        ([_candidate(active=False)], "push", "When the team has an advocate"),
        ([_candidate()], "push", "At the next look, if who is free speaks its language"),
        ([_candidate()], "pull", "When it is taken: 1 has room"),
        ([_candidate(), _candidate(id=2)], "pull", "When it is taken: 2 have room"),
        ([_candidate(load=1)], "push", "When a place is free"),
        ([_candidate(load=1)], "pull", "When a place is free"),
        ([_candidate(load=1, back_on="2026-03-09")], "push", "When a place is free"),
        (
            [
                _candidate(load=1),
                _candidate(back_on="2026-03-09"),
                _candidate(back_on="2026-03-07", name="Bo"),
            ],
            "push",
            "When a place is free; at the latest when Bo is back on 7 Mar",
        ),
    ],
)
def test_when_the_next_goes_out(candidates: list[Candidate], routing: Any, words: str) -> None:
    assert next_out.say(candidates, routing=routing) == words


def test_it_costs_the_same_however_much_waits(
    ops: Person, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for territory in ("amer", "emea-apj"):
        factories.team(factories.pool(territory), 3, places=0)
    factories.cases(20)
    factories.cases(20, region="EMEA")
    with django_assert_max_num_queries(14):
        drill.load(queues.KIND, reader=ops, now=NOW)


@pytest.mark.parametrize(
    ("role", "status"), [("manager", 200), ("team_lead", 200), ("advocate", 404), ("bdr", 403)]
)
def test_managers_and_leads_open_it(client: Client, role: str, status: int) -> None:
    client.force_login(factories.person(role, manager=factories.person("manager")))
    assert client.get(reverse("dashboard", args=["queues"])).status_code == status


def test_a_lead_sees_what_waits_though_it_is_nobodys() -> None:
    lead = factories.person("team_lead", manager=factories.person("manager"))
    factories.cases(2)
    shown = drill.load(queues.KIND, reader=lead, now=NOW)
    assert {figure.key: figure.value for figure in shown.figures}["waiting"] == 2
    drill.open_all(shown, reader=lead, now=NOW)
