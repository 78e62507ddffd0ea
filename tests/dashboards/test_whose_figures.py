"""Whose figures a dashboard shows: nobody is told a colleague's as their own, and nobody's are lost."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Person
from cases.dashboards import scorecard, staff
from cases.dashboards.blocks import Cell, Dashboard
from cases.models import Case
from tests import factories
from tests.dashboards import drill
from tests.factories import NOW

pytestmark = pytest.mark.django_db
PLACES = ("region=APJ", "territory=emea-apj", "region=APJ&territory=emea-apj")


@pytest.fixture
def maya() -> Person:
    """In AMER, with one case, in a team whose others have three in APJ."""
    boss = factories.person("manager")
    maya = factories.person(manager=boss, name="Maya", region="AMER")
    factories.case(owner=maya)
    for name in ("Ann", "Bea", "Cleo", "Dora"):
        other = factories.person(manager=boss, name=name, region="APJ")
        for _ in range(3):
            factories.case(owner=other)
    return maya


def rows(shown: Dashboard, key: str = "did") -> dict[str, tuple[Cell, ...]]:
    table = shown.table(key)
    assert table is not None
    return {str(row[0].value): row for row in table.rows}


def opened(shown: Dashboard) -> Any:
    return next(figure.value for figure in shown.figures if figure.key == "opened")


# A colleague's as one's own


@pytest.mark.parametrize("query", PLACES)
def test_an_advocate_reads_their_own_figures_wherever_they_ask(
    client: Client, maya: Person, query: str
) -> None:
    client.force_login(maya)
    with time_machine.travel(NOW, tick=False):
        page = client.get(f"/dashboards/scorecard/?{query}")
        sent = client.get(f"/api/dashboards/scorecard?{query}").json()
        file: Any = client.get(f"/dashboards/scorecard/?{query}&table=did&format=csv")
    assert opened(page.context["dashboard"]) == 1
    assert [row[0] for row in rows(page.context["dashboard"]).items()] == [
        "Maya",
        "Average of your team of 5",
    ]
    assert "is not yours to choose" in page.content.decode()
    figures = {figure["key"]: figure["value"] for figure in sent["figures"]}
    assert figures["opened"] == 1
    assert sent["tables"][0]["rows"][0]["who"]["value"] == "Maya"
    assert len(sent["notes"]) == query.count("=")
    lines = list(csv.DictReader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))
    assert (lines[0]["Who"], lines[0]["Opened"]) == ("Maya", "1")


def test_an_advocate_is_offered_no_place(client: Client, maya: Person) -> None:
    client.force_login(maya)
    chips = client.get("/dashboards/scorecard/").context["chips"]
    assert {chip.key for chip in chips} == {"category", "case_type"}


def test_who_is_asked_about_where_they_do_not_work_has_nothing_there(client: Client, maya: Person) -> None:
    client.force_login(factories.person("manager"))
    query = f"owner={maya.pk}&region=APJ"
    with time_machine.travel(NOW, tick=False):
        shown = client.get(f"/dashboards/scorecard/?{query}").context["dashboard"]
        sent = client.get(f"/api/dashboards/scorecard?{query}").json()
        file: Any = client.get(f"/dashboards/scorecard/?{query}&table=did&format=csv")
    assert opened(shown) == 0
    assert list(rows(shown)) == ["Maya", "The middle of 4"]
    assert rows(shown)["Maya"][2].value == 0
    assert {figure["key"]: figure["value"] for figure in sent["figures"]}["opened"] == 0
    lines = list(csv.DictReader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))
    assert (lines[0]["Advocate"], lines[0]["Opened"]) == ("Maya", "0")
    assert drill.open_all(shown, reader=factories.person("manager"), now=NOW)


@pytest.mark.parametrize("role", ["advocate", "team_lead"])
def test_without_a_manager_there_is_no_team(role: str) -> None:
    reader = factories.person(role, region="EMEA")
    for _ in range(4):
        factories.case(owner=factories.person(region="EMEA"))
    factories.case(owner=reader)
    shown = drill.load(scorecard.KIND, reader=reader, now=NOW)
    assert {name for name in rows(shown) if not name.startswith("The middle")} == {reader.name}
    assert opened(shown) == 1


# Whose role changed


def test_who_is_something_else_now_keeps_a_line_and_has_no_places() -> None:
    boss = factories.person("manager")
    ann, bea = (factories.person(manager=boss, name=name) for name in ("Ann", "Bea"))
    factories.case(owner=ann)
    factories.case(owner=bea)
    closed = {
        "closed_at": NOW - timedelta(hours=1),
        "status": "resolved",
        "resolution_action": "answered_question",
    }
    Case.objects.filter(owner=bea).update(**closed)
    Person.objects.filter(pk=bea.pk).update(role="stakeholder")
    for person in (ann, bea):
        assert person.pk in staff.load().by_pk
    with_bea = drill.load(scorecard.KIND, reader=boss, now=NOW)
    assert rows(with_bea)["Bea"][0].hint == "not at a desk now"
    assert (rows(with_bea)["Bea"][1].hint, rows(with_bea)["Ann"][1].hint) == ("", "of 50")
    table = with_bea.table("did")
    assert table is not None
    assert table.total is not None
    for at in (1, 2, 3):
        counts: list[Any] = [rows(with_bea)[name][at].value for name in ("Ann", "Bea")]
        assert table.total[at].value == sum(counts)
    assert table.total[1].hint == "of 50"
    assert drill.open_all(with_bea, reader=boss, now=NOW)


def test_who_leads_is_known_whatever_their_role_is() -> None:
    head = factories.person("renewals_manager", name="Head")
    other = factories.person("stakeholder")
    ann = factories.person(manager=head)
    everybody = staff.load()
    assert [one.name for one in everybody.managers] == ["Head"]
    assert [one.pk for one in everybody.team_of(head.pk)] == [ann.pk]
    assert other.pk not in everybody.by_pk


def test_a_desk_without_cases_says_nothing_of_who_left_it() -> None:
    boss = factories.person("manager")
    factories.person(manager=boss, is_active=False, name="Gone")
    factories.person(manager=boss, name="Here")
    shown = drill.load(scorecard.KIND, reader=boss, now=NOW)
    assert list(rows(shown)) == ["Here", "The middle of 1"]


def test_the_target_counts_only_where_there_is_one() -> None:
    boss = factories.person("manager")
    ann = factories.person(manager=boss)
    cases = [factories.case(owner=ann) for _ in range(3)]
    ended = {"closed_at": NOW, "status": "resolved", "resolution_action": "answered_question"}
    Case.objects.filter(pk=cases[0].pk).update(target_at=NOW, **ended)
    Case.objects.filter(pk=cases[1].pk).update(target_at=NOW - timedelta(days=1), **ended)
    Case.objects.filter(pk=cases[2].pk).update(target_at=None, **ended)
    shown = drill.load(scorecard.KIND, reader=boss, now=NOW + timedelta(hours=1))
    figure = next(one for one in shown.figures if one.key == "on_target")
    assert (figure.name, figure.value.part, figure.value.whole) == ("Target kept", 1, 2)  # type: ignore[union-attr]  # a share
