"""What all dashboards have in common: who opens them, what they are asked, how they are sent."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts import keys
from accounts.access import Reach
from accounts.models import Person
from accounts.models.keys import Scope
from cases import filters as case_filters
from cases.dashboards import asked as reading
from cases.dashboards import drilling, exporting, periods, registry, wording
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Answer, Cell, Column, Dashboard, Figure, Money, Share, Table
from cases.dashboards.registry import Kind
from cases.models import Case
from cases.templatetags import dashboards as tags
from tests import factories
from tests.dashboards import drill
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def opened_cases(asked: Asked, *_: Any) -> Dashboard:
    """A dashboard of one figure and one table."""
    cases = asked.narrow(Case.objects.filter(opened_at__gte=asked.start, opened_at__lt=asked.end))
    url = drilling.cases_url(asked, **drilling.opened(asked))
    return Dashboard(
        key="sample",
        name="Sample",
        answer=Answer(words="It is well."),
        figures=(Figure(key="opened", name="Opened", value=cases.count(), url=url),),
        tables=(
            Table(
                key="rows",
                name="Rows",
                columns=(
                    Column("who", "Who", "text"),
                    Column("kept", "Kept", "share"),
                    Column("took", "Took", "duration"),
                    Column("won", "Won", "money"),
                ),
                rows=(
                    (
                        Cell("=1+1"),
                        Cell(Share(5, 6)),
                        Cell(timedelta(hours=3, minutes=20), of=12),
                        Cell(Money((("EUR", Decimal(1200)),))),
                    ),
                ),
                chart="bar",
            ),
        ),
    )


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> Kind:
    kind = Kind(key="sample", name="Sample", load=opened_cases, filters=("department", *reading.EVERY))
    monkeypatch.setitem(registry._known, "sample", kind)
    return kind


def ask(reader: Person, **given: str) -> Asked:
    return reading.read(given, reader=reader, now=NOW)


# Who


@pytest.mark.parametrize(
    ("role", "status"),
    [("manager", 200), ("ops", 200), ("team_lead", 200), ("advocate", 404), ("stakeholder", 404)],
)
def test_it_opens_to_whom_the_kind_says(client: Client, sample: Kind, role: str, status: int) -> None:
    client.force_login(factories.person(role))
    assert client.get("/dashboards/sample/").status_code == status
    assert client.get("/api/dashboards/sample").status_code == status
    listed = "/dashboards/sample/" in client.get("/dashboards/").content.decode()
    assert listed is (status == 200)


@pytest.mark.parametrize("role", ["renewals_manager", "new_logo_ae", "bdr", "new_logo_asm"])
def test_other_roles_have_no_dashboards(client: Client, role: str) -> None:
    client.force_login(factories.person(role))
    for path in ("/dashboards/", "/dashboards/sample/", "/api/dashboards/sample"):
        assert client.get(path).status_code == 403


def test_the_rail_lists_what_the_reader_may_see(client: Client) -> None:
    for role in ("manager", "advocate", "stakeholder"):
        person = factories.person(role, department="support")
        client.force_login(person)
        groups = client.get("/dashboards/").context["shell"].groups
        names = {link.name for group in groups for link in group.links}
        assert {kind.name for kind in registry.seen_by(person)} <= names


@pytest.mark.parametrize(
    ("role", "region", "leads_to"),
    [
        ("manager", "EMEA", "/dashboards/sample/?region=EMEA"),
        ("manager", "", "/dashboards/sample/"),
        ("ops", "EMEA", "/dashboards/sample/"),
        ("team_lead", "EMEA", "/dashboards/sample/"),
    ],
)
def test_links_lead_managers_to_their_own_region(
    client: Client, sample: Kind, role: str, region: str, leads_to: str
) -> None:
    client.force_login(factories.person(role, region=region))
    for page in (leads_to, "/dashboards/sample/", "/dashboards/sample/?region=APJ&period=7d"):
        groups = client.get(page).context["shell"].groups
        links = {link.name: link for group in groups for link in group.links}
        assert (links["Sample"].url, links["Sample"].current) == (leads_to, True)
        assert [link.name for link in links.values() if link.current] == ["Sample"]
    assert f'href="{leads_to}"' in client.get("/dashboards/").content.decode()


def test_a_region_that_a_link_asks_for_is_taken_away_like_any_other(client: Client, sample: Kind) -> None:
    client.force_login(factories.person("manager", region="EMEA"))
    page = client.get("/dashboards/sample/?region=EMEA")
    chip = next(one for one in page.context["chips"] if one.key == "region")
    assert (chip.value, chip.clear) == ("EMEA", "?")
    assert client.get("/dashboards/sample/").context["asked"].region == ""


@pytest.mark.parametrize("role", ["manager", "ops", "team_lead", "advocate", "stakeholder"])
def test_every_dashboard_opens_with_nothing_to_count(client: Client, role: str) -> None:
    client.force_login(factories.person(role, department="support"))
    for kind in registry.seen_by(factories.person(role, department="support")):
        response = client.get(f"/dashboards/{kind.key}/", follow=True)
        assert response.status_code == 200, kind.key
        for table in response.context["dashboard"].tables if "dashboard" in response.context else ():
            file = f"/dashboards/{kind.key}/?table={table.key}&format=csv"
            assert client.get(file, follow=True).status_code == 200


def test_a_key_that_acts_for_nobody_is_told_so(client: Client, sample: Kind) -> None:
    _, secret = keys.create(name="Reader", scopes=[Scope.CASES_READ], acts_for=None, now=NOW)
    answer = client.get("/api/dashboards/sample", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 403


# What is asked


def test_unknown_values_are_left_out_and_said(client: Client, sample: Kind) -> None:
    client.force_login(factories.person("manager"))
    factories.case()
    query = "territory=moon&team=7777777&owner=x&period=decade&category=%00&case_type=none"
    page = client.get(f"/dashboards/sample/?{query}")
    assert page.status_code == 200
    assert len(page.context["asked"].notes) == 6
    assert "“Territory” has no such value" in page.content.decode()


@pytest.mark.parametrize(
    "days", ["from=2026-02-30", "from=x&to=y", "to=99999-01-01", "from=9999-12-31&to=9999-12-31"]
)
def test_days_that_are_none_are_left_out(days: str) -> None:
    given = dict(part.split("=") for part in days.split("&"))
    asked = ask(factories.person("manager"), **given)
    assert asked.period.key == "30d"
    assert asked.notes


def test_days_of_ones_own() -> None:
    asked = ask(factories.person("manager"), **{"from": "2026-02-01", "to": "2026-02-10"})
    assert (asked.period.span.first_on, asked.period.span.last_on) == (date(2026, 2, 1), date(2026, 2, 10))
    assert asked.query() == "from=2026-02-01&to=2026-02-10"
    assert asked.query(period="7d", owner="") == "period=7d"


def test_days_that_are_too_many_are_cut_and_it_is_said() -> None:
    asked = ask(factories.person("manager"), **{"from": "2010-01-01", "to": "2026-02-10"})
    assert asked.period.span.days == periods.MOST_DAYS
    assert asked.notes == ("These are the last 1,100 of those days; more are not counted at once.",)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_the_edge_of_time_are_left_out_by_page_api_and_list(
    client: Client, sample: Kind, zone: str, day: str
) -> None:
    manager = factories.person("manager", time_zone=zone)
    client.force_login(manager)
    _, secret = keys.create(name="Reader", scopes=[Scope.CASES_READ], acts_for=manager, now=NOW)
    span = {"from": day, "to": day}
    assert client.get("/dashboards/sample/", span).context["asked"].notes
    answer = client.get("/api/dashboards/sample", span, headers={"Authorization": f"Bearer {secret}"})
    assert answer.json()["notes"]
    for name in ("opened_from", "closed_before"):
        for at in ("T00:00:00Z", "T23:59:59Z", "T12:00:00"):
            page = client.get("/cases/", {"tab": "all", name: f"{day}{at}"})
            assert (page.status_code, len(page.context["listing"].notes)) == (200, 1)


def test_days_begin_where_the_reader_is() -> None:
    tokyo = factories.person("manager", time_zone="Asia/Tokyo")
    assert ask(tokyo, period="7d").start.isoformat() == "2026-02-26T00:00:00+09:00"


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("advocate", Reach.OWN),
        ("team_lead", Reach.TEAM),
        ("manager", Reach.ALL),
        ("stakeholder", Reach.DEPARTMENT),
    ],
)
def test_what_is_asked_stays_within_the_readers_reach(role: str, expected: Reach) -> None:
    boss, far = factories.person("manager"), factories.person("manager")
    reader = factories.person(role, manager=boss, department="support")
    own, other = factories.person(manager=boss), factories.person(manager=far)
    mine = factories.case(owner=reader) if role in {"advocate", "team_lead"} else None
    cases = [
        mine,
        factories.case(owner=own),
        factories.case(owner=other),
        factories.case(department="support"),
    ]
    asked = ask(reader, owner=str(other.pk), team=str(far.pk))
    assert asked.reach is expected
    seen = set(asked.narrow(Case.objects.all()))
    allowed = {
        Reach.OWN: {cases[0]},
        Reach.TEAM: {cases[0], cases[1]},
        Reach.ALL: {cases[2]},
        Reach.DEPARTMENT: {cases[3]},
    }[expected]
    assert seen == allowed


def test_no_department_sees_nothing() -> None:
    factories.case(), factories.case(department="support")
    asked = ask(factories.person("stakeholder", department=""))
    assert not asked.narrow(Case.objects.all()).exists()
    url = drilling.cases_url(asked)
    assert drill.count(url, reader=asked.reader, now=NOW) == 0


def test_each_filter_opens_the_same_cases_in_the_list() -> None:
    boss = factories.person("manager", region="EMEA")
    maya = factories.person(manager=boss, region="EMEA")
    factories.case(owner=maya, region="EMEA")
    (
        factories.case(),
        factories.case(region="EMEA"),
        factories.case(region=""),
        factories.case(department="sdr"),
    )
    for given in (
        {},
        {"region": "EMEA"},
        {"region": "AMER"},
        {"territory": "emea-apj"},
        {"team": str(boss.pk)},
        {"owner": str(maya.pk)},
        {"category": "expansion"},
        {"case_type": "po_required"},
    ):
        asked = ask(boss, **given)
        many = asked.narrow(Case.objects.all()).count()
        assert drill.count(drilling.cases_url(asked), reader=boss, now=NOW) == many


def test_the_filters_that_lead_here_are_shown_and_can_be_taken_away(client: Client) -> None:
    client.force_login(factories.person("manager"))
    factories.case()
    page = client.get("/cases/?tab=all&opened_from=2026-02-01T05:00:00Z&closed_as=resolved")
    listing = page.context["listing"]
    given = {chip.key: chip for chip in listing.chips if chip.given}
    assert set(given) == {"opened_from", "closed_as"}
    assert given["closed_as"].words == "Resolved"
    assert "closed_as" not in given["closed_as"].clear
    assert not [chip for chip in client.get("/cases/").context["listing"].chips if chip.given]


def test_a_filter_has_one_meaning() -> None:
    with pytest.raises(ValueError, match="closed_as"):
        case_filters.offer("closed_as", case_filters.CaseFilters.base_filters["closed_as"])


# As what it is sent


def test_a_table_as_csv_has_its_units_and_no_formula(client: Client, sample: Kind) -> None:
    client.force_login(factories.person("manager"))
    response: Any = client.get("/dashboards/sample/?table=rows&format=csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(text))
    assert head == ["Who", "Kept (%)", "Kept, of", "Took (hours)", "Took, of", "Won", "Won, currency"]
    assert row == ["'=1+1", "83.3", "6", "3.3", "12", "1200", "EUR"]
    assert "attachment" in response["Content-Disposition"]
    assert response["Cache-Control"] == "private, no-store"


def test_a_file_says_in_which_currency_and_what_stands_beside_a_number() -> None:
    euros, both = Money((("EUR", Decimal(1200)),)), Money((("USD", Decimal(9)), ("EUR", Decimal(4))))
    table = Table(
        key="t",
        name="T",
        columns=(Column("who", "Who", "text"), Column("held", "Held"), Column("won", "Won", "money")),
        rows=(
            (Cell("Ann"), Cell(3, hint="of 50"), Cell(euros, of=2)),
            (Cell("Bea"), Cell(0), Cell(Money(), of=0)),
        ),
        total=(Cell("All"), Cell(3), Cell(both, of=3)),
    )
    assert exporting.head(table) == ["Who", "Held", "Held, note", "Won", "Won, of", "Won, currency"]
    assert list(exporting.rows(table)) == [
        ["Ann", 3, "of 50", Decimal(1200), 2, "EUR"],
        ["Bea", 0, "", Decimal(0), 0, ""],
        ["All", 3, "", "$9 + €4", 3, "USD, EUR"],
    ]


def test_a_table_as_a_workbook(client: Client, sample: Kind) -> None:
    client.force_login(factories.person("manager"))
    response: Any = client.get("/dashboards/sample/?table=rows&format=xlsx")
    book = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "83.3" in sheet
    assert "<f>" not in sheet


@pytest.mark.parametrize("query", ["table=nothing&format=csv", "table=rows&format=exe", "format=csv"])
def test_no_such_table_or_file(client: Client, sample: Kind, query: str) -> None:
    client.force_login(factories.person("manager"))
    assert client.get(f"/dashboards/sample/?{query}").status_code == 404


def test_the_api_sends_the_same_figures(client: Client, sample: Kind) -> None:
    client.force_login(factories.person("manager"))
    factories.case()
    with time_machine.travel(NOW, tick=False):
        sent = client.get("/api/dashboards/sample?territory=amer").json()
    assert sent["figures"][0]["value"] == 1
    assert sent["filters"] == {"territory": "amer"}
    row = sent["tables"][0]["rows"][0]
    assert row["kept"]["value"] == {"part": 5, "whole": 6, "percent": 83.3}
    assert row["took"] == {"value": 12000, "of": 12, "url": ""}
    assert row["won"]["value"] == [{"currency": "EUR", "amount": "1200"}]


def test_texts_in_cells_are_escaped(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(
        key="t",
        name="<b>T",
        columns=(Column("who", "<i>", "text"), Column("n", "N")),
        rows=((Cell("<script>", hint="<u>"), Cell(1, url='/x/?"><s>')),),
    )
    shown = Dashboard(key="bad", name="Bad", answer=Answer(words="<em>"), tables=(table,))
    kind = Kind(key="bad", name="Bad", load=lambda *_: shown)
    monkeypatch.setitem(registry._known, "bad", kind)
    client.force_login(factories.person("manager"))
    page = client.get("/dashboards/bad/").content.decode()
    for tag in ("<script>", "<u>", "<s>", "<em>", "<b>T", "<i>"):
        assert tag not in page.split("<main")[1].split("</main")[0]


def test_what_explains_a_figure_is_read_without_a_mouse(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Table(
        key="t",
        name="T",
        columns=(Column("who", "Who", "text"), Column("n", "Kept", help="Of those that have one")),
        rows=((Cell("Ann"), Cell(1)),),
    )
    figure = Figure(key="n", name="Kept", value=1, hint="As of now")
    shown = Dashboard(
        key="told", name="Told", answer=Answer(words="Well."), figures=(figure,), tables=(table,)
    )
    monkeypatch.setitem(registry._known, "told", Kind(key="told", name="Told", load=lambda *_: shown))
    client.force_login(factories.person("manager"))
    page = client.get("/dashboards/told/").content.decode()
    assert '<dd class="tally-under">As of now</dd>' in page
    assert "<b>Kept:</b> Of those that have one." in page
    assert 'title="Of those' not in page


def test_one_point_is_said_and_not_drawn(client: Client, sample: Kind) -> None:
    client.force_login(factories.person("manager"))
    page = client.get("/dashboards/sample/").content.decode()
    assert "One point only" in page
    assert "data-chart=" not in page


def test_a_row_has_as_many_cells_as_columns() -> None:
    with pytest.raises(ValueError, match="2 cells for 1 columns"):
        Table(key="t", name="T", columns=(Column("a", "A"),), rows=((Cell(1), Cell(2)),))


# In words


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        (None, "count", "—"),
        (1204, "count", "1,204"),
        (Decimal("12.4"), "count", "12.4"),
        (Decimal("83.3"), "share", "83.3 %"),
        (Share(0, 3), "share", "0.0 %"),
        (Share(3, 3), "share", "100.0 %"),
        (timedelta(minutes=12), "duration", "12 min"),
        (timedelta(hours=3, minutes=20), "duration", "3 h 20 min"),
        (timedelta(hours=17, minutes=40), "duration", "18 h"),
        (timedelta(days=2, hours=9, minutes=36), "duration", "2.4 d"),
        (timedelta(hours=12), "days", "0.5 d"),
        (Money(), "money", "—"),
        (Money.of({"EUR": Decimal(300), "USD": Decimal(11900)}), "money", "$11,900 + €300"),
        (date(2026, 11, 21), "day", "21 Nov 2026"),
    ],
)
def test_values_in_words(value: Any, kind: Any, words: str) -> None:
    assert wording.say(value, kind) == words


def _figure(value: Any, before: Any = None, kind: Any = "text") -> Figure:
    return Figure(key="one", name="One", value=value, kind=kind, before=before)


def test_long_words_are_set_smaller_on_a_tile() -> None:
    assert [tags.is_long(_figure("x" * length)) for length in (12, 13, 36, 37)] == [False, True, True, True]


def test_amounts_of_many_currencies_take_several_lines_and_none_is_torn() -> None:
    amounts = {"EUR": Decimal(3), "CAD": Decimal(2), "NZD": Decimal(1)}
    columns = Column("who", "Who", "text"), Column("won", "Won", "money")
    cells = Cell("Maya"), Cell(Money.of(amounts))
    shown = tags.rows(Table(key="won", name="Won", columns=columns, rows=(cells,)))
    assert '<td class="end wraps"' in shown
    assert "€3 + CAD\N{NO-BREAK SPACE}2 + NZD\N{NO-BREAK SPACE}1" in shown
    assert tags.said(Money.of(amounts), "money").count("\N{NO-BREAK SPACE}") == 2


def test_of_nothing_before_nothing_is_said() -> None:
    before = [
        tags.said_before(_figure(Share(1, 2), one, "share")) for one in (None, Share(0, 0), Share(1, 4))
    ]
    assert before == ["", "", "25.0 %"]


def test_money_of_several_currencies_is_never_added_up() -> None:
    both = Money.of({"EUR": Decimal(1)}) + Money.of({"USD": Decimal(2)}) + Money.of({"EUR": Decimal(3)})
    assert dict(both.amounts) == {"EUR": Decimal(4), "USD": Decimal(2)}
    assert wording.plain(both, "money") == "€4 + $2"
