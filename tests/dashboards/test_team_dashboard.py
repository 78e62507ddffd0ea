"""The Team dashboard: each figure is what a slow recount finds, opens its list, and costs a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from cases.dashboards import asked as reading
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Dashboard, Share
from cases.models import Case
from routing import by_hand
from routing.dashboards import team
from routing.models import Assignment, Drain, Pool, Rule, TimeOff
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
    asked = reading.read(given, reader=reader, now=desk.now, offered=team.KIND.filters)
    assert not asked.notes
    shown = team.show(asked, reader, desk.now)
    cases = [case for case in any_reader.everything() if any_reader.is_asked(case, given, reader)]
    _recount_flow(shown, asked, cases, given, reader)
    _recount_open(shown, cases, now=desk.now)
    _recount_room(shown, given, reader, now=desk.now)
    _recount_turns(shown, asked, given, reader)
    drill.open_all(shown, reader=reader, now=desk.now)


def _recount_flow(
    shown: Dashboard, asked: Asked, cases: list[Case], given: dict[str, str], reader: Person
) -> None:
    handed = _given(asked, given, reader)
    table = _table(shown, "flow")
    rows = table or [["", 0, 0, 0]] * len(asked.buckets)
    for bucket, row in zip(asked.buckets, rows, strict=True):
        first, last = bucket.span.first_on, bucket.span.last_on
        assert row[1:] == [
            sum(first <= _day(case.opened_at, asked) <= last for case in cases),
            sum(first <= _day(one.at, asked) <= last for one in handed),
            sum(
                case.closed_at is not None and first <= _day(case.closed_at, asked) <= last for case in cases
            ),
        ]
    figures = {figure.key: figure.value for figure in shown.figures}
    span = asked.period.span
    opened = sum(span.first_on <= _day(case.opened_at, asked) <= span.last_on for case in cases)
    closed = sum(
        case.closed_at is not None and span.first_on <= _day(case.closed_at, asked) <= span.last_on
        for case in cases
    )
    assert (figures["opened"], figures["closed"], figures["given"]) == (opened, closed, len(handed))
    assert figures["net"] == abs(opened - closed)
    assert figures["over"] == sum(one.over_capacity for one in handed)
    by = Counter(one.by.name if one.by else "Somebody" for one in handed if one.over_capacity)
    assert {row[0]: row[1] for row in _table(shown, "over")} == by


def _given(asked: Asked, given: dict[str, str], reader: Person) -> list[Assignment]:
    span = asked.period.span
    return [
        one
        for one in Assignment.objects.select_related("person", "case", "by").order_by("id")
        if any_reader.are_people(one.person, given, reader)
        and span.first_on <= _day(one.at, asked) <= span.last_on
        and all(getattr(one.case, name) == given[name] for name in ("category", "case_type") if name in given)
    ]


def _recount_open(shown: Dashboard, cases: list[Case], *, now: datetime) -> None:
    figures = {figure.key: figure.value for figure in shown.figures}
    still = [case for case in cases if case.closed_at is None]
    assert figures["open"] == len(still)
    assert figures.get("waiting", 0) == sum(_state(case) == "waiting" for case in still)
    assert figures["past_limit"] == sum(now - case.opened_at > timedelta(days=15) for case in still)
    bands: Counter[tuple[str, str]] = Counter((_age(case, now), _state(case)) for case in still)
    states = ["waiting", "to_pick_up", "in_hand", "later"][0 if "waiting" in figures else 1 :]
    for name, *numbers in _table(shown, "backlog"):
        parts = [bands[name, state] for state in states]
        assert numbers == [*parts, sum(parts)]
    waits = Counter(
        case.waiting.get_reason_display() if hasattr(case, "waiting") else "Routing looks at them in a moment"
        for case in still
        if _state(case) == "waiting"
    )
    assert {row[0]: row[1] for row in _table(shown, "waits")} == waits


def _state(case: Case) -> str:
    if case.deferred_until:
        return "later"
    if case.owner_id is None:
        return "waiting"
    return "in_hand" if case.picked_up_at else "to_pick_up"


def _age(case: Case, now: datetime) -> str:
    old = now - case.opened_at
    for most, name in ((2, "Under 2 days"), (7, "2 to 7 days"), (15, "7 to 15 days"), (30, "15 to 30 days")):
        if old <= timedelta(days=most):
            return name
    return "30 days and more"


def _recount_room(shown: Dashboard, given: dict[str, str], reader: Person, *, now: datetime) -> None:
    rules = playbook.active()
    rows = {row[0]: row for row in _table(shown, "room")}
    all_cases = any_reader.everything()
    narrowed = {key: value for key, value in given.items() if key not in {"category", "case_type"}}
    everybody = {key: value for key, value in narrowed.items() if key != "territory"}
    theirs = [case for case in all_cases if any_reader.is_asked(case, narrowed, reader) and case.takes_place]
    for pool in Pool.objects.filter(playbook=rules.key):
        name = rules.territories[pool.territory].name
        if name not in rows:
            continue
        members = [
            member
            for member in pool.members.select_related("person")
            if any_reader.are_people(member.person, everybody, reader)
        ]
        loads = {
            m.person_id: sum(c.holds_place and c.owner_id == m.person_id for c in all_cases) for m in members
        }
        here = [member for member in members if not _is_away(member.person, now.date())]
        free = sum(max(0, (member.places or 0) - loads[member.person_id]) for member in here)
        here_cases = [case for case in theirs if any_reader.lies_in(case) == pool.territory]
        since = now - timedelta(days=28)
        of_people = {"owner", "team"} & set(given) or reader.role == "team_lead"
        waiting = sum(case.closed_at is None and _state(case) == "waiting" for case in here_cases)
        assert rows[name][1:][: 6 if of_people else 7] == [
            sum(loads.values()),
            sum(member.places or 0 for member in members),
            len(here),
            len(members) - len(here),
            free,
            *([] if of_people else [waiting]),
            sum(since <= case.opened_at < now for case in here_cases),
        ]
        assert rows[name][7 if of_people else 8] == sum(
            c.closed_at is not None and since <= c.closed_at < now for c in here_cases
        )


def _is_away(person: Person, day: date) -> bool:
    return any(span.includes(day) for span in TimeOff.objects.filter(person=person))


def _recount_turns(shown: Dashboard, asked: Asked, given: dict[str, str], reader: Person) -> None:
    handed = _given(asked, given, reader)
    turns = Counter(one.person.name for one in handed if one.turn is not None)
    other = Counter(one.person.name for one in handed if one.turn is None)
    for row in _table(shown, "turns"):
        assert (row[1], row[6]) == (turns[row[0]], other[row[0]])
    ops = factories.person("ops", time_zone=reader.time_zone)
    narrower = {"owner", "team", "region", "territory"}
    for_all = reading.read(
        {name: value for name, value in given.items() if name not in narrower}, reader=ops, now=asked.now
    )
    every = {row[0]: row for row in _table(team.show(for_all, ops, asked.now), "turns")}
    for row in _table(shown, "turns"):  # what was due to one is the same, whoever else is shown
        assert row[:6] == every[row[0]][:6]
    assert abs(sum(row[2] for row in every.values()) - sum(row[1] for row in every.values())) <= 1


def _table(shown: Dashboard, key: str) -> list[list[Any]]:
    table = shown.table(key)
    return [[cell.value for cell in row] for row in table.rows] if table else []


def _day(at: datetime, asked: Asked) -> date:
    return at.astimezone(asked.zone).date()


# What the page says


@pytest.fixture
def ops() -> Person:
    return factories.person("ops")


def _load(reader: Person, *, now: datetime = NOW, **given: str) -> Dashboard:
    return drill.load(team.KIND, reader=reader, now=now, **given)


def test_of_nothing_it_says_so(ops: Person) -> None:
    shown = _load(ops)
    assert shown.answer.words == "There is no team here."
    assert not any(table.rows for table in shown.tables)
    drill.open_all(shown, reader=ops, now=NOW)


def test_a_full_team_is_said_first(ops: Person) -> None:
    pool = factories.pool()
    advocate = factories.member(pool, places=1).person
    factories.case(owner=advocate)
    factories.cases(2)
    assert _load(ops).answer.words == "Full now: AMER. 2 cases wait."


def test_places_of_who_is_away_do_not_fill(ops: Person) -> None:
    pool = factories.pool()
    here, away = (factories.member(pool, places=1).person for _ in range(2))
    factories.time_off(away)
    factories.case(owner=here)
    (row,) = _table(_load(ops), "room")
    assert row[1:6] == [1, 2, 1, 1, 0]
    assert row[-1] == "Full now"


def test_the_day_on_which_it_is_full_is_said(ops: Person) -> None:
    pool = factories.pool()
    factories.member(pool, places=8)
    for _ in range(4):
        factories.case(owner=pool.members.get().person, now=NOW - timedelta(days=3))
    shown = _load(ops)
    assert shown.answer.words == (
        "AMER: at this pace full on 31 Mar. 4 more opened than closed in the last 4 weeks."
    )


def test_a_hand_over_beyond_the_places_is_listed_with_who_decided_and_why(ops: Person) -> None:
    pool = factories.pool()
    full, other = (factories.member(pool, places=1).person for _ in range(2))
    factories.case(owner=full)
    case = factories.case(owner=other)
    manager = factories.person("manager", name="Mona Regan")
    by_hand.hand_over(case_id=case.pk, to=full, by=manager, reason="She knows them", now=NOW)
    shown = _load(ops)
    assert _table(shown, "over") == [["Mona Regan", 1, 1]]
    (row,) = _table(shown, "each_over")
    assert row == [case.number, NOW.date(), full.name, "1 of 1", "Mona Regan", "She knows them"]
    drill.open_all(shown, reader=ops, now=NOW)


def test_it_costs_the_same_however_much_there_is(
    ops: Person, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for territory in ("amer", "emea-apj"):
        factories.team(factories.pool(territory), 4)
    for _ in range(5):
        factories.case()
    with django_assert_max_num_queries(29):
        _load(ops)


@pytest.mark.parametrize(("role", "status"), [("manager", 200), ("team_lead", 200), ("advocate", 404)])
def test_managers_and_leads_open_it(client: Client, role: str, status: int) -> None:
    client.force_login(factories.person(role, manager=factories.person("manager")))
    assert client.get(reverse("dashboard", args=["team"])).status_code == status


@pytest.mark.parametrize(
    ("role", "status"), [("manager", 200), ("team_lead", 200), ("advocate", 403), ("bdr", 403)]
)
@pytest.mark.parametrize("name", ["given", "looks"])
def test_managers_and_leads_open_the_records(client: Client, name: str, role: str, status: int) -> None:
    client.force_login(factories.person(role, manager=factories.person("manager")))
    assert client.get(reverse(name), {"page": "nonsense", "at_from": "never"}).status_code == status


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles"])
@pytest.mark.parametrize(
    "query",
    [
        {"at_from": "0001-01-01T00:00:00Z", "at_before": "9999-12-31T23:59:59Z"},
        {"at_from": "0001-01-01T00:00:00+14:00", "at_before": "9999-12-31T23:59:59-12:00"},
        {"by": "9" * 18},
        {"by": "9" * 5000},
    ],
)
@pytest.mark.parametrize("name", ["given", "looks"])
def test_a_record_answers_whatever_its_address_says(
    client: Client, name: str, query: dict[str, str], zone: str
) -> None:
    client.force_login(factories.person("manager", time_zone=zone))
    assert client.get(reverse(name), query).status_code == 200


def test_a_lead_sees_what_their_own_team_was_given(client: Client) -> None:
    manager = factories.person("manager")
    lead = factories.person("team_lead", manager=manager)
    pool = factories.pool()
    theirs = factories.member(pool, person=factories.person(manager=manager, name="Anna Own")).person
    others = factories.member(pool, person=factories.person(name="Otto Other")).person
    for one in (theirs, others):
        by_hand.hand_over(case_id=factories.case().pk, to=one, by=manager, reason="Cover", now=NOW)
    client.force_login(lead)
    span = {"at_from": NOW.isoformat(), "at_before": (NOW + timedelta(days=1)).isoformat()}
    page = client.get(reverse("given"), span).content.decode()
    assert "Anna Own" in page
    assert "Otto Other" not in page


def test_the_record_of_assignments_is_read_page_by_page(client: Client, ops: Person) -> None:
    advocate = factories.member(factories.pool(), places=99).person
    for case in factories.cases(60):
        by_hand.hand_over(case_id=case.pk, to=advocate, by=ops, reason="Cover", now=NOW)
    client.force_login(ops)
    span = {"at_from": NOW.isoformat(), "at_before": (NOW + timedelta(days=1)).isoformat(), "by": ops.pk}
    first = client.get(reverse("given"), span)
    second = client.get(reverse("given") + first.context["next"])
    numbers = [row[0].value for page in (first, second) for row in page.context["table"].rows]
    assert len(numbers) == len(set(numbers)) == 60
    assert (first.context["previous"], second.context["next"]) == ("", "")
    assert client.get(reverse("given"), {**span, "by": advocate.pk}).context["table"].rows == ()


def test_a_record_costs_the_same_however_long_it_is(
    client: Client, ops: Person, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    advocate = factories.member(factories.pool(), places=99).person
    for case in factories.cases(30):
        by_hand.hand_over(case_id=case.pk, to=advocate, by=ops, reason="Cover", now=NOW)
    client.force_login(ops)
    client.get(reverse("given"))
    with django_assert_max_num_queries(12):
        client.get(reverse("given"), {"at_from": NOW.isoformat()})


def test_of_some_people_alone_nothing_is_said_of_what_waits(ops: Person) -> None:
    advocate = factories.member(factories.pool(), places=3).person
    factories.cases(2)
    shown = _load(ops, owner=str(advocate.pk))
    assert shown.answer.words == "3 places are free."
    assert shown.table("waits") is None
    for key in ("backlog", "room"):
        table = shown.table(key)
        assert table
        assert not {"waiting", "full"} & {column.key for column in table.columns}


def test_of_some_people_who_are_full_it_says_so_and_foretells_nothing(ops: Person) -> None:
    advocate = factories.member(factories.pool(), places=1).person
    factories.case(owner=advocate)
    assert _load(ops, owner=str(advocate.pk)).answer.words == "Nobody who is here has a free place."


def _turn(person: Person, pool: Pool, *, turn: int) -> None:
    drain = Drain.objects.create(pool=pool, at=NOW, turn=turn, roster=[])
    Assignment.objects.create(
        case=factories.case(owner=person),
        person=person,
        at=NOW - timedelta(hours=1),
        rule=Rule.TURN,
        drain=drain,
        turn=turn,
        load_before=0,
        places=50,
    )


@pytest.mark.parametrize("narrowed", [{}, {"owner": True}, {"team": True}, {"region": "AMER"}])
def test_what_was_due_is_dealt_among_the_whole_rotation(ops: Person, narrowed: dict[str, Any]) -> None:
    boss = factories.person("manager")
    pool = factories.pool()
    had, other = (factories.person(manager=manager) for manager in (boss, factories.person("manager")))
    for one in (had, other):
        factories.member(pool, person=one)
    for turn in range(4):
        _turn(other, pool, turn=turn)
    named = {"owner": str(had.pk), "team": str(boss.pk)}
    shown = _load(ops, **{name: named.get(name, value) for name, value in narrowed.items()})
    (row,) = (row for row in _table(shown, "turns") if row[0] == had.name)
    assert row[1:4] == [0, 2, -2]
    drill.open_all(shown, reader=ops, now=NOW)


def test_a_lead_sees_what_was_due_to_their_people(ops: Person) -> None:
    manager = factories.person("manager")
    lead = factories.person("team_lead", manager=manager)
    pool = factories.pool()
    theirs = factories.member(pool, person=factories.person(manager=manager)).person
    other = factories.member(pool).person
    for turn in range(4):
        _turn(other, pool, turn=turn)
    (row,) = _table(_load(lead), "turns")
    assert row[:4] == [theirs.name, 0, 2, -2]


def test_who_is_in_two_pools_has_their_places_once_and_their_turns_by_pool(ops: Person) -> None:
    amer, emea = factories.pool(), factories.pool("emea-apj")
    both = factories.member(amer, places=4).person
    factories.member(emea, person=both, places=4)
    for turn in range(3):
        _turn(both, amer, turn=turn)
    _turn(both, emea, turn=1)
    for given in ({}, {"territory": "amer"}, {"owner": str(both.pk)}):
        shown = _load(ops, **given)
        (places,) = (figure.value for figure in shown.figures if figure.key == "places")
        assert places == Share(4, 4)
        rows = _table(shown, "turns")
        assert [row[1] for row in rows] == ([3] if "territory" in given else [3, 1])
        assert [row[6] for row in rows] == [0] * len(rows)
        drill.open_all(shown, reader=ops, now=NOW)


def test_an_overage_is_on_the_day_that_it_was_for_the_reader() -> None:
    tokyo = factories.person("ops", time_zone="Asia/Tokyo")
    pool = factories.pool()
    full = factories.member(pool, places=1).person
    factories.case(owner=full)
    late = NOW.replace(hour=20)
    by_hand.hand_over(case_id=factories.case().pk, to=full, by=tokyo, reason="She knows them", now=late)
    (row,) = _table(_load(tokyo, now=late + timedelta(hours=1)), "each_over")
    assert row[1] == late.date() + timedelta(days=1)
