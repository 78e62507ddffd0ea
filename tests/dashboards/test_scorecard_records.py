"""The lists behind touches and the Required 10: each touch and each case, of whom the reader may see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from accounts.models.book import ActivityKind
from cases import details, lifecycle
from cases.dashboards import record, scorecard
from cases.dashboards.blocks import Table
from cases.models import Case
from cases.statuses import case_type_name
from tests import factories
from tests.dashboards import drill
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def boss() -> Person:
    return factories.person("manager")


def advocate(boss: Person, name: str) -> Person:
    return factories.person(name=name, manager=boss)


def worked(owner: Person, *, calls: int = 1) -> Case:
    case = factories.case(owner=owner)
    lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)
    for minute in range(calls):
        log(case, owner, minute=minute)
    return case


def log(
    case: Case,
    by: Person,
    *,
    kind: ActivityKind = ActivityKind.CALL,
    inbound: bool = False,
    minute: int = 0,
) -> None:
    now = NOW + timedelta(minutes=minute)
    details.log_activity(case_id=case.pk, by=by, now=now, kind=kind, what="About it", inbound=inbound)


def open_page(client: Client, name: str, reader: Person, **given: object) -> Table:
    client.force_login(reader)
    page = client.get(reverse(name), given)
    assert page.status_code == 200
    found: Table = page.context["table"]
    return found


def rows(table: Table) -> list[list[object]]:
    return [[cell.value for cell in row] for row in table.rows]


def test_each_touch_is_listed_with_what_it_was(client: Client, boss: Person) -> None:
    maya = advocate(boss, "Maya Stone")
    case = worked(maya)
    log(case, maya, kind=ActivityKind.MEETING, minute=5)
    log(case, maya, inbound=True, minute=6)
    (met, rang) = rows(open_page(client, "touches", boss))
    account = case.account.name if case.account else ""
    assert [met[0], *met[2:]] == [case.number, "Meeting", "Maya Stone", account]
    assert [rang[0], *rang[2:]] == [case.number, "Call", "Maya Stone", account]


def test_the_scorecard_leads_to_exactly_these(boss: Person) -> None:
    for name, calls in (("Maya Stone", 2), ("Theo Lind", 3)):
        worked(advocate(boss, name), calls=calls)
    now = NOW + timedelta(hours=1)
    shown = drill.load(scorecard.KIND, reader=boss, now=now)
    figures = {figure.key: figure for figure in shown.figures}
    assert drill.count(figures["touches"].url, reader=boss, now=now) == figures["touches"].value == 5
    assert figures["required"].url
    assert figures["pick_up"].url
    assert drill.open_all(shown, reader=boss, now=now)


def test_an_advocate_sees_their_own_touches_whoever_is_asked_for(client: Client, boss: Person) -> None:
    maya, theo = (advocate(boss, name) for name in ("Maya Stone", "Theo Lind"))
    worked(maya), worked(theo)
    for given in ({}, {"owner": theo.pk}, {"team": boss.pk}, {"region": theo.region}):
        for name, column in (("touches", 3), ("required_ten", 3)):
            assert {row[column] for row in rows(open_page(client, name, maya, **given))} == {"Maya Stone"}


def test_it_says_to_what_it_is_narrowed(client: Client, boss: Person) -> None:
    maya = advocate(boss, "Maya Stone")
    case = worked(maya)
    client.force_login(boss)
    given = {"team": boss.pk, "owner": maya.pk, "case_type": case.case_type, "territory": "amer"}
    words = client.get(reverse("touches"), given).context["words"].split(" · ")
    assert words[1:] == [
        "Territory: AMER",
        f"Team: {boss.name}",
        "Advocate: Maya Stone",
        f"Case type: {case_type_name(case.case_type)}",
    ]


@pytest.mark.parametrize("role", ["stakeholder", "renewals_manager", "new_logo_ae", "bdr"])
@pytest.mark.parametrize("name", ["touches", "required_ten"])
def test_who_sees_no_scorecard_sees_no_record(client: Client, role: str, name: str) -> None:
    client.force_login(factories.person(role))
    assert client.get(reverse(name)).status_code in {403, 404}


def test_a_case_in_hand_says_which_lines_are_met_and_which_are_missing(client: Client, boss: Person) -> None:
    maya = advocate(boss, "Maya Stone")
    case = worked(maya)
    waiting = factories.case(owner=maya)
    ((number, share, missing, owner, _),) = rows(open_page(client, "required_ten", boss))
    assert (number, owner) == (case.number, "Maya Stone")
    met, due = map(int, str(share).split(" of "))
    assert due - met == str(missing).count(", ") + 1
    details.set_contact(case_id=case.pk, by=maya, now=NOW, contact=factories.contact(case.account))
    ((_, better, less, _, _),) = rows(open_page(client, "required_ten", boss))
    assert better == f"{met + 1} of {due}"
    assert "Contact" in str(missing)
    assert "Contact" not in str(less)
    assert waiting.number != case.number


@pytest.mark.parametrize(("name", "most"), [("touches", 8), ("required_ten", 10)])
def test_long_records_have_pages_at_the_same_cost(
    client: Client,
    boss: Person,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    name: str,
    most: int,
) -> None:
    monkeypatch.setattr(record, "SIZE", 3)
    maya = advocate(boss, "Maya Stone")
    for _ in range(5):
        worked(maya)
    client.force_login(boss)
    with django_assert_max_num_queries(most):
        first = client.get(reverse(name))
    second = client.get(reverse(name) + first.context["next"])
    seen = [row[0].value for page in (first, second) for row in page.context["table"].rows]
    assert (len(seen), len(set(seen))) == (5, 5)
    assert second.context["previous"]
    assert not second.context["next"]


@pytest.mark.parametrize("name", ["touches", "required_ten"])
def test_what_cannot_be_read_is_left_out_and_said(client: Client, boss: Person, name: str) -> None:
    worked(advocate(boss, "Maya Stone"))
    given = {"at_from": "yesterday", "at_before": "0001-01-01T00:00:00+14:00", "page": "x", "owner": "9" * 30}
    client.force_login(boss)
    page = client.get(reverse(name), given)
    assert len(page.context["table"].rows) == 1
    assert page.context["notes"] == [
        "“Advocate” has no such value; it was left out.",
        "Those times could not be read; this is the usual period.",
        "That page is gone; this is the first one.",
    ]


def test_nothing_is_said_to_be_nothing(client: Client, boss: Person) -> None:
    assert open_page(client, "touches", boss).empty == "Nobody was mailed, called or met."
    assert open_page(client, "required_ten", boss).empty == "Nothing is in hand."
