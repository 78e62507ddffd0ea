"""Large deals: what is above the line in its own currency, what it comes to, and what became of it in the period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts import keys
from accounts.models import Opportunity, Person
from accounts.models.keys import Scope
from cases.dashboards import asked as reading
from cases.dashboards import large_deals
from cases.dashboards.blocks import Dashboard, Money
from cases.models import Case
from smbcases import playbook
from tests import factories
from tests.dashboards import drill
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
STAGES = ("1_discovery", "6_awaiting", "closed_won", "closed_lost")
deals = st.fixed_dictionaries(
    {
        "stage": st.sampled_from(STAGES),
        "currency": st.sampled_from(["USD", "EUR", "JPY", "XXX"]),
        "amount": st.sampled_from([Decimal(n) for n in (0, 13999, 14000, 14999, 15000, 40000, 2250000)]),
        "close_on": st.sampled_from([None, *(TODAY + timedelta(days=n) for n in (-60, -29, -1, 0, 1, 90))]),
    }
)


class AnyBook(TestCase):
    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(book=st.lists(st.tuples(deals, st.sampled_from(["AMER", "EMEA"]), st.booleans()), max_size=12))
    def test_each_part_is_that_of_a_recount(self, book: list[tuple[dict[str, Any], str, bool]]) -> None:
        ops = factories.person("ops")
        owner = factories.person()
        for fields, region, is_worked in book:
            account = factories.account(region=region)
            deal = factories.opportunity(account, **fields)
            if is_worked:
                factories.case(account=account, opportunity_id=deal.pk, owner=owner)
        for given_ in (
            {},
            {"territory": "amer"},
            {"region": "EMEA"},
            {"owner": str(owner.pk), "period": "7d"},
        ):
            _recount(drill.load(large_deals.KIND, reader=ops, now=NOW, **given_), given_)


def _recount(shown: Dashboard, given_: dict[str, str]) -> None:
    found: dict[str, list[Opportunity]] = defaultdict(list)
    days = 7 if "period" in given_ else 30
    for deal in Opportunity.objects.select_related("account"):
        part = _part(deal, first_on=TODAY - timedelta(days=days - 1))
        if part and _is_asked(deal, given_):
            found[part].append(deal)
    figures = {figure.key: figure.value for figure in shown.figures}
    for part in large_deals.PARTS:
        table = shown.table(part)
        rows = table.rows if table else ()
        assert figures[part] == len(found[part]) == len(rows)
        assert sorted(str(row[0].value) for row in rows) == sorted(deal.name for deal in found[part])
    whole: dict[str, Decimal] = defaultdict(Decimal)
    for deal in found["past"] + found["coming"]:
        whole[deal.currency] += deal.amount
    amounts = shown.table("amounts")
    assert amounts
    assert Money.of({str(row[0].value): _sum(row[1].value) for row in amounts.rows}) == Money.of(whole)
    for part, cell in zip(("past", "coming", "won", "lost"), range(2, 6), strict=True):
        theirs: dict[str, Decimal] = defaultdict(Decimal)
        for deal in found[part]:
            theirs[deal.currency] += deal.amount
        assert Money.of({str(row[0].value): _sum(row[cell].value) for row in amounts.rows}) == Money.of(
            theirs
        )


def _sum(value: object) -> Decimal:
    return value.amounts[0][1] if isinstance(value, Money) else Decimal(0)


def _part(deal: Opportunity, *, first_on: date) -> str:
    line = playbook.active().large_deals
    if deal.amount < line.amount_from.get(deal.currency, line.elsewhere):
        return ""
    if deal.stage in {"closed_won", "closed_lost"}:
        is_of_period = deal.close_on is not None and first_on <= deal.close_on <= TODAY
        return deal.stage.removeprefix("closed_") if is_of_period else ""
    return "past" if deal.close_on is not None and deal.close_on < TODAY else "coming"


def _is_asked(deal: Opportunity, given_: dict[str, str]) -> bool:
    owner = given_.get("owner")
    worked = {case.owner_id for case in Case.objects.filter(opportunity=deal)}
    return (
        (given_.get("territory") != "amer" or deal.account.region == "AMER")
        and ("region" not in given_ or deal.account.region == given_["region"])
        and (owner is None or int(owner) in worked)
    )


@pytest.fixture
def ops() -> Person:
    return factories.person("ops")


def test_a_row_says_where_the_deal_stands_and_who_works_it(ops: Person) -> None:
    account = factories.account(name="Alder Analytics")
    advocate = factories.person(name="Maya Alvarez")
    late = TODAY - timedelta(days=3)
    deal = factories.opportunity(
        account,
        name="Growth",
        amount=20000,
        currency="EUR",
        close_on=late,
        risk="will_churn",
        stage="2_scoping",
    )
    columns = {"next_steps": "2026-03-02 MA Send them the quote", "next_steps_on": TODAY}
    case = factories.case(account=account, opportunity_id=deal.pk, owner=advocate, columns=columns)
    factories.activity(account, happened_at=NOW - timedelta(days=2))
    shown = drill.load(large_deals.KIND, reader=ops, now=NOW)
    table = shown.table("past")
    assert table
    (row,) = table.rows
    said = ["Growth", "2 Scoping", Money((("EUR", Decimal(20000)),)), late, "Will churn"]
    more = [case.number, "Maya Alvarez", "Send them the quote", TODAY - timedelta(days=2)]
    assert [cell.value for cell in row] == [*said, *more]
    assert row[0].url == row[5].url == reverse("case", args=[case.pk])
    assert row[0].hint == "Alder Analytics"
    assert shown.answer.words == "1 large deal is open, 1 of them past its close date."


def test_a_deal_that_no_case_works_opens_its_account(ops: Person) -> None:
    account = factories.account()
    factories.opportunity(account, amount=20000)
    table = drill.load(large_deals.KIND, reader=ops, now=NOW).table("coming")
    assert table
    assert table.rows[0][0].url == reverse("account", args=[account.pk])


def test_of_nothing_it_says_so(ops: Person) -> None:
    shown = drill.load(large_deals.KIND, reader=ops, now=NOW)
    assert shown.answer.words == "No large deal is open."
    assert not any(table.rows for table in shown.tables)


def test_more_than_fit_are_counted_all(ops: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_deals, "SHOWN", 2)
    for _ in range(3):
        factories.opportunity(factories.account(), amount=20000)
    shown = drill.load(large_deals.KIND, reader=ops, now=NOW)
    table = shown.table("coming")
    assert table
    assert (len(table.rows), table.note) == (2, "The first 2 of 3, by close date. The file has more.")
    assert {figure.key: figure.value for figure in shown.figures}["coming"] == 3


def test_a_file_and_the_api_have_all_that_a_page_does_not_show(
    client: Client, ops: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_deals, "SHOWN", 2)
    for _ in range(3):
        factories.opportunity(factories.account(), amount=20000, close_on=None)
    client.force_login(ops)
    page = client.get(reverse("dashboard", args=["large-deals"]), {"table": "coming", "format": "csv"})
    assert len(b"".join(page.streaming_content).splitlines()) == 1 + 3  # type: ignore[arg-type]  # it is a file
    _, secret = keys.create(name="Reader", scopes=[Scope.CASES_READ], acts_for=ops, now=NOW)
    answer = client.get("/api/dashboards/large-deals", headers={"Authorization": f"Bearer {secret}"})
    (table,) = (table for table in answer.json()["tables"] if table["key"] == "coming")
    assert len(table["rows"]) == 3


def test_more_than_a_file_takes_are_said(monkeypatch: pytest.MonkeyPatch, ops: Person) -> None:
    monkeypatch.setattr(large_deals, "MOST", 2)
    for _ in range(3):
        factories.opportunity(factories.account(), amount=20000)
    asked = reading.read({}, reader=ops, now=NOW, whole=True)
    table = large_deals.show(asked, ops, NOW).table("coming")
    assert table
    assert (len(table.rows), table.note) == (2, "The first 2 of 3, by close date.")


def test_a_deal_that_was_won_names_the_case_that_was_closed_last(ops: Person) -> None:
    account = factories.account()
    won = factories.opportunity(account, amount=20000, stage="closed_won", close_on=TODAY)
    coming = factories.opportunity(account, amount=20000, close_on=TODAY)
    found = []
    for deal, days in ((won, 3), (won, 2), (coming, 1)):
        case = factories.case(account=account, opportunity_id=deal.pk, owner=factories.person())
        Case.objects.filter(pk=case.pk).update(
            closed_at=NOW - timedelta(days=days), status="resolved", resolution_action="no_action_required"
        )
        found.append(case)
    _, last, _ = found
    shown = drill.load(large_deals.KIND, reader=ops, now=NOW)
    assert [_case_of(shown, part) for part in ("won", "coming")] == [last.number, "—"]
    again = factories.case(account=account, opportunity_id=won.pk, owner=factories.person())
    assert _case_of(drill.load(large_deals.KIND, reader=ops, now=NOW), "won") == again.number


def _case_of(shown: Dashboard, part: str) -> object:
    table = shown.table(part)
    assert table
    (place,) = (place for place, column in enumerate(table.columns) if column.key == "case")
    return table.rows[0][place].value


def test_it_costs_the_same_however_many_there_are(
    ops: Person, django_assert_num_queries: Callable[..., Any]
) -> None:
    for stage in STAGES:
        for _ in range(3):
            account = factories.account()
            deal = factories.opportunity(account, amount=20000, stage=stage, close_on=TODAY)
            factories.case(account=account, opportunity_id=deal.pk, owner=factories.person())
    with django_assert_num_queries(7):
        drill.load(large_deals.KIND, reader=ops, now=NOW)


@pytest.mark.parametrize(
    ("role", "status"), [("manager", 200), ("team_lead", 200), ("advocate", 404), ("bdr", 403)]
)
def test_managers_and_leads_open_it(client: Client, role: str, status: int) -> None:
    client.force_login(factories.person(role, manager=factories.person("manager")))
    assert client.get(reverse("dashboard", args=["large-deals"])).status_code == status
