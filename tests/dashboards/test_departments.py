"""Cases by department: each figure is what a slow recount finds, opens its list, and is shown to whom it concerns."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from statistics import median_low
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Department, Person
from cases import lifecycle
from cases.dashboards import asked as reading
from cases.dashboards import departments
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Dashboard, Share
from cases.models import Case, History, Verb
from tests import factories
from tests.cases.any_history import AnyHistory
from tests.dashboards import any_reader, drill
from tests.dashboards.test_scorecard import closed_case
from tests.factories import NOW

pytestmark = pytest.mark.django_db
FILERS = ("support", "billing", "sdr")


@pytest.mark.parametrize("book", ["fy26", "fy25"])
def test_each_figure_is_that_of_a_recount(settings: Any, book: str) -> None:
    settings.PLAYBOOK = book
    any_reader.look_after(_recount, book=book, runs=3)


def _recount(desk: AnyHistory, reader: Person, given: dict[str, str]) -> None:
    for at, department in enumerate(FILERS):
        Case.objects.filter(pk__in=desk.ids[at :: len(FILERS) + 1]).update(department=department)
    check(reader, given, desk.now)
    check(factories.person("stakeholder", department="support"), {}, desk.now)


def check(reader: Person, given: dict[str, str], now: datetime) -> None:
    asked = reading.read(given, reader=reader, now=now, offered=departments.KIND.filters)
    shown = departments.load(asked, reader, now)
    theirs = [one for one in any_reader.everything() if one.department]
    if reader.role == "stakeholder":
        theirs = [one for one in theirs if one.department == reader.department]
    cases = [one for one in theirs if any_reader.is_asked(one, given, reader)]
    filed = [one for one in cases if asked.start <= one.opened_at < asked.end]
    check_filed(shown, filed)
    check_open(shown, [one for one in cases if one.closed_at is None], now)
    check_types(shown, filed)
    check_over_time(shown, filed, asked)
    figures = {figure.key: figure.value for figure in shown.figures}
    assert figures["filed"] == len(filed)
    assert figures["waiting"] == sum(waits(one) for one in cases)
    drill.open_all(shown, reader=reader, now=now)


def rows_of(shown: Dashboard, key: str) -> dict[str, dict[str, Any]]:
    table = shown.table(key)
    assert table is not None
    keys = [column.key for column in table.columns]
    rows = (*table.rows, *([table.total] if table.total else []))
    return {
        str(row[0].value): {name: cell.value for name, cell in zip(keys, row, strict=True)} for row in rows
    }


def by_department(cases: list[Case]) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(Department(case.department).label, []).append(case)
    return found | ({"All together": cases} if len(found) > 1 else {})


def check_filed(shown: Dashboard, filed: list[Case]) -> None:
    rows, expected = rows_of(shown, "filed"), by_department(filed)
    assert set(rows) == set(expected)
    for name, cases in expected.items():
        row, picked = rows[name], [one for one in cases if one.picked_up_at]
        steps = [span for one in cases if (span := to_step(one)) is not None]
        ends = Counter(one.status for one in cases if one.closed_at)
        assert row["filed"] == len(cases)
        assert row["open"] == sum(one.closed_at is None for one in cases)
        assert row["in_time"] == Share(sum(in_time(one) for one in picked), len(picked))
        assert row["pick_up"] == middle([to_pick_up(one) for one in picked])
        assert row["step"] == middle(steps)
        assert {key: row[key] for key in ends} == dict(ends)


def to_pick_up(case: Case) -> timedelta:
    """However often it was put off or reopened: until it was picked up first."""
    first = [row.at for row in History.objects.filter(case=case) if row.verb == Verb.PICKED_UP]
    return min([*first, *([case.picked_up_at] if case.picked_up_at else [])]) - case.opened_at


def to_step(case: Case) -> timedelta | None:
    steps = [row.at for row in History.objects.filter(case=case) if row.verb == Verb.NEXT_STEPS]
    return min(steps) - case.opened_at if steps else None


def in_time(case: Case) -> bool:
    late = bool(case.pick_up_by and case.picked_up_at and case.picked_up_at > case.pick_up_by)
    return case.pick_up_missed_at is None and not late


def middle(values: list[timedelta]) -> timedelta | None:
    return median_low(values) if values else None


def waits(case: Case) -> bool:
    return case.closed_at is None and case.owner_id is None and case.deferred_until is None


def check_open(shown: Dashboard, cases: list[Case], now: datetime) -> None:
    rows, expected = rows_of(shown, "open"), by_department(cases)
    assert set(rows) == set(expected)
    for name, found in expected.items():
        here = [one for one in found if one.deferred_until is None]
        given = [one for one in here if one.owner_id and one.picked_up_at is None]
        assert rows[name] == {
            "department": name,
            "waiting": sum(waits(one) for one in found),
            "to_pick_up": len(given),
            "overdue": sum(bool(one.pick_up_by and one.pick_up_by <= now) for one in given),
            "in_hand": sum(one.picked_up_at is not None for one in here),
            "later": len(found) - len(here),
        }


def check_types(shown: Dashboard, filed: list[Case]) -> None:
    expected = Counter(one.case_type for one in filed)
    assert sorted(row["filed"] for row in rows_of(shown, "case_types").values()) == sorted(expected.values())


def check_over_time(shown: Dashboard, filed: list[Case], asked: Asked) -> None:
    table = shown.table("over_time")
    assert table is not None
    for bucket, row in zip(asked.buckets, table.rows, strict=True):
        first, last = bucket.edges(asked.zone)
        assert row[1].value == sum(first <= one.opened_at < last for one in filed)


def test_a_stakeholder_sees_their_own_department_only(client: Client) -> None:
    for department in FILERS:
        factories.case(department=department)
    sam = factories.person("stakeholder", department="support")
    for query in ({}, {"department": "billing"}, {"team": "1"}):
        shown = drill.load(departments.KIND, reader=sam, now=NOW, **query)
        assert set(rows_of(shown, "filed")) == {"Support"}
    client.force_login(sam)
    page = client.get("/dashboards/departments/").content.decode()
    assert "Support" in page
    assert "AR / Billing" not in page


def test_who_is_in_no_department_sees_none() -> None:
    factories.case(department="support"), factories.case()
    shown = drill.load(departments.KIND, reader=factories.person("stakeholder", department=""), now=NOW)
    assert shown.answer.words == "Nothing was filed, and nothing is open."


def test_what_is_reopened_was_picked_up_when_it_first_was() -> None:
    maya = factories.person()
    case = closed_case(maya, department="support")
    lifecycle.reopen(case_id=case.pk, reason="They wrote again", by=maya, now=NOW + timedelta(days=40))
    Case.objects.filter(pk=case.pk).update(owner=maya, assigned_at=NOW + timedelta(days=41))
    lifecycle.pick_up(case_id=case.pk, by=maya, now=NOW + timedelta(days=42))
    now = NOW + timedelta(days=43)
    reader = factories.person("ops")
    shown = drill.load(departments.KIND, reader=reader, now=now, **{"from": "2026-02-01", "to": "2026-06-01"})
    row = rows_of(shown, "filed")["Support"]
    assert row["pick_up"] == NOW - case.opened_at
    assert drill.open_all(shown, reader=reader, now=now)


@pytest.mark.parametrize("role", ["advocate", "renewals_manager", "bdr"])
def test_it_is_not_for_other_roles(client: Client, role: str) -> None:
    client.force_login(factories.person(role))
    assert client.get("/dashboards/departments/").status_code in {403, 404}


@pytest.mark.parametrize("many", [1, 9])
def test_it_costs_the_same_queries_for_any_number(
    many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for at in range(many):
        factories.case(department=FILERS[at % 3])
    reader = factories.person("ops")
    with django_assert_num_queries(15):
        drill.load(departments.KIND, reader=reader, now=NOW)
