"""The Triggers dashboard: what each opened and what became of it, looks held back, and who may go on to its rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Account, Person
from cases.dashboards import asked as reading
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Dashboard, Share
from cases.models import Case
from routing.dashboards import triggers
from routing.dashboards.trigger_blocks import SHORT, name_of
from routing.models import Evaluation, Trigger, Verdict
from routing.triggers import catalogue
from tests import factories
from tests.cases.any_history import AnyHistory
from tests.dashboards import any_reader, drill
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("book", ["fy26", "fy25"])
def test_each_figure_is_that_of_a_recount(settings: Any, book: str) -> None:
    settings.PLAYBOOK = book
    any_reader.look_after(_give_versions_and_recount, book=book)


def _give_versions_and_recount(desk: AnyHistory, reader: Person, given: dict[str, str]) -> None:
    """Triggers are at one of three versions, and what a form brought has none."""
    for pk in Case.objects.values_list("pk", flat=True):
        Case.objects.filter(pk=pk).update(trigger_version=pk % 4 or None)
    given = {key: value for key, value in given.items() if key in triggers.KIND.filters or key == "period"}
    _recount(reader, given, now=desk.now)


def _recount(reader: Person, given: dict[str, str], *, now: datetime) -> None:
    asked = reading.read(given, reader=reader, now=now, offered=triggers.KIND.filters)
    shown = triggers.show(asked, reader, now)
    everywhere = factories.person("ops")  # triggers are everybody's, whoever asks
    cases = [
        case
        for case in any_reader.everything()
        if case.trigger_version is not None and any_reader.is_asked(case, given, everywhere)
    ]
    opened = [case for case in cases if _is_within(case.opened_at, asked)]
    closed = [case for case in cases if case.closed_at and _is_within(case.closed_at, asked)]
    figures = {figure.key: figure.value for figure in shown.figures}
    idle = [case for case in closed if _is_idle(case)]
    assert (figures["opened"], figures["closed"]) == (len(opened), len(closed))
    assert figures["wasted"] == Share(len(idle), len(closed))
    assert figures["won"] == sum(_is_won(case) for case in closed)
    _recount_versions(shown, opened, closed)
    _recount_waste(shown, closed)
    _recount_endings(shown, closed)
    drill.open_all(shown, reader=reader, now=now)


def _recount_versions(shown: Dashboard, opened: list[Case], closed: list[Case]) -> None:
    seen = set()
    for row in _table(shown, "versions"):
        one = (row["trigger"], int(row["version"]))
        seen.add(one)
        new = [case for case in opened if _kept(case) == one]
        done = [case for case in closed if _kept(case) == one]
        assert row["opened"] == len(new)
        assert row["still_open"] == sum(case.closed_at is None for case in new)
        assert row["closed"] == len(done)
        assert row["won"] == sum(_is_won(case) for case in done)
        assert row["median"] == _median(done)
        for status in ("resolved", "unresponsive", "duplicate"):
            assert row[status] == sum(case.status == status for case in done)
    assert seen == {_kept(case) for case in opened + closed}


def _recount_waste(shown: Dashboard, closed: list[Case]) -> None:
    idle = Counter(name_of(case.case_type) for case in closed if _is_idle(case))
    rows = {row["trigger"]: row for row in _table(shown, "waste")}
    assert {name: row["wasted"] for name, row in rows.items()} == idle
    for name, row in rows.items():
        done = [case for case in closed if name_of(case.case_type) == name]
        assert (row["closed"], row["share"], row["median"]) == (
            len(done),
            Share(idle[name], len(done)),
            _median(done),
        )


def _recount_endings(shown: Dashboard, closed: list[Case]) -> None:
    expected: dict[str, Counter[str]] = defaultdict(Counter)
    for case in closed:
        expected[name_of(case.case_type)][case.resolution_action] += 1
    rows = {row.pop("trigger"): row for row in _table(shown, "endings")}
    assert {name: +Counter(row) for name, row in rows.items()} == expected


def _kept(case: Case) -> tuple[str, int]:
    return name_of(case.case_type), case.trigger_version or 0


def _is_idle(case: Case) -> bool:
    return case.status == "unresponsive" or case.resolution_action == "no_action_required"


def _is_won(case: Case) -> bool:
    return case.opportunity is not None and case.opportunity.stage == "closed_won"


def _median(cases: list[Case]) -> timedelta | None:
    took = sorted(case.closed_at - case.opened_at for case in cases if case.closed_at)
    return took[(len(took) - 1) // 2] if took else None


def _is_within(at: datetime, asked: Asked) -> bool:
    day: date = at.astimezone(asked.zone).date()
    return asked.period.span.first_on <= day <= asked.period.span.last_on


def _table(shown: Dashboard, key: str) -> list[dict[str, Any]]:
    table = shown.table(key)
    assert table
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, (cell.value for cell in row), strict=True)) for row in table.rows]


looked = st.tuples(
    st.sampled_from(["duo_trial_started", "po_required", "fo_opp"]),
    st.sampled_from(list(Verdict)),
    st.sampled_from(["AMER", "EMEA", ""]),
    st.integers(0, 45),
)


class AnyLooks(TestCase):
    @settings(max_examples=15, deadline=None, derandomize=True)
    @given(rows=st.lists(looked, max_size=25))
    def test_looks_that_were_held_back_are_those_of_a_recount(
        self, rows: list[tuple[str, Verdict, str, int]]
    ) -> None:
        catalogue.load(now=NOW)
        ops = factories.person("ops")
        known = dict(Trigger.objects.filter(playbook="fy26").values_list("key", "pk"))
        for number, (key, verdict, region, days) in enumerate(rows):
            _look(known[key], verdict, factories.account(region=region), number, NOW - timedelta(days=days))
        for given_ in (
            {},
            {"period": "7d"},
            {"territory": "amer"},
            {"region": "EMEA"},
            {"category": "expansion"},
        ):
            _recount_looks(drill.load(triggers.KIND, reader=ops, now=NOW, **given_), rows, given_, ops)


def _look(trigger_id: int, verdict: Verdict, account: Account, number: int, at: datetime) -> None:
    Evaluation.objects.create(
        trigger_id=trigger_id, version=1, verdict=verdict, account=account, occurrence=f"o{number}", at=at
    )


def _recount_looks(
    shown: Dashboard,
    rows: list[tuple[str, Verdict, str, int]],
    given_: dict[str, str],
    reader: Person,
) -> None:
    days = 7 if "period" in given_ else 30
    region = "AMER" if "territory" in given_ else given_.get("region", "")
    expected = Counter(
        (name_of(key), verdict)
        for key, verdict, where, ago in rows
        if verdict in SHORT
        and ago < days
        and (not region or where == region)
        and not ("category" in given_ and key == "po_required")
    )
    found = {
        (row["trigger"], verdict): row[verdict]
        for row in _table(shown, "suppressed")
        for verdict in SHORT
        if row[verdict]
    }
    assert found == expected
    assert {figure.key: figure.value for figure in shown.figures}["suppressed"] == expected.total()
    drill.open_all(shown, reader=reader, now=NOW)


# What the page says


@pytest.fixture
def ops() -> Person:
    return factories.person("ops")


def _closed(number: int, *, action: str, **fields: Any) -> None:
    columns = {"status": "resolved", "resolution_action": action, "closed_at": NOW, "feedback": "NA"}
    for _ in range(number):
        factories.case(now=NOW - timedelta(hours=6), trigger_version=1, columns=columns, **fields)


def test_of_nothing_it_says_so(ops: Person) -> None:
    shown = drill.load(triggers.KIND, reader=ops, now=NOW)
    assert shown.answer.words == "No trigger opened or closed a case in this period."
    assert not any(table.rows for table in shown.tables)


def test_the_trigger_that_wastes_most_is_named(ops: Person) -> None:
    _closed(6, action="no_action_required")
    _closed(4, action="answered_question")
    _closed(5, action="no_action_required", case_type="po_required", category="urgent_renewal")
    shown = drill.load(triggers.KIND, reader=ops, now=NOW)
    assert shown.answer.words == "Duo Trial Started: 6 of 10 closed came to nothing (60.0 %)."
    assert [row["trigger"] for row in _table(shown, "waste")] == ["Duo Trial Started", "PO Required"]


def test_a_lead_sees_everybodys_and_is_told_so(ops: Person) -> None:
    lead = factories.person("team_lead", manager=factories.person("manager"))
    case = factories.case(owner=factories.person(), now=NOW - timedelta(days=1))
    Case.objects.filter(pk=case.pk).update(trigger_version=1)
    by_reader = {reader.role: drill.load(triggers.KIND, reader=reader, now=NOW) for reader in (lead, ops)}
    assert [shown.figures[0].value for shown in by_reader.values()] == [1, 1]
    assert by_reader["team_lead"].note.endswith("Of everybody’s cases, not your team’s alone.")
    assert "team" not in by_reader["ops"].note
    drill.open_all(by_reader["team_lead"], reader=lead, now=NOW)


def test_of_a_few_no_trigger_is_blamed(ops: Person) -> None:
    _closed(3, action="no_action_required")
    assert drill.load(triggers.KIND, reader=ops, now=NOW).answer.words == (
        "No trigger wastes time that one could name."
    )


def test_only_ops_are_led_to_the_rules(ops: Person, triggers_loaded: None) -> None:
    _closed(1, action="no_action_required")
    pk = Trigger.objects.get(playbook="fy26", key="duo_trial_started").pk
    table = drill.load(triggers.KIND, reader=ops, now=NOW).table("waste")
    assert table
    assert table.rows[0][0].url == reverse("admin:routing_trigger_change", args=[pk])
    versions = drill.load(triggers.KIND, reader=ops, now=NOW).table("versions")
    assert versions
    assert versions.rows[0][-1].url == reverse("admin:routing_trigger_try", args=[pk])
    manager = factories.person("manager")
    theirs = drill.load(triggers.KIND, reader=manager, now=NOW).table("versions")
    assert theirs
    assert (theirs.rows[0][0].url, len(theirs.columns)) == ("", len(versions.columns) - 1)


@pytest.fixture
def triggers_loaded(db: None) -> None:
    catalogue.load(now=NOW)


def test_it_costs_the_same_however_much_there_is(
    ops: Person, django_assert_num_queries: Callable[..., Any]
) -> None:
    _closed(6, action="no_action_required")
    _closed(5, action="answered_question", case_type="po_required", category="urgent_renewal")
    with django_assert_num_queries(17):
        drill.load(triggers.KIND, reader=ops, now=NOW)


@pytest.mark.parametrize(
    ("role", "status"), [("manager", 200), ("team_lead", 200), ("advocate", 404), ("bdr", 403)]
)
def test_managers_and_leads_open_it(client: Client, role: str, status: int) -> None:
    client.force_login(factories.person(role, manager=factories.person("manager")))
    assert client.get(reverse("dashboard", args=["triggers"])).status_code == status
